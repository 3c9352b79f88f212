import { describe, expect, test } from 'vitest'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { decide } from '../../core/compare-and-gate/decide.ts'
import type { Predictions } from '../../core/compare-and-gate/facts.ts'
import { cutsOf, partsOf, pseudoValues } from '../../core/compare-and-gate/customs/whole.ts'
import { bcaInterval } from '../../core/stats/bca.ts'
import { meanInterval, pairedTInterval } from '../../core/stats/paired-t.ts'
import { normalDraw, type Random, seededRandom } from '../../core/stats/random.ts'
import { rootMeanInterval } from '../../core/stats/root-mean.ts'
import { frequency, upperLimit } from '../stats/support.ts'

const data = { file: 'x.csv', id: 'id', label: 'y' }
const draw = (random: () => number, n = 200) => Float64Array.from({ length: n }, () => Math.exp(normalDraw(random)))

test.each([{ cluster: 'c' }, { query: 'q' }])('one number for all rows is refused beside %j', (beside) => {
  const custom = { name: 'ratio', kind: 'whole', module: 'ratio.mjs', direction: 'higher' }
  const criteria = [{ metric: 'custom', custom, absolute: { min: 0 } }]

  const read = criteriaShape.safeParse({ version: 1, data: { ...data, ...beside }, criteria })

  expect(JSON.stringify(read.error?.issues)).toContain('takes no data.cluster and no data.query')
})

describe('bca as the interval of one number', () => {
  const custom = { name: 'median', kind: 'whole', interval: 'bca', module: 'median.mjs', direction: 'lower' }
  const read = (more: object, of: object = custom) =>
    JSON.stringify(
      criteriaShape.safeParse({
        version: 1,
        data,
        criteria: [{ metric: 'custom', custom: of, absolute: { max: 1 } }],
        ...more,
      }).error?.issues ?? [],
    )

  test('is taken of all rows, and refused of slices and of a number per row', () => {
    expect(read({})).toBe('[]')
    expect(read({ slices: [{ by: ['site'], metric: 'custom', custom, noHarm: 1 }] })).toContain('not taken of slices')
    expect(read({}, { ...custom, kind: 'perRow' })).toContain('gives interval without kind: whole')
    expect(read({ data: { ...data, weight: 'w' } })).toContain('takes no data.weight')
  })

  /** What a module says of rows, their parts and their resamples, as the gate takes it. */
  function said(values: Float64Array) {
    const median = (places: Iterable<number>) => {
      const sorted = Float64Array.from(places, (place) => values[place] ?? Number.NaN).sort()
      return (
        ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2
      )
    }
    const [all] = cutsOf({ name: 'median', interval: 'bca' }, {}, { rows: values.length, slices: [], units: {} })
    const { partOf = [], parts = 0, draws = 0 } = all ?? {}
    const rows = Array.from(values.keys())
    const without = Array.from({ length: parts }, (_, part) => median(rows.filter((row) => partOf[row] !== part)))
    const random = seededRandom(1)
    const replicates = Float64Array.from({ length: draws }, () =>
      median(rows.map(() => Math.floor(random() * rows.length))),
    )
    return {
      statistic: (places: ArrayLike<number>) => median(Array.from(places)),
      side: {
        customs: { median: pseudoValues(median(rows), without) },
        resampled: { median: { whole: median(rows), replicates } },
      },
    }
  }
  const asked = criteriaShape.parse({
    version: 1,
    data,
    criteria: [{ metric: 'custom', custom, absolute: { max: 1 }, vsChampion: { superior: 0 } }],
  })

  test('has the farther bounds of bcaInterval and the jackknife, alone and for two models on the same resamples', () => {
    const random = seededRandom(8)
    const [mine, theirs] = [said(draw(random)), said(draw(random))]

    const { results } = decide(asked, { labels: new Float64Array(200), candidate: mine.side, champion: theirs.side })

    const farther = (statistic: (places: ArrayLike<number>) => number, values: Float64Array) => {
      const [bca, jackknife] = [bcaInterval({ n: 200, statistic, seed: 1 }, 0.05), meanInterval(values, 0.05)]
      return [Math.min(bca.lower, jackknife.lower), Math.max(bca.upper, jackknife.upper)] as const
    }
    const [low, high] = farther(mine.statistic, mine.side.customs.median)
    expect(results[0]?.interval?.low).toBeCloseTo(low, 12)
    expect(results[0]?.interval?.high).toBeCloseTo(high, 12)
    const [worse, better] = farther(
      (places) => mine.statistic(places) - theirs.statistic(places),
      mine.side.customs.median.map((value, at) => value - (theirs.side.customs.median[at] ?? Number.NaN)),
    )
    expect(results[1]?.interval?.low).toBeCloseTo(worse, 12)
    expect(results[1]?.interval?.high).toBeCloseTo(better, 12)
    expect((results[1]?.pValue ?? 1) < 0.05).toBe(better < 0)
  })

  test('leaves a criterion open on fewer than 200 rows, without any resample, and where a resample has no number', () => {
    const few = said(draw(seededRandom(3), 199)).side
    expect(few.resampled.median.replicates).toHaveLength(0)
    const { side } = said(draw(seededRandom(3)))
    const { whole, replicates } = side.resampled.median
    const holed = { whole, replicates: replicates.map((value, at) => (at === 7 ? Number.NaN : value)) }
    const of = (candidate: Predictions, rows: number) =>
      decide(asked, { labels: new Float64Array(rows), candidate }).results[0]

    expect(of(few, 199)).toMatchObject({ kind: 'inconclusive' })
    expect(of(few, 199)?.interval).toBeUndefined()
    expect(of({ ...side, resampled: { median: holed } }, 200)).toMatchObject({ kind: 'inconclusive' })
    expect(of(side, 200)?.interval).toBeDefined()
  })
})

interface Earning {
  readonly random: Random
  /** What a row counts for where a part is left out. */
  readonly weightOf: (row: number, part: number) => number
}

/** What is earned per offer, 1 in truth, as values of the parts. */
function withoutParts(offers: Float64Array, parts: number, { random, weightOf }: Earning): Float64Array {
  const earned = offers.map((offer) => offer * (0.5 + random()))
  const per = (part: number) => {
    const kept = (values: Float64Array) => values.reduce((sum, value, row) => sum + weightOf(row, part) * value, 0)
    return kept(earned) / kept(offers)
  }
  return pseudoValues(
    per(-1),
    Array.from({ length: parts }, (_, part) => per(part)),
  )
}

function isEarningMore([candidate = [], champion = []]: readonly ArrayLike<number>[]): boolean {
  return pairedTInterval({ candidate, champion }, 'higher', 0.05).lower > 0
}

describe('one number for all rows, as values of parts', () => {
  const rootOf = (squares: Float64Array, left: number) => {
    const kept = squares.filter((_, row) => row !== left)
    return Math.sqrt(kept.reduce((sum, value) => sum + value, 0) / kept.length)
  }

  test('has the number as mean, and the standard error of its influence values', () => {
    const squares = draw(seededRandom(3))
    const without = Array.from(squares, (_, row) => rootOf(squares, row))

    const values = pseudoValues(rootOf(squares, -1), without)

    const interval = meanInterval(values, 0.05)
    const delta = rootMeanInterval(squares, 0.05)
    expect(interval.estimate).toBeCloseTo(delta.estimate, 9)
    expect(interval.standardError / delta.standardError).toBeCloseTo(1, 1)
  })

  test.each([50, 200])('passes a ratio of sums at the margin hardly more often than alpha, in %d parts', (parts) => {
    const random = seededRandom(parts)
    const passes = frequency(400, () => {
      // What is earned per offer is 1 with either model, and the candidate is asked to earn more.
      const sides = [0, 1].map(() => {
        const offers = draw(random)
        return withoutParts(offers, parts, { random, weightOf: (row, part) => (row % parts === part ? 0 : 1) })
      })
      return isEarningMore(sides)
    })

    expect(passes).toBeLessThanOrEqual(upperLimit(0.05, 400))
  })
})

describe('the parts of rows', () => {
  test('are dealt in turn, 200 at most, and as many as there are rows', () => {
    expect(partsOf([4, 5, 6], undefined)).toEqual({ partOf: [0, 1, 2], parts: 3 })
    const many = partsOf(new Uint32Array(1001), undefined)
    expect(many.parts).toBe(200)
    expect([many.partOf[0], many.partOf[200], many.partOf[401]]).toEqual([0, 0, 1])
    expect(partsOf([7], undefined)).toEqual({ partOf: [0], parts: 0 })
  })

  test('are of one weight, and no more than the rows are worth', () => {
    const random = seededRandom(2)
    const weights = Float64Array.from({ length: 500 }, () => Math.exp(normalDraw(random)))
    const rows = Array.from({ length: 250 }, (_, at) => 2 * at)
    const { parts, partOf } = partsOf(rows, weights)
    const total = rows.reduce((sum, row) => sum + (weights[row] ?? 0), 0)
    const squares = rows.reduce((sum, row) => sum + (weights[row] ?? 0) ** 2, 0)

    expect(parts).toBe(Math.floor(total ** 2 / squares))
    const loads = Array.from({ length: parts }, () => 0)
    for (const [at, part] of partOf.entries()) loads[part] = (loads[part] ?? 0) + (weights[rows[at] ?? 0] ?? 0)
    // But for the few rows that alone weigh more than a part.
    const middle = loads.toSorted((a, b) => a - b).slice(parts / 20, -parts / 10)
    expect((middle.at(-1) ?? 0) / (middle[0] ?? 1)).toBeLessThan(2)
  })

  test.each([100, 400])('of %d rows with weights let pass hardly more than alpha at the margin', (n) => {
    const random = seededRandom(n)
    const gates = 300
    const passes = frequency(gates, () => {
      const weights = Float64Array.from({ length: n }, () => Math.exp(normalDraw(random)))
      const { parts, partOf } = partsOf(Array.from(weights.keys()), weights)
      const offers = draw(random, n)
      const weightOf = (row: number, part: number) => (partOf[row] === part ? 0 : (weights[row] ?? 0))
      return isEarningMore([0, 1].map(() => withoutParts(offers, parts, { random, weightOf })))
    })

    expect(passes).toBeLessThanOrEqual(upperLimit(0.05, gates))
  })
})
