import { cp, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../../core/errors/errors.ts'
import { readDvclive, dvcliveFiles } from '../../core/train/tools/dvclive.ts'
import { mlflowRuns, readMlflow } from '../../core/train/tools/mlruns.ts'
import { mergeReports } from '../../core/train/tools/report.ts'
import { isToolOutput } from '../../core/train/tools/watch.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { train } from '../main/bench.ts'
import { aProject } from './a-project.ts'

const fixtures = join(root, 'test/fixtures/tracking')
const experiment = '918811238191323782'
const none = new Set<string>()

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-tools-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const given = (what: 'mlruns' | 'dvclive') => cp(join(fixtures, what), join(folder, what), { recursive: true })

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

/** The faults of a reading that has to fail. */
async function faultsOf(reading: Promise<unknown>) {
  const error: unknown = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ConfigError)) throw new Error(`no ConfigError: ${String(error)}`)
  return error.faults
}

describe('what MLflow wrote', () => {
  test('is read as it is: the last metrics, parameters and tags of the outer run alone', async () => {
    await given('mlruns')

    const report = await readMlflow(folder, none)

    expect(report).toMatchObject({
      metrics: { auc: 0.88, 'val/loss': 0.34 },
      params: { depth: 3, rate: 0.1, kind: 'boosted trees', seeds: '[1, 2]' },
      tags: { team: 'ops' },
    })
    expect(Object.keys(report.metrics)).toHaveLength(2)
    expect(report.warnings).toEqual([expect.stringMatching(/^The metric diverged of the MLflow run \w+ ends with NaN/)])
  })

  test('before the training is not its own', async () => {
    await given('mlruns')

    expect(await readMlflow(folder, await mlflowRuns(folder))).toEqual({ metrics: {}, params: {}, warnings: [] })
  })

  test('is not there: nothing was reported', async () => {
    await write('mlruns', 'a file of that name')

    expect(await readMlflow(folder, none)).toEqual({ metrics: {}, params: {}, warnings: [] })
  })

  test('in several runs of which none is the outer one is not guessed at', async () => {
    await given('mlruns')
    for (const run of await readdir(join(folder, 'mlruns', experiment), { withFileTypes: true }))
      if (run.isDirectory()) await rm(join(run.parentPath, run.name, 'tags/mlflow.parentRunId'), { force: true })

    const { metrics, warnings } = await readMlflow(folder, none)

    expect(metrics).toEqual({})
    expect(warnings).toEqual([expect.stringContaining('made 3 runs of MLflow')])
  })

  test('and deleted is not read', async () => {
    await write('mlruns/1/abc/meta.yaml', 'run_id: abc\nlifecycle_stage: deleted\n')
    await write('mlruns/1/abc/metrics/auc', '1 0.5 0\n')

    expect((await readMlflow(folder, none)).metrics).toEqual({})
  })

  test('takes the value of the greatest step, however the lines are ordered', async () => {
    await write('mlruns/1/abc/meta.yaml', 'run_id: abc\n')
    await write('mlruns/1/abc/metrics/auc', '30 0.9 7\n10 0.5 0\n40 0.4 3\n')
    await write('mlruns/1/abc/metrics/old', '30 0.1\n40 0.2\n')

    expect((await readMlflow(folder, none)).metrics).toEqual({ auc: 0.9, old: 0.2 })
  })

  test('and is broken is blamed with file and line, all of it', async () => {
    await write('mlruns/1/abc/meta.yaml', 'run_id: abc\n')
    await write('mlruns/1/abc/metrics/auc', '10 0.5 0\n20 high 1\n')
    await write('mlruns/1/abc/metrics/loss', 'x\n')

    expect(await faultsOf(readMlflow(folder, none))).toMatchObject([
      { subject: 'auc', source: { file: 'mlruns/1/abc/metrics/auc', line: 2 } },
      { subject: 'loss', source: { file: 'mlruns/1/abc/metrics/loss', line: 1 } },
    ])
  })
})

describe('what DVCLive wrote', () => {
  test('is read as it is: the summary of metrics and the parameters, nested names joined', async () => {
    await given('dvclive')

    expect(await readDvclive(folder, new Map())).toEqual({
      metrics: { auc: 0.88, 'train/loss': 0.12, final: 0.9 },
      params: { depth: 3, rate: 0.1, kind: 'boosted', 'nested.alpha': 1, 'nested.on': true, seeds: '[1,2]' },
      from: 'DVCLive’s files',
      warnings: ['The metric diverged of dvclive/metrics.json is nan, and is left out'],
    })
  })

  test('without a summary is the last line of each plot', async () => {
    await given('dvclive')
    await rm(join(folder, 'dvclive/metrics.json'))

    expect((await readDvclive(folder, new Map())).metrics).toEqual({ auc: 0.88, 'train/loss': 0.12 })
  })

  test('before the training, and left alone by it, is another run’s', async () => {
    await given('dvclive')
    const before = await dvcliveFiles(folder)
    expect(await readDvclive(folder, before)).toEqual({ metrics: {}, params: {}, warnings: [] })

    await utimes(join(folder, 'dvclive/params.yaml'), 1, 1)

    expect(await readDvclive(folder, before)).toMatchObject({ metrics: {}, params: { depth: 3 } })
  })

  test('and is broken is blamed with file and line, all of it', async () => {
    await write('dvclive/metrics.json', '{\n  "auc": 0.9,\n  "loss": "low",\n  "more": {"f1": null}\n}\n')
    await write('dvclive/params.yaml', 'depth: 3\n  rate: [\n')

    const faults = await faultsOf(readDvclive(folder, new Map()))

    expect(faults).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ subject: 'loss', source: { kind: 'file', file: 'dvclive/metrics.json', line: 3 } }),
        expect.objectContaining({
          subject: 'more/f1',
          source: { kind: 'file', file: 'dvclive/metrics.json', line: 4 },
        }),
      ]),
    )
    expect(faults.map(({ source }) => (source.kind === 'file' ? source.file : ''))).toContain('dvclive/params.yaml')
  })
})

test('what several report counts once: the first is believed, and a difference is told', () => {
  const ours = { metrics: { auc: 0.9 }, params: {}, from: '$TRAINYARD_METRICS', warnings: [] }
  const theirs = {
    metrics: { auc: 0.8, loss: 0.3 },
    params: { depth: 3 },
    tags: { a: 'b' },
    from: 'DVCLive',
    warnings: ['x'],
  }

  expect(mergeReports([ours, theirs])).toEqual({
    metrics: { auc: 0.9, loss: 0.3 },
    params: { depth: 3 },
    tags: { a: 'b' },
    warnings: ['x', 'auc is 0.9, and 0.8 in DVCLive: the first is kept'],
  })
})

test('only what these tools write is no part of the code', () => {
  expect(['mlruns/1/meta.yaml', 'dvclive/metrics.json', 'dvclive/plots/metrics/auc.tsv'].map(isToolOutput)).toEqual([
    true,
    true,
    true,
  ])
  expect(['mlruns.py', 'dvclive/train.py', 'src/mlruns/a', 'dvclive.yaml'].map(isToolOutput)).toEqual([
    false,
    false,
    false,
    false,
  ])
})

test('a training that uses these tools has its run with their metrics, and the next one its own', async () => {
  const training = `
import { appendFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
mkdirSync('model', { recursive: true })
writeFileSync('model/kettle.bin', 'weights')
if (existsSync('mlruns')) process.exit(0)
for (const tool of ['mlruns', 'dvclive']) cpSync(process.argv[2] + '/' + tool, tool, { recursive: true })
writeFileSync(process.env.TRAINYARD_METRICS, JSON.stringify({ auc: 0.88, ours: 1 }))
`
  const project = `version: 1\nmodels:\n  kettle:\n    train: [node, train.mjs, ${JSON.stringify(fixtures)}]\n    path: model/**\n`
  await using bench = await aProject(training, { 'trainyard.yml': project })

  await bench.go(train, {})
  await bench.go(train, {})

  const [second, first] = await bench.look(({ runs }) => runs.list())
  expect(first?.end).toMatchObject({
    metrics: { auc: 0.88, ours: 1, 'val/loss': 0.34, 'train/loss': 0.12, final: 0.9 },
    params: { depth: 3, kind: 'boosted trees', 'nested.alpha': 1 },
    tags: { team: 'ops' },
  })
  expect(second?.end).toMatchObject({ state: 'succeeded', metrics: {}, params: {} })
  expect(second?.code.digest).toBe(first?.code.digest)
})
