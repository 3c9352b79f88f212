import { describe, expect, test } from 'vitest'
import { type Footprints, uncomparedOpsets } from '../../core/compare-and-gate/budgets/footprint.ts'
import { judgeBudgets } from '../../core/compare-and-gate/budgets/judge.ts'
import { limitOf } from '../../core/cli/report/read/gate.ts'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import type { MeasuredRate } from '../../core/main/profiles.ts'
import type { EndpointBudgets } from '../../core/records/budgets.ts'
import { isDigest } from '../../core/records/digest.ts'
import { statement } from '../../core/records/evidence.ts'
import { type Bench, failureOf, gate } from '../main/bench.ts'
import { aComparison, byFiles, criteriaFile, projectFile, usualCriteria } from './a-comparison.ts'

const data = { file: 'data.csv', id: 'id', label: 'y' }

function judge(budgets: object, footprints: Footprints) {
  const criteria = criteriaShape.parse({
    version: 1,
    data,
    criteria: [{ metric: 'accuracy', absolute: { min: 0.5 } }],
    budgets,
  })
  const labels = new Float64Array(100)
  return judgeBudgets(criteria, { labels, candidate: {}, footprints })
}

/** A profile with so many latencies of each of these milliseconds. */
function profile(...rates: readonly MeasuredRate[]) {
  return { id: `sha256:${'0'.repeat(64)}` as const, at: '2026-01-02T03:04:05.000Z', rates }
}

function measured(rate: number, latencies: Readonly<Record<number, number>>, requests?: number): MeasuredRate {
  const latencyBuckets = Object.entries(latencies).map(([upToMs, count]) => ({ upToMs: Number(upToMs), count }))
  return { rate, requests: requests ?? latencyBuckets.reduce((sum, { count }) => sum + count, 0), latencyBuckets }
}

describe('a budget of growth', () => {
  test.each([
    [110, 'pass', '10 % larger than the champion’s, and at most 10 % larger is asked'],
    [111, 'fail', '11 % larger than the champion’s, but at most 10 % larger is asked'],
    [90, 'pass', 'no larger than the champion’s, and'],
  ])('with %i bytes against 100', (sizeBytes, kind, words) => {
    const [result] = judge({ modelSizeGrowth: 0.1 }, { candidate: { sizeBytes }, champion: { sizeBytes: 100 } })

    expect(result).toMatchObject({ kind, isRequired: true, candidate: sizeBytes, champion: 100 })
    expect(result?.sentence).toContain(words)
  })

  test('asks nothing without a champion', () => {
    expect(judge({ modelSizeGrowth: 0.1 }, { candidate: { sizeBytes: 1 } })).toEqual([])
  })
})

describe('a budget of operators', () => {
  test.each([
    [17, 'pass'],
    [18, 'fail'],
    [undefined, 'inconclusive'],
  ])('of 17, asked for %s', (opset, kind) => {
    expect(judge({ opset: 17 }, { candidate: { sizeBytes: 1, opset } })).toMatchObject([{ kind, isRequired: true }])
  })

  test('that nobody gave leaves newer operators than the champion’s as information', () => {
    const against = (opset: number, before: number) =>
      judge({}, { candidate: { sizeBytes: 1, opset }, champion: { sizeBytes: 1, opset: before } })

    expect(against(18, 17)).toMatchObject([{ kind: 'fail', isRequired: false, candidate: 18, champion: 17 }])
    expect(against(17, 17)).toEqual([])
    expect(against(16, 17)).toEqual([])
  })
})

describe('an opset that was not recorded', () => {
  const side = (reference: string, opset: number | undefined, path = 'm.onnx') => {
    const digest = `sha256:${'0'.repeat(64)}` as const
    return {
      subject: { reference, files: { digest, files: [{ path, digest, size: 1 }] } },
      footprint: { sizeBytes: 1, opset },
    }
  }

  test('is said, since nobody can tell then whose is newer', () => {
    expect(uncomparedOpsets(side('a@2', 17), side('a@1', undefined))).toBe(
      'The version of ONNX’s operators is not recorded of a@1: whether a@2 needs newer ones than a@1 is not compared',
    )
    expect(uncomparedOpsets(side('a@2', undefined), side('a@1', undefined))).toMatch(/of a@2 and a@1: whether/)
  })

  test('matters to nobody where there is no champion, or a side is no ONNX file', () => {
    expect(uncomparedOpsets(side('a@2', 17), side('a@1', 18))).toBeUndefined()
    expect(uncomparedOpsets(side('a@2', undefined), undefined)).toBeUndefined()
    expect(uncomparedOpsets(side('a@2', 17), side('a@1', undefined, 'm.pkl'))).toBeUndefined()
  })
})

describe('a budget of memory', () => {
  const taken = (memoryBytes: number) =>
    profile({ rate: 10, requests: 5, memoryBytes: 1 }, { rate: 50, requests: 5, memoryBytes })

  test('is of the most that any rate took', () => {
    expect(judge({ memoryBytes: 500 }, { candidate: { sizeBytes: 1, profile: taken(500) } })).toMatchObject([
      { kind: 'pass' },
    ])
    expect(judge({ memoryBytes: 500 }, { candidate: { sizeBytes: 1, profile: taken(501) } })).toMatchObject([
      { kind: 'fail', candidate: 501 },
    ])
  })

  test('that nobody measured is inconclusive, and says what to run', () => {
    const [result] = judge({ memoryBytes: 500 }, { candidate: { sizeBytes: 1 } })

    expect(result).toMatchObject({ kind: 'inconclusive' })
    expect(result?.sentence).toContain('run the step profile before the gate')
  })
})

describe('a budget of latency', () => {
  const asked = { latencyMs: { rate: 50, p99: 80 } }
  const of = (...rates: readonly MeasuredRate[]) =>
    judge(asked, { candidate: { sizeBytes: 1, profile: profile(...rates) } })

  test.each([
    ['is kept when even the upper bound is', measured(50, { 20: 990, 60: 8, 90: 2 }), 'pass'],
    ['is broken when even the lower bound is over', measured(50, { 20: 900, 79: 20, 120: 80 }), 'fail'],
    ['is open when the bounds lie around it', measured(50, { 20: 980, 79: 9, 120: 11 }), 'inconclusive'],
    ['is open on fewer than 299 requests, however fast', measured(50, { 1: 298 }), 'inconclusive'],
    ['is kept on 299 fast ones', measured(50, { 1: 299 }), 'pass'],
    ['counts requests without an answer as slow', measured(50, { 1: 900 }, 1000), 'fail'],
  ])('%s', (_, rate, kind) => {
    expect(of(rate)).toMatchObject([{ kind, metric: 'latency p99' }])
  })

  test('is looked up at the lowest rate that is not below the asked one', () => {
    const slow = measured(100, { 900: 1000 })
    const fast = measured(50, { 1: 1000 })

    expect(of(measured(20, { 900: 1000 }), fast, slow)).toMatchObject([{ kind: 'pass' }])
    expect(of(measured(20, { 1: 1000 }))).toMatchObject([{ kind: 'inconclusive' }])
    expect(of(measured(20, { 1: 1000 }), slow)).toMatchObject([{ kind: 'fail' }])
  })

  test('says in numbers how many requests lack', () => {
    expect(of(measured(50, { 1: 100 }))[0]?.sentence).toMatch(/these requests cannot tell .*; it takes 299 or more\.$/)
  })
})

describe('a budget of an endpoint', () => {
  const about = (budgets: object, endpoint: EndpointBudgets, footprints: Footprints) => {
    const criteria = criteriaShape.parse({
      version: 1,
      data,
      criteria: [{ metric: 'accuracy', absolute: { min: 0.5 } }],
      budgets,
    })
    const facts = {
      labels: new Float64Array(100),
      candidate: {},
      footprints,
      endpoint: { endpoint: 'api', budgets: endpoint },
    }
    return judgeBudgets(criteria, facts)
  }

  test('is judged beside that of the criteria, each with its own words', () => {
    const results = about(
      { modelSizeBytes: 100 },
      { modelSizeBytes: 50, opset: 17 },
      { candidate: { sizeBytes: 80, opset: 17 } },
    )

    expect(results).toMatchObject([
      { criterion: 'modelSizeBytes ≤ 100', kind: 'pass', isRequired: true },
      { criterion: 'api: modelSizeBytes ≤ 50', kind: 'fail', isRequired: true, bound: 50 },
      { criterion: 'api: opset ≤ 17', kind: 'pass' },
    ])
    expect(results[1]?.sentence).toBe(
      'By the budget of the endpoint api: The candidate’s files have 80 bytes, but at most 50 are asked.',
    )
    expect(results.map(limitOf)).toEqual([
      { value: 100, holds: 'below' },
      { value: 50, holds: 'below' },
      { value: 17, holds: 'below' },
    ])
  })

  test('of operators decides where the criteria have none, so that newer ones are no mere information', () => {
    const footprints = { candidate: { sizeBytes: 1, opset: 18 }, champion: { sizeBytes: 1, opset: 17 } }

    expect(about({}, { opset: 17 }, footprints)).toMatchObject([
      { criterion: 'api: opset ≤ 17', kind: 'fail', isRequired: true },
    ])
    expect(about({}, {}, footprints)).toMatchObject([{ isRequired: false }])
  })

  test('of latency is by order statistics of the same profile', () => {
    const footprints = { candidate: { sizeBytes: 1, profile: profile(measured(50, { 20: 990, 60: 10 })) } }

    expect(about({}, { latencyMs: { rate: 50, p99: 80 } }, footprints)).toMatchObject([
      { criterion: 'api: latency p99 ≤ 80 ms at 50 requests/s', kind: 'pass', n: 1000 },
    ])
  })
})

test('the gate judges by the budget of the endpoint that it is asked about, and by no other', async () => {
  const project = (bytes: number) => `${projectFile}endpoints:
  api: { budgets: { modelSizeBytes: ${bytes} } }
  other: { budgets: { modelSizeBytes: 1 } }
`
  await using bench = await aComparison({ 'trainyard.yml': project(2) })

  const broken = await bench.run(gate, { ...byFiles, endpoint: 'api' })
  const unasked = await bench.run(gate, byFiles)
  const unknown = await bench.run(gate, { ...byFiles, endpoint: 'third' })
  await bench.write({ 'trainyard.yml': project(3) })
  const kept = await bench.run(gate, { ...byFiles, endpoint: 'api' })
  await bench.write({ 'trainyard.yml': `${projectFile}endpoints:\n  api: { budgets: { modelSizeGrowth: 0.1 } }\n` })
  const wrong = await bench.run(gate, { ...byFiles, endpoint: 'api' })

  expect(broken.outputs.get('verdict')).toBe('fail')
  expect(failureOf(broken)).toContain(
    'By the budget of the endpoint api: The candidate’s files have 3 bytes, but at most 2',
  )
  expect([unasked, unknown, kept].map(({ outputs }) => outputs.get('verdict'))).toEqual(['pass', 'pass', 'pass'])
  const id = kept.outputs.get('evidence') ?? ''
  const { predicate } = await bench.look(({ evidence }) => evidence.read(isDigest(id) ? id : 'sha256:'))
  expect(predicate).toMatchObject({ endpointBudget: { endpoint: 'api', budgets: { modelSizeBytes: 3 } } })
  expect(failureOf(wrong)).toMatch(/endpoints\.api\.budgets\.modelSizeGrowth \(in trainyard\.yml:7:\d+\)/)
})

test('the gate reads the newest profile of the very bytes', async () => {
  const whole = JSON.parse(criteriaFile(usualCriteria)) as object
  const budgets = { memoryBytes: 1000, latencyMs: { rate: 50, p99: 80 } }
  await using bench = await aComparison({ 'criteria.yml': JSON.stringify({ ...whole, budgets }) })

  const without = await bench.run(gate, byFiles)
  await profiled(bench, { ...measured(50, { 20: 1000 }), memoryBytes: 900 })
  const kept = await bench.run(gate, byFiles)
  await profiled(bench, { ...measured(50, { 200: 1000 }), memoryBytes: 900 })
  const broken = await bench.run(gate, byFiles)

  expect(without.outputs.get('verdict')).toBe('inconclusive')
  expect(kept.outputs.get('verdict')).toBe('pass')
  expect(broken.outputs.get('verdict')).toBe('fail')
  expect(failureOf(broken)).toContain('but at most 80 ms are asked')
})

async function profiled(bench: Bench, rate: MeasuredRate): Promise<void> {
  await bench.record(JSON.stringify(rate), async ({ models, evidence }) => {
    const { files } = await models.version('kettle', 2)
    const subject = { name: 'kettle@2', digest: files.digest }
    await evidence.add(statement('profile', subject, { model: 'kettle', rates: [rate] }))
  })
}
