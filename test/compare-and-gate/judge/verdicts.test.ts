import { describe, expect, test } from 'vitest'
import { type Criteria, criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import { decide } from '../../../core/compare-and-gate/decide.ts'
import type { Facts, Predictions } from '../../../core/compare-and-gate/facts.ts'

const criteria = (list: readonly object[], more: object = {}, data: object = {}): Criteria =>
  criteriaShape.parse({
    version: 1,
    data: { file: 'x.csv', id: 'id', label: 'y', ...data },
    criteria: list,
    ...more,
  })

/** 1000 rows, of which the candidate is wrong on the first 50, and the champion on the 50 after these. */
const labels = Float64Array.from({ length: 1000 }, (_, row) => row % 2)
const wrong = (from: number, to: number): Predictions => ({
  classes: labels.map((label, row) => (row >= from && row < to ? 1 - label : label)),
})
const alone: Facts = { labels, candidate: wrong(0, 50) }
const compared: Facts = { ...alone, champion: wrong(50, 100) }

const passing = { metric: 'accuracy', absolute: { min: 0.9 } }
const passingToo = { metric: 'errorRate', absolute: { max: 0.1 } }
const failing = { metric: 'accuracy', absolute: { min: 0.99 } }
const open = { metric: 'accuracy', absolute: { min: 0.95 } }
const needing = { metric: 'accuracy', absolute: { min: 0.945 } }
const comparing = { metric: 'accuracy', vsChampion: { nonInferior: 0.05 } }
const uncompared = ' Nothing was compared: there is no other champion, so absolute criteria alone decided.'

describe('a verdict opens with', () => {
  test.each([
    ['pass', [passing], 'The required criterion is proven.'],
    ['pass', [passing, passingToo], 'All 2 required criteria are proven.'],
    ['pass', [passing, { ...failing, required: false }], 'The required criterion is proven.'],
    ['fail', [passing, failing], '1 of 2 required criteria failed.'],
    ['fail', [open, failing], '1 of 2 required criteria failed.'],
    ['fail', [failing, { metric: 'errorRate', absolute: { max: 0.01 } }], '2 of 2 required criteria failed.'],
    ['inconclusive', [passing, open], '1 of 2 required criteria cannot be decided on this data.'],
    ['inconclusive', [{ ...passing, required: false }], 'No required criterion could be asked.'],
  ] as const)('what it is, %s: %j', (kind, list, words) => {
    const lone = decide(criteria(list), alone)
    const both = decide(criteria(list), compared)

    expect([lone.kind, both.kind]).toEqual([kind, kind])
    expect(lone.reasons[0]).toBe(`${words}${uncompared}`)
    expect(both.reasons[0]).toBe(words)
    expect([lone.isUncompared, both.isUncompared]).toEqual([true, false])
  })

  test('that nothing could be asked, where all that is asked compares', () => {
    const verdict = decide(criteria([comparing]), alone)

    expect(verdict).toStrictEqual({
      kind: 'inconclusive',
      results: [],
      isUncompared: true,
      reasons: [`No required criterion could be asked.${uncompared}`],
    })
  })

  test('what failed, even where nothing else could be asked', () => {
    const within = criteria([comparing], { budgets: { modelSizeBytes: 10 } })
    const verdict = decide(within, { ...alone, footprints: { candidate: { sizeBytes: 11 } } })

    expect(verdict.kind).toBe('fail')
    expect(verdict.reasons[0]).toBe(`The required criterion failed.${uncompared}`)
  })
})

describe('the reasons', () => {
  const sentences = (list: readonly object[]) =>
    decide(criteria(list), compared).results.map(({ sentence }) => sentence)

  test('are what failed and then what is open, and not what passed', () => {
    const list = [open, passing, failing, { ...failing, required: false }]
    const [undecided, , failed] = sentences(list)

    expect(decide(criteria(list), compared).reasons.slice(1)).toEqual([failed, undecided])
  })

  test('of what passed are those of budgets alone', () => {
    const within = criteria([passing], { budgets: { modelSizeBytes: 10 } })
    const footprints = { candidate: { sizeBytes: 10 } }

    expect(decide(within, { ...alone, footprints }).reasons).toEqual([
      `The required criterion is proven.${uncompared}`,
      'The candidate’s files have 10 bytes, and at most 10 are asked.',
    ])
    expect(decide({ ...within, criteria: criteria([failing]).criteria }, { ...alone, footprints }).reasons).toEqual([
      `1 of 2 required criteria failed.${uncompared}`,
      expect.stringContaining('but at least 0.99 is asked'),
    ])
  })

  test('end with what the use of the data costs', () => {
    const spending = { rule: 'bonferroni', total: 0.05, candidates: 20, isExhausted: false } as const
    const reuse = { judged: 0, place: 1, alpha: 0.0025, spending, sentence: 'Judged at less.' }
    const verdict = decide(criteria([passing, comparing]), { ...compared, reuse })

    expect(verdict.reasons).toEqual(['All 2 required criteria are proven.', 'Judged at less.'])
    expect(verdict.results.map(({ interval }) => interval?.level)).toEqual([0.995, 0.995])
  })

  test('say that nothing is left of the error probability', () => {
    const spending = { rule: 'bonferroni', total: 0.05, candidates: 20, isExhausted: true } as const
    const reuse = { judged: 20, place: 21, alpha: 0.0025, spending, sentence: 'Judged at less.' }
    const verdict = decide(criteria([passing]), { ...compared, reuse })

    expect(verdict.kind).toBe('inconclusive')
    expect(verdict.results.map(({ metric }) => metric)).toEqual(['accuracy', 'reuse'])
    expect(verdict.reasons).toEqual([
      '1 of 2 required criteria cannot be decided on this data.',
      'This data has judged as many candidates as the criteria allow; use new data.',
    ])
  })
})

describe('what is needed', () => {
  test('is the most that any open criterion needs, if it is required', () => {
    const needs = (list: readonly object[]) => decide(criteria(list), compared).needed
    const more = { metric: 'accuracy', absolute: { min: 0.947 } }
    const [few = 0, many = 0] = [needs([needing]), needs([more])]

    expect(few).toBeGreaterThan(1000)
    expect(many).toBeGreaterThan(few)
    expect(needs([needing, more])).toBe(many)
    expect(needs([more, needing])).toBe(many)
    expect(needs([needing, { ...more, required: false }])).toBe(few)
  })

  test('is left out where it is not known, and where the verdict is known', () => {
    expect(decide(criteria([open]), compared)).not.toHaveProperty('needed')
    expect(decide(criteria([needing, failing]), compared)).not.toHaveProperty('needed')
    expect(decide(criteria([passing]), compared)).not.toHaveProperty('needed')
  })

  test('of queries is told in rows, for as many rows of each as there are', () => {
    // 40 queries of three rows, the last of them without a relevant row.
    const queries = Int32Array.from({ length: 120 }, (_, row) => Math.floor(row / 3))
    const of = (isFirst: (query: number) => boolean): Predictions => ({
      values: Float64Array.from(queries, (query, row) => (row % 3 === 0 ? (isFirst(query) ? 3 : 0.5) : row % 3)),
    })
    const facts: Facts = {
      labels: Float64Array.from(queries, (query, row) => (row % 3 === 0 && query < 39 ? 1 : 0)),
      candidate: of((query) => query % 2 === 0),
      queries,
    }
    const verdict = decide(criteria([{ metric: 'mrr', absolute: { min: 0.65 } }], {}, { query: 'q' }), facts)
    const [result] = verdict.results

    expect(result).toMatchObject({ kind: 'inconclusive', unit: 'query', n: 39 })
    expect(result?.needed).toBeGreaterThan(39)
    expect(verdict.needed).toBe(Math.ceil(((result?.needed ?? 0) * 120) / 39))
  })
})

test('what breaks the champion’s callers stands first, as one result with a sentence for each break', () => {
  const verdict = decide(criteria([passing]), compared, ['The input a is gone.', 'The output b is new.'])
  const broken = {
    criterion: 'signature compatible with the champion’s',
    metric: 'signature',
    kind: 'fail',
    isRequired: true,
    n: 1000,
  }

  expect(verdict.results[0]).toStrictEqual({ ...broken, sentence: 'The input a is gone. The output b is new.' })
  expect(verdict.reasons).toEqual(['1 of 2 required criteria failed.', 'The input a is gone. The output b is new.'])
})

test('a criterion with a bound and a comparison has a result of each, in this order', () => {
  const both = { metric: 'accuracy', absolute: { min: 0.9 }, vsChampion: { nonInferior: 0.05 }, required: false }
  const verdict = decide(criteria([both, passing]), compared)

  expect(verdict.results.map(({ criterion, isRequired }) => [criterion, isRequired])).toEqual([
    ['accuracy ≥ 0.9', false],
    ['accuracy not worse by ≥ 0.05', false],
    ['accuracy ≥ 0.9', true],
  ])
  expect(verdict).not.toHaveProperty('slices')
  expect(verdict).not.toHaveProperty('fairness')
})
