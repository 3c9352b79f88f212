import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeCommit } from '../../core/engines/git/commit-files.ts'
import { Bench, gate, promote, register, said, train } from '../main/bench.ts'
import type { MemoryHost } from '../support/memory-host.ts'

const projectFile = (predict: string) => `version: 1
models:
  kettle:
    folder: kettles
    train: node train.mjs
    path: model/**
    predict: ${predict} {model} {data} {out}
    criteria: criteria.yml
`
const trainer = `
import { mkdirSync, writeFileSync } from 'node:fs'
mkdirSync('model', { recursive: true })
writeFileSync('model/weights.txt', process.env.SEED ?? String(Math.random()))
`
/** Predicts everything rightly, but for every so manieth row, which its own code says. */
const predictor = (wrong: number) => `#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs'
const [, data, out] = process.argv.slice(2)
console.log('code of', ${wrong}, 'in', process.cwd())
const rows = readFileSync(data, 'utf8').trim().split('\\n').slice(1).map((line) => line.split(','))
writeFileSync(out, ['id,prediction', ...rows.map(([id, y], at) => id + ',' + (at % ${wrong} === 0 ? 1 - y : y))].join('\\n'))
`
const data = ['id,y', ...Array.from({ length: 400 }, (_, row) => `r${row},${row % 2}`)].join('\n')
const criteria = JSON.stringify({
  version: 1,
  data: { file: 'data.csv', id: 'id', label: 'y' },
  criteria: [{ metric: 'accuracy', absolute: { min: 0.5 } }],
})

/** A champion that was trained by code which is wrong on every fifth row, and a candidate by code that is wrong on every eighth. */
async function twoTrained(predict = 'node predict.mjs'): Promise<{ bench: Bench; candidate: string }> {
  const bench = await Bench.make({
    'trainyard.yml': projectFile(predict),
    '.gitignore': 'model/\n',
    'kettles/train.mjs': trainer,
    'kettles/predict.mjs': predictor(5),
    'kettles/criteria.yml': criteria,
    'kettles/data.csv': data,
  })
  bench.commit()
  const first = await bench.go(train)
  await bench.go(register, { run: first['candidate'] ?? '' })
  await bench.go(promote, { candidate: 'kettle@1', force: 'true', reason: 'the first' })
  await bench.write({ 'kettles/predict.mjs': predictor(8) })
  const { candidate = '' } = await bench.go(train)
  await bench.write({ 'kettles/predict.mjs': predictor(2) })
  return { bench, candidate }
}

/** Which code predicted, in the order of candidate and champion. */
const codes = (host: MemoryHost) =>
  [...host.text.matchAll(/^code of (\d) in (.*)$/gm)].map(([, code, folder]) => ({ code, folder }))

describe('each side of a gate predicts', () => {
  test('with the code that trained it, whatever is checked out', async () => {
    const { bench, candidate } = await twoTrained()
    await using _ = bench

    const host = await bench.run(gate, { candidate })

    expect(host.ended?.exitCode).toBe(0)
    expect(codes(host)).toEqual([
      { code: '8', folder: expect.stringMatching(/trainyard-gate-.*kettles$/) as string },
      { code: '5', folder: expect.stringMatching(/trainyard-gate-.*kettles$/) as string },
    ])
    expect(host.text).toMatch(/^kettle@1 predicts with the code that trained it \(sha256:[0-9a-f]{64}\)$/m)
    expect(said(host, 'warning')).toBe('')
  })

  test('with the code of the checkout, where that is asked for', async () => {
    const { bench, candidate } = await twoTrained()
    await using _ = bench

    const host = await bench.run(gate, { candidate, predictCode: 'checkout' })

    expect(codes(host).map(({ code }) => code)).toEqual(['2', '2'])
    expect(codes(host)[0]?.folder).toBe(join(bench.folder, 'kettles'))
  })

  test('by a program of its own code, though a snapshot forgets that it is one', async () => {
    const { bench, candidate } = await twoTrained('./predict.mjs')
    await using _ = bench
    await chmod(join(bench.folder, 'kettles/predict.mjs'), 0o755)

    expect(codes(await bench.run(gate, { candidate })).map(({ code }) => code)).toEqual(['8', '5'])
  })

  test('with the files of its commit where its run let its code go; and else with what is checked out, and a warning', async () => {
    const { bench } = await twoTrained()
    await using _ = bench
    const pruned = await bench.record('prune', ({ storage }) => storage.prune({ runs: 0, keep: [] }))

    const byCommit = await bench.run(gate, { candidate: 'kettle@1' })
    await rm(join(bench.folder, '.git'), { recursive: true })
    const byCheckout = await bench.run(gate, { candidate: 'kettle@1' })

    expect(pruned.goes).toHaveLength(2)
    expect(codes(byCommit).map(({ code }) => code)).toEqual(['5'])
    expect(byCommit.text).toMatch(/^kettle@1 predicts with the code that trained it \(commit [0-9a-f]{40}\)$/m)
    expect(codes(byCheckout).map(({ code }) => code)).toEqual(['2'])
    expect(said(byCheckout, 'warning')).toMatch(
      /The code that trained kettle@1 is not kept, and this checkout does not have/,
    )
  })
})

describe('the files of a commit', () => {
  test('are written below a folder, without a change of the checkout', async () => {
    await using bench = await Bench.make({ 'a/one.txt': 'one', 'a/deep/run.sh': '#!/bin/sh\n', 'b.txt': 'two' })
    await chmod(join(bench.folder, 'a/deep/run.sh'), 0o755)
    const commit = bench.commit()
    await bench.write({ 'a/one.txt': 'changed' })
    const into = await mkdtemp(join(tmpdir(), 'trainyard-commit-'))
    try {
      const env = process.env
      const status = () => execFileSync('git', ['status', '--porcelain'], { cwd: bench.folder, encoding: 'utf8' })
      const before = status()

      expect(await writeCommit({ folder: bench.folder, commit, into, env })).toBe(true)
      expect(await readFile(join(into, 'a/one.txt'), 'utf8')).toBe('one')
      expect((await stat(join(into, 'a/deep/run.sh'))).mode & 0o111).not.toBe(0)
      expect(status()).toBe(before)
      for (const other of ['0'.repeat(40), '--output=x', 'HEAD'])
        expect(await writeCommit({ folder: bench.folder, commit: other, into, env })).toBe(false)
      expect(await writeCommit({ folder: into, commit, into, env })).toBe(false)
    } finally {
      await rm(into, { recursive: true, force: true })
    }
  })
})
