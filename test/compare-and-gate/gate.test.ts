import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { GatePredicate, Statement } from '../../core/records/evidence.ts'
import { type Bench, failureOf, fromFork, gate, inCi, said } from '../main/bench.ts'
import { trained } from '../main/trained.ts'
import {
  aComparison,
  byFiles,
  criteriaFile,
  dataFile,
  predictionFile,
  projectFile,
  usualCriteria,
} from './a-comparison.ts'

const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

async function evidenceOf(bench: Bench, version: number) {
  return bench.look(async ({ models, evidence }) => {
    const { files } = await models.version('kettle', version)
    const records = await evidence.about(files.digest, 'gate')
    const statements = await Promise.all(
      records.map(({ id }) => evidence.read(id) as Promise<Statement<GatePredicate>>),
    )
    return { files, records, statements }
  })
}

describe('a verdict', () => {
  test('of pass ends the step well, with one entry of evidence', async () => {
    await using bench = await aComparison()
    const before = (await bench.entries()).length

    const host = await bench.run(gate, byFiles)

    expect(host.ended).toMatchObject({ result: 'succeeded', exitCode: 0 })
    expect(host.ended?.message).toBe('kettle@2 passes. All 3 required criteria are proven.')
    const { records } = await evidenceOf(bench, 2)
    expect(records).toMatchObject([{ kind: 'gate', verdict: 'pass', id: host.outputs.get('evidence') }])
    expect(Object.fromEntries(host.outputs)).toMatchObject({
      verdict: 'pass',
      candidate: 'kettle@2',
      champion: 'kettle@1',
    })
    const results = JSON.parse(host.outputs.get('results') ?? '') as object[]
    expect(results).toMatchObject([
      { metric: 'accuracy', kind: 'pass', bound: 0.7, n: 1000 },
      { metric: 'accuracy', kind: 'pass', margin: 0.05 },
      { metric: 'logLoss', kind: 'pass', bound: 0.65 },
    ])
    expect((await bench.entries()).slice(before)).toHaveLength(1)
  })

  test('of fail rejects, once evidence, outputs and page are written', async () => {
    await using bench = await aComparison()

    const host = await bench.run(gate, { ...byFiles, candidatePredictions: 'bad.csv' })

    expect(host.ended).toMatchObject({ result: 'failed', exitCode: 3 })
    expect(failureOf(host)).toMatch(/TY0301[^]*kettle@2: 3 of 3 required criteria failed[^]*Accuracy is 0\.\d+/)
    expect(host.outputs.get('verdict')).toBe('fail')
    expect((await evidenceOf(bench, 2)).records).toMatchObject([{ verdict: 'fail', id: host.outputs.get('evidence') }])
    expect(host.summaryText).toContain('### ❌ fail: `kettle@2` must not take the place of `kettle@1`')
  })

  test.each([
    ['fails by default', {}, { result: 'failed', exitCode: 3 }],
    ['warns where that is asked for', { onInconclusive: 'warn' }, { result: 'warned', exitCode: 0 }],
  ])('of inconclusive %s, and says how many rows would decide', async (_, inputs, ended) => {
    await using bench = await aComparison({
      'criteria.yml': criteriaFile([{ metric: 'accuracy', vsChampion: { nonInferior: 0.001 } }]),
    })

    const host = await bench.run(gate, { ...byFiles, ...inputs })

    expect(host.ended).toMatchObject(ended)
    expect(host.ended?.message).toContain('The required criterion cannot be decided on this data')
    expect(host.outputs.get('verdict')).toBe('inconclusive')
    expect(Number(host.outputs.get('needed'))).toBeGreaterThan(1000)
    expect(host.summaryText).toMatch(/### ❔ inconclusive: nobody can say yet whether `kettle@2` may take the place/)
    expect(host.summaryText).toMatch(
      /\*\*What would change it:\*\* It takes about [\d,]+ rows like these to decide \(there were 1,000\)/,
    )
    expect((await evidenceOf(bench, 2)).records).toMatchObject([{ verdict: 'inconclusive' }])
  })

  test('of fail is that of a candidate whose files are too large', async () => {
    const whole = JSON.parse(criteriaFile(usualCriteria)) as object
    await using bench = await aComparison({
      'criteria.yml': JSON.stringify({ ...whole, budgets: { modelSizeBytes: 2 } }),
    })

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict')).toBe('fail')
    expect(failureOf(host)).toContain('The candidate’s files have 3 bytes, but at most 2 are asked.')
  })

  test('is `error` when the question could not be asked, and nothing is recorded', async () => {
    await using bench = await aComparison()
    const before = await bench.entries()

    const host = await bench.run(gate, { ...byFiles, candidatePredictions: 'missing.csv' })

    expect(host.ended?.exitCode).toBe(2)
    expect(host.outputs.get('verdict')).toBe('error')
    expect(host.summaryText).toContain('### ⚠️ `kettle@2` was not judged')
    expect(await bench.entries()).toEqual(before)
  })
})

describe('the evidence', () => {
  test('is a statement about the candidate’s bytes, with the verdict and the digests of all that it stands on', async () => {
    await using bench = await aComparison()
    const outputs = await bench.go(gate, byFiles)

    const { files, statements, records } = await evidenceOf(bench, 2)

    const champion = await bench.look(({ models }) => models.version('kettle', 1))
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string
    }
    expect(records[0]?.id).toBe(outputs['evidence'])
    expect(statements).toMatchObject([
      {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'kettle@2', digest: { sha256: files.digest.slice('sha256:'.length) } }],
        predicateType: 'https://trainyard.dev/evidence/gate/v1',
        predicate: {
          model: 'kettle',
          candidate: 'kettle@2',
          champion: { reference: 'kettle@1', digest: champion.files.digest },
          verdict: { kind: 'pass', isUncompared: false },
          criteria: { file: 'criteria.yml', digest: sha256(criteriaFile(usualCriteria)) },
          data: { file: 'data.csv', rows: 1000, digest: sha256(dataFile) },
          tool: { name: 'trainyard', version },
        },
      },
    ])
    const { predictions, verdict } = statements[0]?.predicate ?? {}
    expect(new Set([predictions?.candidate, predictions?.champion]).size).toBe(2)
    expect(JSON.stringify(verdict?.results)).toBe(outputs['results'])
  })

  test('is recorded once, however often the step runs and whoever runs it', async () => {
    await using bench = await aComparison()
    const context = inCi('github/acme/kettles/1/gate')
    const first = await bench.go(gate, byFiles, { context })
    const before = await bench.entries()

    const again = await bench.go(gate, byFiles, { context })
    const elsewhere = await bench.go(gate, byFiles)

    expect([again, elsewhere]).toEqual([first, first])
    expect(await bench.entries()).toEqual(before)
  })

  test('of a run is about the bytes of the version that it becomes', async () => {
    await using bench = await aComparison()
    const run = await trained(bench, { 'model/m.bin': 'three' })

    const outputs = await bench.go(gate, { ...byFiles, candidate: `run:${run}` })

    expect(outputs).toMatchObject({ verdict: 'pass', candidate: `run:${run}`, champion: 'kettle@1' })
    await bench.look(async ({ runs, evidence }) => {
      const digest = (await runs.get(run)).end?.artifacts.digest ?? 'sha256:'
      expect(await evidence.about(digest, 'gate')).toHaveLength(1)
    })
  })

  test('of a job that may not write is shown and not recorded', async () => {
    await using bench = await aComparison()
    const before = await bench.entries()

    const fork = await bench.run(gate, byFiles, { context: fromFork })
    const dry = await bench.run(gate, { ...byFiles, dryRun: 'true' })

    for (const host of [fork, dry]) {
      expect(host.ended?.exitCode).toBe(0)
      expect(host.outputs.get('verdict')).toBe('pass')
      expect(host.summaryText).toMatch(/### ✅ pass[^]*### Not recorded[^]*evidence of gate \(pass\) about/)
    }
    expect(await bench.entries()).toEqual(before)
  })
})

describe('without a champion', () => {
  test('absolute criteria alone decide, and that is said loudly', async () => {
    await using bench = await aComparison()
    const run = await trained(bench, { 'm.bin': 'm' }, { model: 'pot' })
    const inputs = {
      model: 'pot',
      candidate: `run:${run}`,
      criteria: 'criteria.yml',
      candidatePredictions: 'candidate.csv',
    }

    const host = await bench.run(gate, inputs)

    expect(host.ended).toMatchObject({ result: 'warned', exitCode: 0 })
    expect(host.ended?.message).toContain('Nothing was compared: there is no other champion')
    expect(host.outputs.get('verdict')).toBe('pass')
    expect(host.outputs.get('champion')).toBeUndefined()
    expect(host.summaryText).toMatch(/> ⚠️ \*\*Nothing was compared: there is no other champion/)
    expect(host.summaryText).toContain('is good enough')
  })

  test('criteria that only compare decide nothing', async () => {
    await using bench = await aComparison({
      'criteria.yml': criteriaFile([{ metric: 'accuracy', vsChampion: { nonInferior: 0.05 } }]),
    })
    const run = await trained(bench, { 'm.bin': 'm' }, { model: 'pot' })

    const host = await bench.run(gate, {
      model: 'pot',
      candidate: `run:${run}`,
      criteria: 'criteria.yml',
      candidatePredictions: 'candidate.csv',
    })

    expect(host.ended?.exitCode).toBe(3)
    expect(failureOf(host)).toMatch(/TY0302[^]*No required criterion could be asked/)
  })

  test('so also where the candidate is the champion: nothing is compared with itself', async () => {
    await using bench = await aComparison()

    const host = await bench.run(gate, { ...byFiles, candidate: 'kettle@1' })

    expect(host.outputs.get('verdict')).toBe('pass')
    expect(host.outputs.get('champion')).toBeUndefined()
    expect(said(host, 'warning')).toContain('kettle@1 has the very files of kettle@1')
    expect(said(host, 'warning')).toContain('champion-predictions is not looked at')
  })
})

describe('who is compared', () => {
  test('a champion that is named is taken instead of the alias', async () => {
    await using bench = await aComparison({ 'three.bin': 'three' })
    await bench.version('kettle', 'three.bin')

    const outputs = await bench.go(gate, { ...byFiles, candidate: 'kettle@3', champion: 'kettle@2' })

    expect(outputs).toMatchObject({ candidate: 'kettle@3', champion: 'kettle@2' })
  })

  test.each([
    [{ candidate: 'kettle@9' }, /TY0205[^]*kettle has no version 9/],
    [{ champion: 'kettle@staging' }, /TY0205[^]*kettle@staging names no version/],
    [{ candidate: 'run:r-none' }, /TY0205[^]*no run is called r-none/],
  ])('%o is not there', async (inputs, words) => {
    await using bench = await aComparison()

    const host = await bench.run(gate, { ...byFiles, ...inputs })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
    expect(host.outputs.get('verdict')).toBe('error')
  })

  test('a run that failed has nothing to judge, and another model is judged by its own criteria', async () => {
    await using bench = await aComparison()
    const failed = await trained(bench, { 'm.bin': 'm' }, { state: 'failed' })
    const other = await trained(bench, { 'm.bin': 'm' }, { model: 'pot' })

    const hosts = await Promise.all(
      [failed, other].map((run) => bench.run(gate, { ...byFiles, candidate: `run:${run}`, model: 'kettle' })),
    )

    expect(failureOf(hosts[0] ?? bench.host({}))).toContain(`run:${failed} failed: only a run that succeeded has files`)
    expect(failureOf(hosts[1] ?? bench.host({}))).toContain(`candidate "run:${other}" is of the model pot, not kettle`)
  })
})

describe('the criteria', () => {
  const auc = { metric: 'auc', absolute: { min: 0.5 } }
  test.each<[string, string, RegExp]>([
    ['that is no YAML', 'version: 1\ncriteria: [', /TY0101|TY0102/],
    [
      'with an unknown key',
      criteriaFile(usualCriteria, { folder: 'x' }),
      /data\.folder \(in criteria\.yml:1:\d+\) is not a known key/,
    ],
    [
      'with the AUC of three classes',
      criteriaFile([auc], { classes: ['a', 'b', 'c'] }),
      /criteria\.0\.metric.*criteria\.yml:1:\d+.*is auc, which is for two classes, and there are 3/,
    ],
    [
      'with numbers beside classes',
      criteriaFile([auc, { metric: 'mae', absolute: { max: 1 } }]),
      /criteria\.1\.metric.*is mae, which is about numbers, beside metrics about classes/,
    ],
    ['with a class twice', criteriaFile([auc], { classes: ['a', 'a'] }), /names a class twice/],
  ])('%s are refused with the place', async (_, text, words) => {
    await using bench = await aComparison({ 'criteria.yml': text })

    const host = await bench.run(gate, byFiles)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
  })

  test('that are informative are reported, and do not decide', async () => {
    const informative = { metric: 'brier', required: false, absolute: { max: 0.01 } }
    await using bench = await aComparison({ 'criteria.yml': criteriaFile([...usualCriteria, informative]) })

    const host = await bench.run(gate, byFiles)

    expect(host.outputs.get('verdict')).toBe('pass')
    expect(host.summaryText).toMatch(/\| brier ≤ 0\.01 \*\(informative\)\* \|.*❌ fail \|/)
    expect(host.text).toMatch(/^fail \(informative\): Brier score is/m)
  })
})

describe('the evaluation data', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a file that is not there', { 'criteria.yml': criteriaFile(usualCriteria, { file: 'none.csv' }) }, /none\.csv/],
    ['no rows', { 'data.csv': 'id,y\n' }, /TY0304[^]*the data \(in .*data\.csv\) has no rows/],
    ['no label', { 'data.csv': 'id,x\nr0,1\n' }, /TY0304[^]*column y \(in .*data\.csv:1\) is missing/],
    [
      'an id twice',
      { 'data.csv': 'id,y\nr0,1\nr1,0\nr0,0\n' },
      /TY0304[^]*id "r0" \(in .*data\.csv:4\) names a row that was there already/,
    ],
    [
      'a label that is no class',
      { 'data.csv': 'id,y\nr0,1\nr1,2\n' },
      /TY0304[^]*y "2" \(in .*data\.csv:3\) is not one of the classes 0, 1/,
    ],
    [
      'many wrong labels',
      { 'data.csv': `id,y\n${Array.from({ length: 20 }, (_, n) => `r${n},x`).join('\n')}\n` },
      /15 more places.*are wrong too/,
    ],
  ])('with %s is refused', async (_, files, words) => {
    await using bench = await aComparison(files)

    const host = await bench.run(gate, byFiles)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
    expect(host.outputs.get('verdict')).toBe('error')
  })

  test('is another file where one is given, and lies in the model’s folder where the model has one', async () => {
    await using bench = await aComparison()
    await bench.write({
      'trainyard.yml': projectFile.replace('path:', 'folder: models/kettle\n    path:'),
      'models/kettle/criteria.yml': criteriaFile(usualCriteria),
      'models/kettle/data.csv': dataFile,
      'other.tsv': dataFile.replaceAll(',', '\t'),
    })

    await bench.go(gate, byFiles)
    await bench.go(gate, { ...byFiles, data: 'other.tsv' })

    const { statements } = await evidenceOf(bench, 2)
    expect(statements.map(({ predicate }) => predicate.data.file)).toEqual(['other.tsv', 'data.csv'])
    expect(statements.map(({ predicate }) => predicate.criteria.file)).toEqual(
      Array.from({ length: 2 }, () => 'models/kettle/criteria.yml'),
    )
  })
})

test('the page begins with a plain sentence and tells a row for each criterion', async () => {
  await using bench = await aComparison({ 'candidate.csv': predictionFile(0.9, 5) })

  const { summaryText } = await bench.run(gate, byFiles)

  expect(summaryText).toMatch(
    /^### ✅ pass: `kettle@2` may take the place of `kettle@1`\n\nAll 3 required criteria are proven/,
  )
  expect(summaryText).toMatch(/\| accuracy ≥ 0\.7 \| 0\.\d+ \|  \|  \| 0\.\d+ … 0\.\d+ \(90 %\) \| ✅ pass \|/)
  expect(summaryText).toMatch(/\| accuracy not worse by ≥ 0\.05 \| 0\.\d+ \| 0\.\d+ \| \+0\.\d+ \|/)
  expect(summaryText).toMatch(/1,000 rows of `data\.csv` \(`[0-9a-f]{12}`\), criteria `criteria\.yml`/)
})
