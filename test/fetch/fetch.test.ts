import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Bench, failureOf, fetch, fromFork, promote, register } from '../main/bench.ts'
import { trained } from '../main/trained.ts'

async function aBench() {
  const bench = await Bench.make()
  const run = await trained(bench, { 'model/a.bin': 'first', 'model/deep/b.bin': 'b' })
  await bench.go(register, { model: 'kettle', run: `run:${run}` })
  await bench.write({ 'other.bin': 'second' })
  await bench.go(register, { model: 'kettle', files: 'other.bin' })
  await bench.go(promote, { candidate: 'kettle@1', force: 'true', reason: 'the first' })
  return { bench, run, target: join(bench.folder, 'fetched') }
}

describe('what is fetched', () => {
  test.each([
    ['kettle@1', 'kettle@1', 'first'],
    ['kettle@champion', 'kettle@1', 'first'],
    ['a run', undefined, 'first'],
    ['kettle@latest', 'kettle@2', 'second'],
  ])('%s, with every file', async (name, reference, content) => {
    const { bench, run, target } = await aBench()
    await using _ = bench
    const candidate = name === 'a run' ? `run:${run}` : name

    const outputs = await bench.go(fetch, { candidate, folder: 'fetched' })

    const [path, files] = content === 'first' ? ['model/a.bin', '2'] : ['other.bin', '1']
    expect(outputs).toMatchObject({ reference: reference ?? candidate, files })
    expect(await readFile(join(target, path), 'utf8')).toBe(content)
    expect(outputs['digest']).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  test('a file that is there and right stays, one that differs is replaced', async () => {
    const { bench, target } = await aBench()
    await using _ = bench
    await bench.go(fetch, { candidate: 'kettle@1', folder: 'fetched' })
    await writeFile(join(target, 'model/a.bin'), 'wrong')
    await writeFile(join(target, 'mine.txt'), 'mine')

    await bench.go(fetch, { candidate: 'kettle@1', folder: 'fetched' })

    expect(await readFile(join(target, 'model/a.bin'), 'utf8')).toBe('first')
    expect(await readdir(target)).toEqual(['mine.txt', 'model'])
  })

  test('by anybody who may read, and without a trace in the ledger', async () => {
    const { bench } = await aBench()
    await using _ = bench
    const before = await bench.entries()

    const host = await bench.run(fetch, { candidate: 'kettle@1', folder: 'fetched' }, { context: fromFork })

    expect(host.ended?.exitCode).toBe(0)
    expect(host.text).toContain('model/deep/b.bin')
    expect(await bench.entries()).toEqual(before)
  })
})

describe('what is refused', () => {
  test.each([
    ['kettle@3', /TY0205[^]*kettle has no version 3/],
    ['toaster@latest', /TY0205[^]*toaster@latest names no version/],
    ['kettle@staging', /TY0205[^]*kettle@staging names no version/],
    ['run:r-none', /TY0205[^]*no run is called r-none/],
  ])('%s, which is not there', async (candidate, words) => {
    const { bench } = await aBench()
    await using _ = bench

    const host = await bench.run(fetch, { candidate, folder: 'fetched' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
  })

  test('a run that failed', async () => {
    await using bench = await Bench.make()
    const run = await trained(bench, { 'a.bin': 'a' }, { state: 'failed' })

    const host = await bench.run(fetch, { candidate: `run:${run}`, folder: 'fetched' })

    expect(failureOf(host)).toContain(`run:${run} failed: only a run that succeeded has files`)
  })

  test('a file that is not what its digest says', async () => {
    const { bench, target } = await aBench()
    await using _ = bench
    const { files } = await bench.look(({ models }) => models.version('kettle', 1))
    const hex = files.files[0]?.digest.slice('sha256:'.length) ?? ''
    const blobs = await readdir(bench.url, { recursive: true })
    const blob = blobs.find((path) => path.endsWith(hex) || path.replaceAll(/[/\\]/g, '').endsWith(hex)) ?? ''
    await writeFile(join(bench.url, blob), 'other')

    const host = await bench.run(fetch, { candidate: 'kettle@1', folder: 'fetched' })

    expect(host.ended?.exitCode).toBe(4)
    expect(failureOf(host)).toContain('TY0207')
    await expect(readFile(join(target, 'model/a.bin'))).rejects.toThrow(/ENOENT/)
  })
})
