import { describe, expect, test } from 'vitest'
import { type Criteria, criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { decide } from '../../core/compare-and-gate/decide.ts'
import type { Predictions } from '../../core/compare-and-gate/facts.ts'
import { normalDraw, type Random, seededRandom } from '../../core/stats/random.ts'
import { frequency, upperLimit } from '../stats/support.ts'

const data = { file: 'x.csv', id: 'id', label: 'y' }
const criteria = (...list: readonly unknown[]): Criteria => criteriaShape.parse({ version: 1, data, criteria: list })
const problems = (...list: readonly unknown[]) =>
  criteriaShape.safeParse({ version: 1, data, criteria: list }).error?.issues.map(({ message }) => message) ?? []

/** Two models whose numbers miss the truth by normal errors of these sizes, half of it shared. */
function numbers(n: number, random: Random, size: { readonly candidate: number; readonly champion: number }) {
  const labels = Float64Array.from({ length: n }, () => 10 * random())
  const errors = labels.map(() => normalDraw(random))
  const side = (scale: number): Predictions => ({
    values: labels.map((label, row) => label + scale * Math.SQRT1_2 * ((errors[row] ?? 0) + normalDraw(random))),
  })
  return { labels, candidate: side(size.candidate), champion: side(size.champion) }
}

describe('a share of the champion’s metric', () => {
  test.each([
    ['rmse', 'nonInferior', '5%', 1, 'pass', /\d % (better|worse) than.*not worse by 5 % or more/],
    ['rmse', 'nonInferior', '5%', 1.2, 'fail', /% worse than the champion’s .*worse by more than 5 %/],
    ['mae', 'superior', '10 %', 0.7, 'pass', /% better than the champion’s .*really better by more than 10 %/],
    ['mse', 'superior', '1%', 1, 'inconclusive', /these rows cannot tell whether it is better by more than 1 %/],
  ] as const)('is asked of %s: %s %s', (...row) => {
    const [metric, key, share, scale, kind, words] = row
    const facts = numbers(3000, seededRandom(4), { candidate: scale, champion: 1 })

    const { results } = decide(criteria({ metric, vsChampion: { [key]: share } }), facts)

    expect(results[0]).toMatchObject({ kind, relative: Number.parseFloat(share) / 100 })
    expect(results[0]?.sentence).toMatch(words)
    const { margin = 0, champion = 0 } = results[0] ?? {}
    if (key === 'nonInferior') expect(margin).toBeCloseTo(0.05 * champion, 12)
  })

  test('of accuracy is judged by the ratio, not by a margin taken from the champion’s estimate', () => {
    const labels = new Float64Array(1000)
    const wrong = (from: number, count: number): Predictions => ({
      classes: labels.map((_, row) => (row >= from && row < from + count ? 1 : 0)),
    })
    const close = criteria(
      { metric: 'accuracy', vsChampion: { nonInferior: '2%' } },
      { metric: 'errorRate', vsChampion: { nonInferior: '50%' } },
    )

    const same = decide(close, { labels, candidate: wrong(0, 20), champion: wrong(0, 20) })
    const worse = decide(close, { labels, candidate: wrong(0, 80), champion: wrong(0, 20) })

    expect(same.kind).toBe('pass')
    expect(worse.results.map(({ kind }) => kind)).toEqual(['fail', 'fail'])
    expect(worse.results[1]).toMatchObject({ candidate: 0.08, champion: 0.02, margin: 0.01 })
  })

  test.each([
    ['a share of the champion’s', { nonInferior: '20%' }, {}],
    ['clusters', { nonInferior: 0.5 }, { clusters: Int32Array.from({ length: 300 }, (_, row) => row >> 1) }],
    ['weights', { nonInferior: 0.5 }, { weights: new Float64Array(300).fill(2) }],
  ])('of a loss that is the same on nearly all rows is inconclusive, as without one: %s', (_, vsChampion, units) => {
    const labels = Float64Array.from({ length: 300 }, (__, row) => row % 11)
    const champion = { values: labels.map((label, row) => label + ((row % 5) - 2)) }
    const candidate = { values: champion.values.map((value, row) => (row < 12 && row % 2 ? value + 0.1 : value)) }

    const { results } = decide(criteria({ metric: 'mae', vsChampion }), { labels, candidate, champion, ...units })

    expect(results[0]?.sentence).toContain('differ on fewer than ten rows')
  })

  test('of a champion whose metric is zero is inconclusive in words of its own', () => {
    const labels = Float64Array.from({ length: 100 }, (_, row) => row % 7)
    const facts = { labels, candidate: { values: labels.map((label) => label + 0.1) }, champion: { values: labels } }
    const none = { labels: labels.map((label) => Math.min(1, label)), candidate: { classes: labels.map(() => 1) } }

    const loss = decide(criteria({ metric: 'mae', vsChampion: { nonInferior: '2%' } }), facts)
    const share = decide(criteria({ metric: 'recall', vsChampion: { superior: '2%' } }), {
      ...none,
      champion: { classes: labels.map(() => 0) },
    })

    for (const { kind, results } of [loss, share]) {
      expect(kind).toBe('inconclusive')
      expect(results[0]?.sentence).toContain('the champion’s is 0, and nothing is a share of that')
      expect(results[0]?.pValue).toBeUndefined()
    }
  })

  test('is refused where a share of it can mean the opposite, and where it is no share', () => {
    const share = { vsChampion: { nonInferior: '2%' } }

    expect(problems({ metric: 'r2', ...share })).toEqual([
      'asks for a share of r2, which can be below 0: give a number',
    ])
    expect(problems({ metric: 'mcc', ...share })).toHaveLength(1)
    expect(problems({ metric: 'cost', cost: { '0->1': -1 }, ...share })).toHaveLength(1)
    expect(problems({ metric: 'cost', cost: { '0->1': 1 }, ...share })).toEqual([])
    expect(problems({ metric: 'rmse', vsChampion: { nonInferior: '-2%' } })).toHaveLength(1)
    expect(problems({ metric: 'rmse', vsChampion: { nonInferior: '100%' } })).toHaveLength(1)
    expect(problems({ metric: 'rmse', vsChampion: { superior: '2' } })).toHaveLength(1)
  })
})

const repeats = Number(process.env['SIMULATE'] ?? 300)

describe('a candidate whose loss is larger by exactly the share', () => {
  test.each([50, 200, 1000])('passes no more often than alpha on %d rows, by RMSE and MAE', (n) => {
    const random = seededRandom(n)
    for (const metric of ['rmse', 'mae']) {
      const close = criteria({ metric, vsChampion: { nonInferior: '10%' } })
      const passes = frequency(
        repeats,
        () => decide(close, numbers(n, random, { candidate: 1.1, champion: 1 })).kind === 'pass',
      )
      if (process.env['SIMULATE'] !== undefined) console.log(metric, n, passes)

      expect(passes, metric).toBeLessThanOrEqual(upperLimit(0.05, repeats))
    }
  })
})
