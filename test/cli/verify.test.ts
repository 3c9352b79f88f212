import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { runCli } from './run-cli.ts'
import { seed } from './seed.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-verify-'))
  await seed(folder, join(folder, 'ws'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const verify = (...args: string[]) => runCli(['verify', ...args, '--workspace', 'ws'], { cwd: folder })

const result = z.object({ isWhole: z.boolean(), pin: z.string().nullable(), findings: z.array(z.unknown()) })

describe('verify', () => {
  test('says what was read, and pins the head for the next time', async () => {
    const first = await verify('--pin', 'head.txt')

    expect(first.exitCode).toBe(0)
    expect(first.stdout).toMatch(/^Nothing is wrong\. \d+ entries were read; \d+ documents compared; \d+ files read/)
    const pin = (await readFile(join(folder, 'head.txt'), 'utf8')).trim()
    expect(first.stdout).toContain(`The head is ${pin}: keep it`)

    const second = await verify('--head-file', 'head.txt', '--head', pin, '--quick')
    expect(second.stdout).toContain('the bytes of files were left out; 2 pinned entries compared.')
    const third = result.parse(JSON.parse((await verify('--json')).stdout))
    expect(third).toEqual({ isWhole: true, pin, findings: [] })
  })

  test('fails with every problem on a line of its own, and pins nothing', async () => {
    const other = `99:sha256:${'0'.repeat(64)}`
    const { exitCode, stdout, stderr } = await verify('--head', other, '--pin', 'head.txt')

    expect(exitCode).toBe(4)
    expect(stdout).toMatch(
      /^Against what was pinned: 1 problem\n {2}the ledger ends at entry \d+, and entry 99 was pinned.*\. To do: /,
    )
    expect(stderr).toContain('TY0207')
    await expect(readFile(join(folder, 'head.txt'))).rejects.toThrow(/ENOENT/)
    const json = await verify('--head', other, '--json')
    expect(json.exitCode).toBe(4)
    expect(result.parse(JSON.parse(json.stdout))).toMatchObject({
      isWhole: false,
      pin: null,
      findings: [{ kind: 'pin' }],
    })
  })

  test('refuses a head that is none, and a file that holds none: a check that was not made must not look like one', async () => {
    await writeFile(join(folder, 'empty.txt'), '\n')

    for (const args of [
      ['--head', 'abc'],
      ['--head-file', 'empty.txt'],
      ['--head-file', 'none.txt'],
    ]) {
      const { exitCode, stdout } = await verify(...args)
      expect([exitCode, stdout]).toEqual([2, ''])
    }
  })
})

test('audit --export writes every entry whole, so that anybody can check the chain with sha256sum', async () => {
  const { stdout } = await runCli(['audit', '--export', 'trail.jsonl', '--workspace', 'ws'], { cwd: folder })
  const [, count = '', head = ''] =
    /^Wrote (\d+) entries\. The head is \d+:(sha256:[0-9a-f]{64})\.\n$/.exec(stdout) ?? []

  const lines = (await readFile(join(folder, 'trail.jsonl'), 'utf8')).split('\n').slice(0, -1)
  expect(lines).toHaveLength(Number(count))
  let previous = `sha256:${'0'.repeat(64)}`
  for (const line of lines) {
    expect(z.object({ prev: z.string() }).parse(JSON.parse(line)).prev).toBe(previous)
    const summed = spawnSync('sha256sum', { input: line, encoding: 'utf8' })
    previous = `sha256:${summed.stdout.slice(0, 64)}`
  }
  expect(previous).toBe(head)

  const again = await runCli(['audit', '--export', 'trail.jsonl', '--workspace', 'ws'], { cwd: folder })
  expect(again.exitCode).toBe(0)
  await writeFile(join(folder, 'other.txt'), 'mine')
  const refused = await runCli(['audit', '--export', 'other.txt', '--workspace', 'ws'], { cwd: folder })
  expect([refused.exitCode, refused.stdout]).toEqual([2, ''])
})
