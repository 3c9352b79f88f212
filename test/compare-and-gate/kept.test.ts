import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { digestOf, pack, unpack } from '../../core/compare-and-gate/predictions/pack.ts'
import type { GatePredicate } from '../../core/records/evidence.ts'
import { isDigest } from '../../core/records/digest.ts'
import type { PredictionsPredicate } from '../../core/records/predictions.ts'
import { seededRandom } from '../../core/stats/random.ts'
import { Bench, gate, promote, register, said, train } from '../main/bench.ts'
import type { MemoryHost } from '../support/memory-host.ts'
import { logistic } from '../support/kettles/onnx.mjs'
import { criteriaFile, projectFile } from './a-comparison.ts'

const random = seededRandom(3)
const rows = Array.from({ length: 600 }, (_, row) => {
  const [fill, heat] = [4 * random() - 2, 4 * random() - 2]
  return `k${row},${fill.toFixed(4)},${heat.toFixed(4)},${random() < 1 / (1 + Math.exp(-(2 * fill + heat))) ? 1 : 0}`
})
const data = ['id,fill,heat,y', ...rows].join('\n')
const features = ['fill', 'heat']
const criteria = criteriaFile(
  [
    { metric: 'auc', absolute: { min: 0.6 } },
    { metric: 'accuracy', vsChampion: { nonInferior: 0.2 } },
  ],
  { features },
)
const files = { 'trainyard.yml': projectFile, 'data.csv': data, 'criteria.yml': criteria }

/** Made once, and copied for each test. */
let original: Bench | undefined
afterAll(() => original?.[Symbol.asyncDispose]())

/** Three versions, of which the first is the champion. */
async function kettles(): Promise<Bench> {
  original ??= await makeKettles()
  return original.copy()
}

async function makeKettles(): Promise<Bench> {
  const bench = await Bench.make(files)
  for (const weights of [
    [2, 1],
    [2, 0.9],
    [2, 1.1],
  ] as const) {
    await bench.write({ 'm.onnx': logistic([...weights], 0) })
    await bench.version('kettle', 'm.onnx')
  }
  await bench.go(promote, { candidate: 'kettle@1', force: 'true', reason: 'the first' })
  return bench
}

async function statementOf(bench: Bench, host: MemoryHost): Promise<GatePredicate> {
  const id = host.outputs.get('evidence') ?? ''
  if (!isDigest(id)) throw new Error(`no evidence: ${host.text}`)
  return (await bench.look(({ evidence }) => evidence.read(id))).predicate as GatePredicate
}

/** What was kept of a version, the newest. */
async function keptOf(bench: Bench, version: number): Promise<PredictionsPredicate['sides'][number]> {
  return bench.look(async ({ evidence, models }) => {
    const { files: tree } = await models.version('kettle', version)
    const [record] = await evidence.about(tree.digest, 'predictions')
    if (record === undefined) throw new Error('nothing is kept')
    const { sides } = (await evidence.read(record.id)).predicate as PredictionsPredicate
    const side = sides.find(({ reference }) => reference === `kettle@${version}`)
    if (side === undefined) throw new Error('another side is kept')
    return side
  })
}

const reused = (host: MemoryHost) =>
  [...host.text.matchAll(/^predictions of (\S+) on .* are used again$/gm)].map(([, side]) => side)

describe('predictions that a gate kept', () => {
  test('are used again for the champion in the next gate, which says so and comes to the same', async () => {
    await using bench = await kettles()
    const first = await bench.run(gate, { candidate: 'kettle@2' })

    const second = await bench.run(gate, { candidate: 'kettle@3' })
    const anew = await bench.run(gate, { candidate: 'kettle@3', reusePredictions: 'false' })

    expect(first.ended?.exitCode).toBe(0)
    expect(reused(first)).toEqual([])
    expect(reused(second)).toEqual(['kettle@1'])
    expect(second.text).toMatch(
      /^predictions of kettle@1 on data\.csv were kept on \d{4}-\d\d-\d\d \d\d:\d\d UTC, and are used again$/m,
    )
    expect(second.text).toMatch(/^kettle@3 predicted 600 rows \(onnx\)$/m)
    expect(second.text).not.toMatch(/^kettle@1 predicted/m)
    expect(reused(anew)).toEqual([])
    expect(second.outputs.get('results')).toBe(anew.outputs.get('results'))
    const { predictions } = await statementOf(bench, second)
    expect(predictions.reused).toEqual({ champion: expect.stringMatching(/^sha256:/) as string })
    const { predictions: before } = await statementOf(bench, first)
    const { predictions: fresh } = await statementOf(bench, anew)
    expect([predictions.champion, fresh.champion]).toEqual([before.champion, before.champion])
    expect(fresh).not.toHaveProperty('reused')
    const runtime = {
      package: 'onnxruntime-web',
      version: expect.stringMatching(/^1\.\d+\.\d+$/) as string,
      execution: 'wasm',
    }
    expect(fresh.by).toEqual({ candidate: { way: 'onnx', runtime }, champion: { way: 'onnx', runtime } })
    expect(predictions.by).toEqual(fresh.by)
    expect(second.summaryText).toMatch(/^Both were evaluated by onnxruntime-web 1\.\d+\.\d+ \(wasm\)\.$/m)
  })

  test('serve the same gate once more, and nothing is kept twice', async () => {
    await using bench = await kettles()
    await bench.go(gate, { candidate: 'kettle@2' })
    const before = (await bench.entries()).length

    const again = await bench.run(gate, { candidate: 'kettle@2' })

    expect(reused(again)).toEqual(['kettle@2', 'kettle@1'])
    // The evidence of the gate alone: it says that predictions were used again.
    expect((await bench.entries()).length).toBe(before + 1)
  })

  test.each<[what: string, Record<string, string>, inputs: Record<string, string>]>([
    ['rows', { 'data.csv': data.replace(/^k0,.*\n/m, '') }, {}],
    ['features', { 'criteria.yml': criteria.replace('["fill","heat"]', '["heat","fill"]') }, {}],
    ['way to read them', { 'criteria.yml': criteria.replace('"accuracy"', '"brier"') }, {}],
    [
      'prediction files',
      { 'said.csv': ['id,probability', ...rows.map((row) => `${row.split(',')[0]},0.5`)].join('\n') },
      { candidatePredictions: 'said.csv', championPredictions: 'said.csv' },
    ],
  ])('are none for other %s', async (_, changes, inputs) => {
    await using bench = await kettles()
    await bench.go(gate, { candidate: 'kettle@2' })
    await bench.write(changes)

    const host = await bench.run(gate, { candidate: 'kettle@2', onInconclusive: 'warn', ...inputs })

    expect(host.outputs.get('verdict')).not.toBe('error')
    expect(reused(host)).toEqual([])
  })

  test('are not kept of prediction files', async () => {
    await using bench = await kettles()
    await bench.write({ 'said.csv': ['id,probability', ...rows.map((row) => `${row.split(',')[0]},0.5`)].join('\n') })

    await bench.run(gate, { candidate: 'kettle@2', candidatePredictions: 'said.csv', championPredictions: 'said.csv' })

    expect(
      await bench.look(async ({ evidence, models }) =>
        evidence.about((await models.version('kettle', 2)).files.digest, 'predictions'),
      ),
    ).toEqual([])
  })

  test('and were damaged since are refused by their digest, and the side predicts again', async () => {
    await using bench = await kettles()
    const first = await bench.go(gate, { candidate: 'kettle@2' })
    const { kept } = await keptOf(bench, 1)
    const hex = kept.slice('sha256:'.length)
    const path = execFileSync('find', [bench.url, '-name', hex], { encoding: 'utf8' }).trim()
    const bytes = await readFile(path)
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1
    execFileSync('chmod', ['u+w', path])
    await writeFile(path, bytes)

    const host = await bench.run(gate, { candidate: 'kettle@2' })

    expect(reused(host)).toEqual(['kettle@2'])
    expect(said(host, 'warning')).toMatch(
      /The predictions of kettle@1 that were kept cannot be used, and it predicts again: /,
    )
    expect(host.text).toMatch(/^kettle@1 predicted 600 rows \(onnx\)$/m)
    expect(host.outputs.get('results')).toBe(first['results'])
  })

  test('and are others than the evidence says are refused', async () => {
    await using bench = await kettles()
    const first = await bench.go(gate, { candidate: 'kettle@2' })
    const champion = await keptOf(bench, 1)
    const candidate = await keptOf(bench, 2)
    const statement = await bench.look(async ({ evidence }) => {
      const [record] = await evidence.about(champion.files, 'predictions')
      if (record === undefined) throw new Error('nothing is kept')
      return evidence.read(record.id)
    })
    // The champion's name on the candidate's numbers.
    const foreign = { ...(statement.predicate as PredictionsPredicate), sides: [{ ...champion, kept: candidate.kept }] }
    await bench.record('foreign', ({ evidence }) => evidence.add({ ...statement, predicate: foreign }))

    const host = await bench.run(gate, { candidate: 'kettle@2' })

    expect(said(host, 'warning')).toMatch(/kept cannot be used.*: the file sha256:\w+ is not what its evidence says/)
    expect(host.outputs.get('results')).toBe(first['results'])
  })

  test('are let go by gc, which harms nothing: the side predicts again, and they are kept again', async () => {
    await using bench = await kettles()
    const first = await bench.go(gate, { candidate: 'kettle@2' })
    const collected = await bench.record('gc', ({ storage }) => storage.collect({ olderThanMs: -60_000, isDry: false }))

    const second = await bench.run(gate, { candidate: 'kettle@2' })
    const third = await bench.run(gate, { candidate: 'kettle@2' })

    expect(collected.files).toBe(2)
    expect(await bench.look((workspace) => workspace.verify())).toMatchObject({ findings: [] })
    expect(second.outputs.get('results')).toBe(first['results'])
    expect(reused(second)).toEqual([])
    expect(reused(third)).toEqual(['kettle@2', 'kettle@1'])
  })

  test('reach the next throw-away runner through a git workspace, which fetches no model’s file', async () => {
    const top = await mkdtemp(join(tmpdir(), 'trainyard-kept-'))
    try {
      execFileSync('git', ['init', '--quiet', '--bare', join(top, 'remote.git')])
      const workspace = `git:${join(top, 'remote.git')}`
      const models = { 'a.onnx': logistic([2, 1], 0), 'b.onnx': logistic([2, 0.9], 0) }
      await using one = await Bench.make({ ...files, ...models })
      await one.go(register, { model: 'kettle', files: 'a.onnx', workspace })
      await one.go(register, { model: 'kettle', files: 'b.onnx', workspace })
      await one.go(promote, { candidate: 'kettle@1', force: 'true', reason: 'the first', workspace })
      await one.go(gate, { candidate: 'kettle@2', workspace })
      // Nothing but the checkout and the remote is left of it, and there the models' files are no more.
      for (const bytes of Object.values(models)) {
        const digest = createHash('sha256').update(bytes).digest('hex')
        const ref = `refs/trainyard/files/${digest.slice(0, 32)}`
        execFileSync('git', ['-C', join(top, 'remote.git'), 'show-ref', '--quiet', '--verify', ref])
        execFileSync('git', ['-C', join(top, 'remote.git'), 'update-ref', '-d', ref])
      }
      await using other = await Bench.make(files)

      const host = await other.run(gate, { candidate: 'kettle@2', workspace })

      expect(host.ended?.exitCode).toBe(0)
      expect(reused(host)).toEqual(['kettle@2', 'kettle@1'])
    } finally {
      await rm(top, { recursive: true, force: true })
    }
  })

  test('stay out of a public repository that did not consent to files', async () => {
    const top = await mkdtemp(join(tmpdir(), 'trainyard-kept-'))
    try {
      execFileSync('git', ['init', '--quiet', '--bare', join(top, 'remote.git')])
      const workspace = `git:${join(top, 'remote.git')}`
      await using bench = await Bench.make({ ...files, 'a.onnx': logistic([2, 1], 0) })
      await bench.go(register, { model: 'kettle', files: 'a.onnx', workspace })

      const host = await bench.run(
        gate,
        { candidate: 'kettle@1', workspace, onInconclusive: 'warn' },
        { context: { isPublicRepository: true } },
      )

      expect(host.outputs.get('verdict')).not.toBe('error')
      expect(host.text).toMatch(/^Predictions are not kept: the repository is public/m)
    } finally {
      await rm(top, { recursive: true, force: true })
    }
  })
})

describe('predictions of a command', () => {
  const trainer =
    'import os, pathlib\npathlib.Path("model").mkdir(exist_ok=True)\npathlib.Path("model/m.txt").write_text(os.environ.get("SEED", "7"))\n'
  const predictor = (wrong: number) => `
import csv, sys
model, data, out = sys.argv[1:]
print("predicting")
with open(data) as rows, open(out, "w") as said:
    said.write("id,prediction\\n")
    for number, row in enumerate(csv.DictReader(rows)):
        said.write(f"{row['id']},{1 - int(row['y']) if number % ${wrong} == 0 else row['y']}\\n")
`
  const accuracy = criteriaFile([{ metric: 'accuracy', absolute: { min: 0.5 } }])
  const project = (predict: string) =>
    `${projectFile}    train: python3 train.py\n    predict: ${predict} {model} {data} {out}\n`

  async function trained(predict: string): Promise<{ bench: Bench; candidate: string }> {
    const bench = await Bench.make({
      'trainyard.yml': project(predict),
      'criteria.yml': accuracy,
      'data.csv': data,
      'train.py': trainer,
      'predict.py': predictor(5),
      '.gitignore': 'model/\n',
    })
    bench.commit()
    const { candidate = '' } = await bench.go(train)
    return { bench, candidate }
  }

  test('in a Python that is known, with the code of a run, are used again', async () => {
    const { bench, candidate } = await trained('python3 predict.py')
    await using _ = bench
    const first = await bench.run(gate, { candidate })
    await bench.write({ 'predict.py': predictor(2) })

    const second = await bench.run(gate, { candidate })

    expect([first.text.includes('predicting'), second.text.includes('predicting')]).toEqual([true, false])
    expect(reused(second)).toHaveLength(1)
    expect(second.outputs.get('results')).toBe(first.outputs.get('results'))
    const [before, after] = [await statementOf(bench, first), await statementOf(bench, second)]
    const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string
    const platform = `${process.platform}-${process.arch}`
    expect(before.predictions.by).toEqual({
      candidate: { way: 'command', platform, environment: digest, code: digest },
    })
    expect(after.predictions.by).toEqual(before.predictions.by)
    expect(second.summaryText).toMatch(
      /was evaluated by the predict command in the environment sha256:[0-9a-f]{8}, with the code sha256:[0-9a-f]{8} \(\w+-\w+\)\.$/m,
    )
  })

  test.each<[what: string, inputs: Record<string, string>]>([
    ['the code of the checkout', { predictCode: 'checkout' }],
    ['variables of which nobody remembers the values', { passEnv: 'SEED' }],
    ['another command', { predict: 'python3 -B predict.py {model} {data} {out}' }],
  ])('are none with %s', async (_, inputs) => {
    const { bench, candidate } = await trained('python3 predict.py')
    await using __ = bench
    await bench.go(gate, { candidate })

    const host = await bench.run(gate, { candidate, ...inputs })

    expect(host.text).toContain('predicting')
    expect(reused(host)).toEqual([])
  })

  test('that is no Python are made again each time: nobody knows what else it depends on', async () => {
    const { bench, candidate } = await trained('sh run.sh')
    await using _ = bench
    await bench.write({ 'run.sh': 'exec python3 predict.py "$@"\n' })
    const again = await bench.run(gate, { candidate, predictCode: 'checkout' })
    const { candidate: other = '' } = await bench.go(train)

    await bench.go(gate, { candidate: other })
    const host = await bench.run(gate, { candidate: other })

    expect(again.outputs.get('verdict')).toBe('pass')
    expect((await statementOf(bench, again)).predictions.by?.candidate).toEqual({
      way: 'command',
      platform: `${process.platform}-${process.arch}`,
    })
    expect(again.summaryText).toContain('by the predict command in an environment that is not known')
    expect(host.text).toContain('predicting')
  })
})

describe('packed predictions', () => {
  const numbers = { classes: Float64Array.of(0, 1, 1), probabilities: Float64Array.of(0.1, 0.9, Number.MIN_VALUE) }

  test('are the same unpacked, and have the same digest', async () => {
    const found = await unpack(await pack(numbers), 6)

    expect(found).toEqual(numbers)
    expect(digestOf(found ?? {})).toBe(digestOf(numbers))
    expect(await unpack(await pack({}), 0)).toEqual({})
  })

  test('that are cut off, longer, or none are not unpacked', async () => {
    const { gzipSync } = await import('node:zlib')
    const bytes = await pack(numbers)
    const plain = (text: string) => gzipSync(Buffer.from(text, 'latin1'))

    expect(await unpack(bytes.subarray(0, bytes.length - 12), 6)).toBeUndefined()
    expect(await unpack(plain('trainyard predictions 1 1 -1 -1\n1234567'), 6)).toBeUndefined()
    expect(await unpack(plain('trainyard predictions 2 -1 -1 -1\n'), 6)).toBeUndefined()
    expect(await unpack(plain('x'.repeat(100_000)), 6)).toBeUndefined()
    expect(await unpack(Buffer.from('no gzip'), 6)).toBeUndefined()
  })
})
