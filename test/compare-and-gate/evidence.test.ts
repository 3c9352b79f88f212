import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readGate } from '../../core/cli/report/read/gate.ts'
import { definition } from '../../core/compare-and-gate/definition.ts'
import { evaluatedBy } from '../../core/compare-and-gate/predictions/words.ts'
import { run } from '../../core/compare-and-gate/run.ts'
import type { GatePredicate } from '../../core/records/evidence.ts'
import { gateStatementShape } from '../../core/records/gate-evidence.ts'
import { fileSchemas } from '../../core/gen/schemas.ts'
import { about } from '../gen/sample.ts'
import type { Bench } from '../main/bench.ts'
import { aComparison, byFiles, criteriaFile, dataFile, usualCriteria } from './a-comparison.ts'

const gate = { definition, run }
const published: unknown = JSON.parse(fileSchemas(about).get('schemas/evidence-gate.schema.json') ?? '')
const schema = z.record(z.string(), z.unknown()).parse(published)
const isValid = new Ajv({ strict: false, allErrors: true }).compile(schema)

const sliced = dataFile
  .split('\n')
  .map((line, row) => `${line},${row === 0 ? 'site' : ['north', 'south', 'east'][row % 3]}`)
  .join('\n')
const withSlices = JSON.stringify({
  ...z.record(z.string(), z.unknown()).parse(JSON.parse(criteriaFile(usualCriteria))),
  slices: [{ by: ['site'], metric: 'accuracy', noHarm: 0.3 }],
})

/** The statement of the only gate about version 2, as it came back from the workspace. */
async function statementOf(bench: Bench, inputs: Readonly<Record<string, string>> = {}): Promise<unknown> {
  await bench.go(gate, { ...byFiles, ...inputs })
  return bench.look(async ({ models, evidence }) => {
    const { files } = await models.version('kettle', 2)
    const [record] = await evidence.about(files.digest, 'gate')
    return evidence.read(record?.id ?? 'sha256:')
  })
}

describe('the evidence of a gate', () => {
  test('obeys the published schema, which names every key of it', async () => {
    await using bench = await aComparison({ 'data.csv': sliced, 'criteria.yml': withSlices })
    const statement = await statementOf(bench)

    expect(isValid(statement), JSON.stringify(isValid.errors)).toBe(true)
    expect(unnamed(statement, schema)).toEqual([])
  })

  test('of a forced candidate that is worse obeys it, too', async () => {
    await using bench = await aComparison()
    const statement = await statementOf(bench, {
      candidatePredictions: 'bad.csv',
      force: 'true',
      reason: 'incident 12',
    })

    expect(isValid(statement), JSON.stringify(isValid.errors)).toBe(true)
    expect(unnamed(statement, schema)).toEqual([])
    expect(gateStatementShape.parse(statement).predicate.forced).toEqual({ reason: 'incident 12' })
  })

  test('has the digest of the candidate’s files as its subject', async () => {
    await using bench = await aComparison()
    const { subject } = gateStatementShape.parse(await statementOf(bench))
    const { files } = await bench.look(({ models }) => models.version('kettle', 2))

    expect(subject).toEqual([{ name: 'kettle@2', digest: { sha256: files.digest.slice('sha256:'.length) } }])
  })

  test('names the file that each side’s numbers come from, by its bytes', async () => {
    await using bench = await aComparison()
    const { predicate } = gateStatementShape.parse(await statementOf(bench))
    const named = async (file: string) => ({
      way: 'files',
      file,
      digest: `sha256:${createHash('sha256')
        .update(await readFile(join(bench.folder, file)))
        .digest('hex')}`,
    })

    expect(predicate.predictions?.by).toEqual({
      candidate: await named('candidate.csv'),
      champion: await named('champion.csv'),
    })
    expect(evaluatedBy(predicate)).toBe(
      'kettle@2 was evaluated by the file candidate.csv, kettle@1 by the file champion.csv.',
    )
  })

  test('keeps how both models behave, without a count under ten rows', async () => {
    await using bench = await aComparison({ 'data.csv': sliced, 'criteria.yml': withSlices })
    const { predicate } = gateStatementShape.parse(await statementOf(bench))

    expect(Object.keys(predicate.shape ?? {}).sort()).toEqual(['calibration', 'confusion', 'flips', 'roc'])
    expect(predicate.shape?.flips?.bySlice?.map(({ column }) => column)).toEqual(['site'])
    expect(JSON.stringify(predicate.shape).length).toBeLessThan(100_000)
  })

  test('may say more than this release knows, in every place', async () => {
    await using bench = await aComparison({ 'data.csv': sliced, 'criteria.yml': withSlices })
    const newer = withMore(await statementOf(bench))

    expect(isValid(newer), JSON.stringify(isValid.errors)).toBe(true)
    expect(readGate(gateStatementShape.parse(newer))?.verdict.kind).toBe('pass')
  })

  test('of an older release, which knew less, is read', () => {
    const older = {
      model: 'kettle',
      candidate: 'kettle@2',
      verdict: {
        kind: 'inconclusive',
        isUncompared: true,
        reasons: ['No required criterion could be asked.'],
        results: [],
      },
      criteria: { digest: `sha256:${'c'.repeat(64)}`, file: 'criteria.yml' },
      data: { digest: `sha256:${'d'.repeat(64)}`, rows: 10, file: 'data.csv' },
      predictions: { candidate: `sha256:${'e'.repeat(64)}` },
      tool: { name: 'trainyard', version: '0.1.0' },
    } satisfies GatePredicate

    const read = readGate({ predicate: older })
    expect(read?.verdict.kind).toBe('inconclusive')
    expect(read && evaluatedBy(read)).toBeUndefined()
  })

  test.each([
    ['a verdict that is none', { verdict: { kind: 'perhaps', reasons: [], results: [] } }],
    ['a digest that is none', { criteria: { file: 'criteria.yml', digest: 'sha1:12' } }],
    ['no model', { model: undefined }],
  ])('is refused with %s', async (_, wrong) => {
    await using bench = await aComparison()
    const statement = gateStatementShape.parse(await statementOf(bench))
    const predicate: unknown = JSON.parse(JSON.stringify({ ...statement.predicate, ...wrong }))

    expect(isValid({ ...statement, predicate })).toBe(false)
    expect(readGate({ predicate })).toBeUndefined()
  })
})

const asObject = z.record(z.string(), z.unknown())

/** The keys of a value that its schema does not name, as paths. */
function unnamed(value: unknown, schemaOf: unknown, path = ''): readonly string[] {
  const { properties, items, anyOf } = asObject.catch({}).parse(schemaOf)
  if (Array.isArray(value))
    return value.flatMap((one, at) => unnamed(one, Array.isArray(items) ? items[at] : items, `${path}[]`))
  if (typeof value !== 'object' || value === null) return []
  const known = asObject.catch({}).parse(properties)
  if (Array.isArray(anyOf)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key in known ? unnamed(inner, known[key], `${path}.${key}`) : [`${path}.${key}`],
  )
}

/** The same value with a key in each of its objects that nobody knows. */
function withMore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMore)
  if (typeof value !== 'object' || value === null) return value
  const more = Object.entries(value).map(([key, inner]) => [key, withMore(inner)] as const)
  return { ...Object.fromEntries(more), fromTomorrow: { at: 1 } }
}
