import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { existingEnvironment } from '../../../core/engines/python/existing.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-existing-'))
  execFileSync('python3', ['-m', 'venv', '--without-pip', join(folder, 'venv')])
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

function describeCommand(command: readonly string[], path = process.env['PATH'] ?? '') {
  return existingEnvironment(command, { folder, env: { PATH: path }, signal: new AbortController().signal })
}

describe('the environment that a command finds', () => {
  test('is its Python and the packages there, by a digest', async () => {
    const version = execFileSync('python3', ['-c', 'import platform; print(platform.python_version())'], {
      encoding: 'utf8',
    })

    const machine = await describeCommand(['python3', 'train.py'])
    const again = await describeCommand(['python3', 'other.py'])
    const empty = await describeCommand(['python', 'train.py'], join(folder, 'venv/bin'))

    expect(machine).toMatchObject({ kind: 'existing', python: version.trim() })
    expect(machine.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(again).toEqual(machine)
    expect(empty.python).toBe(machine.python)
    expect(empty.digest).not.toBe(machine.digest)
  })

  test('is none for a command that Python does not start, or that is not there', async () => {
    expect(await describeCommand(['node', 'python.js'])).toEqual({ kind: 'none' })
    expect(await describeCommand(['python', 'x'], '/nowhere')).toEqual({ kind: 'none' })
    expect(await describeCommand([])).toEqual({ kind: 'none' })
  })
})
