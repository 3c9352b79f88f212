import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorkspace } from '../../core/workspace/open.ts'
import { openOptions, scratch } from '../workspace/places.ts'
import { keep, register } from '../workspace/records.ts'
import { runCli } from './run-cli.ts'

let folder: string

beforeEach(() => {
  folder = scratch()
})

afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

test('copy says what it would copy, copies, and then has nothing to do', async () => {
  const [from, to] = [join(folder, 'a'), join(folder, 'b')]
  const workspace = await openWorkspace(openOptions(from, folder))
  await register(workspace, await keep(workspace, folder, 'one'))
  await workspace.close()

  const trial = await runCli(['copy', from, to, '--dry-run'], { cwd: folder })
  const copied = await runCli(['copy', from, to, '--models', 'flights'], { cwd: folder })
  const again = await runCli(['copy', from, to, '--json'], { cwd: folder })

  expect(trial).toMatchObject({ exitCode: 0, stderr: '' })
  expect(trial.stdout).toBe(`Would copy 2 changes from ${from} to ${to}: 1 version, 1 event.\n`)
  expect(copied.stdout).toBe(
    `Copied 2 changes from ${from} to ${to}: 1 version, 1 event. 1 file with 3 bytes were brought there, each verified.\n`,
  )
  expect(JSON.parse(again.stdout)).toEqual({ changes: {}, before: 1, files: 0, bytes: 0 })
})
