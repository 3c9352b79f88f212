import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { seed } from '../seed.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-card-'))
  await seed(folder, join(folder, 'ws'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const card = (...args: string[]) => runCli(['card', ...args, '--workspace', 'ws'], { cwd: folder })

test('card prints what is recorded about a version', async () => {
  const { exitCode, stdout, stderr } = await card('flights@champion')

  expect([exitCode, stderr]).toEqual([0, ''])
  expect(stdout).toContain('# Model card: flights\\@2')
  expect(stdout).toContain('pass: compared with flights\\@1 on the same rows, 27,564 rows.')
  expect(stdout).toMatch(/\| tester \| champion \| \\@1 \| \\@2 \| better \|/)
})

test('card writes one HTML file, replaces its own, and nobody else’s', async () => {
  for (let round = 0; round < 2; round++) {
    expect((await card('flights@1', '--out', 'card.html')).stdout).toBe(
      'Wrote card.html, the model card of flights@1.\n',
    )
  }
  expect(await readFile(join(folder, 'card.html'), 'utf8')).toMatch(/^<!DOCTYPE html>[^]*flights@1 – model card/)

  await writeFile(join(folder, 'notes.md'), 'my notes')
  const refused = await card('flights@1', '--out', 'notes.md')
  expect(refused.exitCode).toBe(2)
  expect(await readFile(join(folder, 'notes.md'), 'utf8')).toBe('my notes')
})

test('card says that a version does not exist', async () => {
  const { exitCode, stderr } = await card('flights@9')

  expect(exitCode).toBe(2)
  expect(stderr).toContain('TY0205')
})
