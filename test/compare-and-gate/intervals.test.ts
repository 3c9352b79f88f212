import { describe, expect, test } from 'vitest'
import {
  countsOf,
  pairedInterval,
  ratioCountsOf,
  ratioOf,
  relativeInterval,
  shareOf,
  singleInterval,
  valueOf,
} from '../../core/compare-and-gate/intervals.ts'
import { pairedAucInterval } from '../../core/stats/delong.ts'
import { effectivePairs, effectiveRatio, effectiveShare } from '../../core/stats/effective-counts.ts'
import { influenceInterval } from '../../core/stats/influence.ts'
import {
  pairedRowInfluenceInterval,
  rowInfluenceInterval,
  scaledRowInfluenceInterval,
} from '../../core/stats/metrics/row-influence.ts'
import { influenceOf, type Metric, type MetricName, metrics } from '../../core/stats/metrics.ts'
import { ratioInterval } from '../../core/stats/paired-ratio.ts'
import { pairedShareInterval } from '../../core/stats/paired-share.ts'
import { meanInterval, pairedTInterval } from '../../core/stats/paired-t.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { pairedRootMeanInterval, rootMeanInterval } from '../../core/stats/root-mean.ts'
import type { Evaluated } from '../../core/stats/row-values.ts'
import { STRAIGHT } from '../../core/stats/second-order.ts'
import { tangoInterval } from '../../core/stats/tango.ts'
import { wilsonInterval } from '../../core/stats/wilson.ts'

const alpha = 0.05
const n = 60
const random = seededRandom(5)
/** Two of three rows are of class 1. */
const labels = Float64Array.from({ length: n }, (_, row) => (row % 3 === 0 ? 0 : 1))
const noisy = (size: number) => labels.map((label) => label + size * normalDraw(random))
const scores = { candidate: noisy(0.6), champion: noisy(0.8) }
const weights = Float64Array.from(labels, (_, row) => 1 + (row % 4))
/** 20 clusters of three rows. */
const clusters = Int32Array.from(labels, (_, row) => Math.floor(row / 3))
const few = Int32Array.from(labels, (_, row) => row % 6)

/** A metric that is a mean over rows. */
function ofRows(metric: Metric) {
  if (metric.family === 'auc' || metric.family === 'influence') throw new TypeError(`${metric.name} has no rows`)
  return metric
}

/** Classes that are wrong on some of the rows. */
const wrongOn = (isWrong: (row: number) => boolean, units: object = {}): Evaluated => ({
  labels,
  predictions: labels.map((label, row) => (isWrong(row) ? 1 - label : label)),
  ...units,
})
const scored = (of: 'candidate' | 'champion', units: object = {}): Evaluated => ({
  labels,
  predictions: scores[of],
  ...units,
})
const classes = (units: object = {}) => ({
  candidate: wrongOn((row) => row < 4, units),
  champion: wrongOn((row) => row >= 3 && row < 12, units),
})
const both = (units: object = {}) => ({ candidate: scored('candidate', units), champion: scored('champion', units) })
const kinds = [
  ['weights', { weights }],
  ['clusters', { clusters }],
  ['both', { weights, clusters }],
] as const

/** 20 queries of three rows, of which the first is relevant; a model puts it on some place. The last query has no relevant row. */
const queries = Int32Array.from(labels, (_, row) => Math.floor(row / 3))
const ranked = (place: (query: number) => number, units: object = {}): Evaluated => ({
  labels: labels.map((_, row) => (row % 3 === 0 && row < 57 ? 1 : 0)),
  predictions: labels.map((_, row) => (row % 3 === 0 ? 1.5 - place(Math.floor(row / 3)) : 2 - (row % 3))),
  settings: { k: 1 },
  queries,
  ...units,
})
const places = { candidate: ranked((query) => (query % 7 === 3 ? 1 : 0)), champion: ranked((query) => query % 3) }

describe('the interval of one model', () => {
  test('of a share is Wilson’s, of what is right or wrong', () => {
    const { candidate } = classes()

    expect(singleInterval(metrics.accuracy, candidate, alpha)).toEqual(wilsonInterval({ successes: 56, n: 60 }, alpha))
    expect(singleInterval(metrics.errorRate, candidate, alpha)).toEqual(wilsonInterval({ successes: 4, n: 60 }, alpha))
    // Of rows 0 to 3, two are of class 1.
    expect(singleInterval(metrics.recall, candidate, alpha)).toEqual(wilsonInterval({ successes: 38, n: 40 }, alpha))
    expect(singleInterval(metrics.hitAtK, places.champion, alpha)).toEqual(
      wilsonInterval({ successes: 7, n: 19 }, alpha),
    )
  })

  test.each(kinds)('of a share is Wilson’s of what its own rows are worth: %s', (_, units) => {
    const { candidate } = classes(units)
    const isRight = Float64Array.from(labels, (__, row) => (row < 4 ? 0 : 1))
    const { doubt, ...counts } = effectiveShare(isRight, units)
    const positives = (values: ArrayLike<number>) => Array.from(values).filter((__, row) => labels[row] === 1)
    const own = {
      weights: 'weights' in units ? positives(weights) : undefined,
      clusters: 'clusters' in units ? positives(clusters) : undefined,
    }
    const { doubt: none, ...found } = effectiveShare(Float64Array.from(positives(isRight)), own)

    expect([doubt, none]).toEqual([undefined, undefined])
    expect(singleInterval(metrics.accuracy, candidate, alpha)).toEqual(wilsonInterval(counts, alpha))
    expect(shareOf(ofRows(metrics.accuracy), candidate)).toEqual({ ...counts, doubt })
    expect(singleInterval(metrics.recall, candidate, alpha)).toEqual(wilsonInterval(found, alpha))
  })

  test('of a share in few clusters is its range, with the doubt', () => {
    const { candidate } = classes({ clusters: few })

    expect(singleInterval(metrics.accuracy, candidate, alpha)).toEqual({
      estimate: expect.closeTo(56 / 60, 12) as number,
      lower: 0,
      upper: 1,
      doubt: 'too-few-clusters',
    })
  })

  test('of a hit rate with clusters takes the cluster of a query’s first row', () => {
    const of = Int32Array.from(queries, (query) => query % 12)
    const hits = Float64Array.from({ length: 19 }, (_, query) => (query % 3 === 0 ? 1 : 0))
    const { doubt, ...counts } = effectiveShare(hits, { clusters: of.filter((_, row) => row % 3 === 0).slice(0, 19) })
    const interval = singleInterval(
      metrics.hitAtK,
      ranked((query) => query % 3, { clusters: of }),
      alpha,
    )

    expect(doubt).toBeUndefined()
    expect(interval).toEqual(wilsonInterval(counts, alpha))
  })

  test.each<[MetricName, (candidate: Evaluated) => object]>([
    ['auc', (candidate) => rowInfluenceInterval(influenceOf(metrics.auc, candidate), metrics.auc.range, alpha)],
    [
      'mae',
      ({ predictions }) =>
        meanInterval(
          labels.map((y, row) => Math.abs(y - (predictions[row] ?? 0))),
          alpha,
        ),
    ],
    [
      'mse',
      ({ predictions }) =>
        meanInterval(
          labels.map((y, row) => (y - (predictions[row] ?? 0)) ** 2),
          alpha,
        ),
    ],
    [
      'rmse',
      ({ predictions }) =>
        rootMeanInterval(
          labels.map((y, row) => (y - (predictions[row] ?? 0)) ** 2),
          alpha,
        ),
    ],
    ['r2', (candidate) => rowInfluenceInterval(influenceOf(metrics.r2, candidate), metrics.r2.range, alpha)],
  ])('of %s is that of its family', (name, expected) => {
    expect(singleInterval(metrics[name], scored('candidate'), alpha)).toEqual(expected(scored('candidate')))
  })

  test('of a metric by its influence values stays in its range', () => {
    const candidate = wrongOn((row) => row === 1)
    const interval = singleInterval(metrics.f1, candidate, alpha)

    expect(interval).toEqual(rowInfluenceInterval(influenceOf(metrics.f1, candidate), { lower: 0, upper: 1 }, alpha))
    expect(interval.upper).toBe(1)
  })

  test.each(
    (['mae', 'rmse', 'auc', 'r2'] as const).flatMap((name) => kinds.map(([of, units]) => ({ name, of, units }))),
  )('of $name with $of is by influence values', ({ name, units }) => {
    const candidate = scored('candidate', units)

    expect(singleInterval(metrics[name], candidate, alpha)).toEqual(
      rowInfluenceInterval(influenceOf(metrics[name], candidate), metrics[name].range, alpha),
    )
  })

  test('of a mean over nine queries says nothing, and over ten it does', () => {
    const of = (lists: number) => {
      const { labels: all, predictions, ...rest } = ranked((query) => (query === 4 ? 1 : 0), { settings: undefined })
      const first = (rows: ArrayLike<number>) => Array.from(rows).slice(0, 3 * lists)
      const candidate = {
        ...rest,
        labels: first(all),
        predictions: first(predictions),
        queries: Int32Array.from(first(queries)),
      }
      return singleInterval(metrics.mrr, candidate, alpha)
    }

    expect(of(9)).toMatchObject({ lower: 0, upper: 1, doubt: 'too-few-rows' })
    expect(of(10).doubt).toBeUndefined()
  })

  test('of a mean over queries stays between 0 and 1', () => {
    const hardlyWrong = ranked((query) => (query === 4 ? 1 : 0), { settings: undefined })
    const rows = Float64Array.from({ length: 19 }, (_, query) => (query === 4 ? 0.5 : 1))
    const interval = singleInterval(metrics.mrr, hardlyWrong, alpha)

    expect(interval).toEqual(
      influenceInterval({ estimate: 18.5 / 19, influence: rows, range: { lower: 0, upper: 1 } }, alpha),
    )
    expect(interval.upper).toBe(1)
    expect(meanInterval(rows, alpha).upper).toBeGreaterThan(1)
  })
})

describe('the interval of a difference', () => {
  test.each<[MetricName, number, number, number]>([
    // Rows 0 to 2 are wrong by the candidate alone, rows 4 to 11 by the champion alone.
    ['accuracy', 60, 8, 3],
    ['errorRate', 60, 8, 3],
    // Without every third row.
    ['recall', 40, 6, 2],
  ])('of %s is Tango’s, and higher is better', (name, rows, onlyCandidateRight, onlyChampionRight) => {
    const counts = { n: rows, onlyCandidateRight, onlyChampionRight }

    expect(pairedInterval({ metric: metrics[name], ...classes() }, alpha)).toEqual(tangoInterval(counts, alpha))
    expect(countsOf(classes(), ofRows(metrics[name]))).toEqual(counts)
  })

  test.each(kinds)('of a share is Tango’s of what the rows are worth: %s', (_, units) => {
    const right = {
      candidate: Float64Array.from(labels, (__, row) => (row < 4 ? 0 : 1)),
      champion: Float64Array.from(labels, (__, row) => (row >= 3 && row < 12 ? 0 : 1)),
    }
    const { doubt, ...counts } = effectivePairs(right, units, 'higher')

    expect(doubt).toBeUndefined()
    for (const metric of [metrics.accuracy, metrics.errorRate]) {
      const interval = pairedInterval({ metric, ...classes(units) }, alpha)
      const expected = tangoInterval(counts, alpha)
      expect(interval.estimate).toBeCloseTo(expected.estimate, 12)
      expect(interval.lower).toBeCloseTo(expected.lower, 12)
      expect(interval.upper).toBeCloseTo(expected.upper, 12)
      expect(interval.doubt).toBeUndefined()
    }
  })

  test('of a share in few clusters is everything, with the doubt', () => {
    const pair = { metric: metrics.accuracy, ...classes({ clusters: few }) }

    expect(pairedInterval(pair, alpha)).toEqual({
      estimate: expect.closeTo(5 / 60, 12) as number,
      lower: -1,
      upper: 1,
      doubt: 'too-few-clusters',
    })
  })

  const squares = (of: 'candidate' | 'champion') => labels.map((y, row) => (y - (scores[of][row] ?? 0)) ** 2)
  const misses = (of: 'candidate' | 'champion') => labels.map((y, row) => Math.abs(y - (scores[of][row] ?? 0)))

  test('of a loss is that of its family, and higher is better', () => {
    const mae = { candidate: misses('candidate'), champion: misses('champion') }
    const mse = { candidate: squares('candidate'), champion: squares('champion') }

    expect(pairedInterval({ metric: metrics.mae, ...both() }, alpha)).toEqual(pairedTInterval(mae, 'lower', alpha))
    expect(pairedInterval({ metric: metrics.mse, ...both() }, alpha)).toEqual(pairedTInterval(mse, 'lower', alpha))
    expect(pairedInterval({ metric: metrics.rmse, ...both() }, alpha)).toEqual(pairedRootMeanInterval(mse, alpha))
  })

  test('of an AUC has DeLong’s variance, but for the degrees of freedom of each class, and reaches no less far', () => {
    const interval = pairedInterval({ metric: metrics.auc, ...both() }, alpha)
    const { estimate, lower, upper, standardError } = pairedAucInterval({ labels, ...scores }, alpha)

    expect(interval.estimate).toBe(estimate)
    expect(interval).toMatchObject({ standardError: expect.closeTo(standardError, 2) as number })
    expect(interval.lower).toBeLessThanOrEqual(lower)
    expect(interval.upper).toBeGreaterThanOrEqual(upper)
  })

  test.each(['f1', 'precision', 'mcc'] as const)('of %s is by influence values', (name) => {
    const { candidate, champion } = classes()
    const influences = {
      candidate: influenceOf(metrics[name], candidate),
      champion: influenceOf(metrics[name], champion),
    }

    expect(pairedInterval({ metric: metrics[name], candidate, champion }, alpha)).toEqual(
      pairedRowInfluenceInterval(influences, 'higher', alpha),
    )
  })

  test.each(
    (['mae', 'rmse', 'auc', 'r2'] as const).flatMap((name) => kinds.map(([of, units]) => ({ name, of, units }))),
  )('of $name with $of is by influence values', ({ name, units }) => {
    const metric = metrics[name]
    const { candidate, champion } = both(units)
    const influences = { candidate: influenceOf(metric, candidate), champion: influenceOf(metric, champion) }

    expect(pairedInterval({ metric, candidate, champion }, alpha)).toEqual(
      pairedRowInfluenceInterval(influences, metric.direction, alpha),
    )
  })

  test('of a mean over queries is bounded where few of them differ', () => {
    const one = ranked((query) => (query === 4 ? 1 : 0), { settings: undefined })
    const rows = (halves: (query: number) => boolean) =>
      Float64Array.from({ length: 19 }, (_, query) => (halves(query) ? 0.5 : 1))
    const expected = pairedShareInterval(
      { candidate: rows((query) => query === 4), champion: rows(() => false) },
      'higher',
      alpha,
    )

    expect(pairedInterval({ metric: metrics.mrr, candidate: one, champion: ranked(() => 0) }, alpha)).toEqual(expected)
    expect(expected.doubt).toBeUndefined()
    expect(expected.estimate).toBeCloseTo(-0.5 / 19, 12)
  })
})

describe('a loss that is equal on some rows', () => {
  /** Misses that differ on the first rows alone. */
  const differing = (count: number, name: 'mae' | 'rmse', units: object) => {
    const champion = { labels, predictions: scores.champion, ...units }
    const candidate = { ...champion, predictions: scores.champion.map((one, row) => (row < count ? one + 0.3 : one)) }
    return pairedInterval({ metric: metrics[name], candidate, champion }, alpha)
  }
  const alone = Int32Array.from(labels, (_, row) => row)

  test.each(['mae', 'rmse'] as const)('%s stands on the rows that differ, and nine are too few', (name) => {
    expect(differing(9, name, { clusters: alone }).doubt).toBe('too-few-differ')
    for (const count of [10, 60]) {
      const interval = differing(count, name, { clusters: alone })
      const freedom = 'degreesOfFreedom' in interval ? interval.degreesOfFreedom : Number.NaN
      expect(interval.doubt).toBeUndefined()
      expect(freedom).toBeLessThanOrEqual(count - 1)
      expect(freedom).toBeGreaterThan(count / 4)
    }
  })

  test('counts clusters, and not their rows', () => {
    expect(differing(27, 'mae', { clusters }).doubt).toBe('too-few-differ')
    expect(differing(30, 'mae', { clusters })).toMatchObject({ doubt: undefined, degreesOfFreedom: 9 })
  })

  test('of a relative comparison as well', () => {
    const champion = { labels, predictions: scores.champion }
    const of = (count: number) => {
      const candidate = { ...champion, predictions: scores.champion.map((one, row) => (row < count ? one + 0.3 : one)) }
      return relativeInterval({ metric: metrics.mae, candidate, champion, least: -0.1 }, alpha)
    }

    expect(of(9).doubt).toBe('too-few-differ')
    expect(of(10)).toMatchObject({ doubt: undefined, degreesOfFreedom: 9 })
  })
})

describe('the interval of a difference for a share of the champion’s metric', () => {
  const relative = (name: MetricName, pair: { candidate: Evaluated; champion: Evaluated }, least: number) =>
    relativeInterval({ metric: metrics[name], ...pair, least }, alpha)
  const nothing = { estimate: Number.NaN, lower: -Infinity, upper: Infinity }

  test.each<[string, MetricName, Evaluated, string]>([
    ['is zero', 'mae', { labels, predictions: labels }, 'zero-baseline'],
    ['is zero', 'accuracy', wrongOn(() => true), 'zero-baseline'],
    ['is below zero', 'r2', { labels, predictions: labels.map((label) => 9 - label) }, 'undefined'],
    ['has no value', 'precision', { labels, predictions: labels.map(() => 0) }, 'undefined'],
  ])('says nothing where that %s: %s', (_, name, champion, doubt) => {
    const candidate = name === 'accuracy' || name === 'precision' ? classes().candidate : scored('candidate')

    expect(relative(name, { candidate, champion }, -0.1)).toEqual({ ...nothing, doubt })
  })

  test('is that of the ratio for a share, in the metric’s unit', () => {
    // Right by both on 48 rows, by the candidate alone on 8, by the champion alone on 3.
    const ratio = ratioInterval({ both: 48, onlyCandidate: 8, onlyChampion: 3 }, alpha)
    const interval = relative('accuracy', classes(), -0.1)

    expect(interval.estimate).toBeCloseTo(56 / 60 - 51 / 60, 12)
    expect(interval.lower).toBeCloseTo((ratio.lower - 1) * (51 / 60), 12)
    expect(interval.upper).toBeCloseTo((ratio.upper - 1) * (51 / 60), 12)
    expect(interval.doubt).toBeUndefined()
  })

  test('is turned round for a share of mistakes', () => {
    // Wrong by both on row 3, by the candidate alone on 3, by the champion alone on 8.
    const ratio = ratioInterval({ both: 1, onlyCandidate: 3, onlyChampion: 8 }, alpha)
    const interval = relative('errorRate', classes(), -0.5)

    expect(interval.estimate).toBeCloseTo(5 / 60, 12)
    expect(interval.lower).toBeCloseTo((1 - ratio.upper) * (9 / 60), 12)
    expect(interval.upper).toBeCloseTo((1 - ratio.lower) * (9 / 60), 12)
  })

  test('of a share in few clusters is everything', () => {
    const { lower, upper, doubt, estimate } = relative('accuracy', classes({ clusters: few }), -0.1)

    expect([lower, upper, doubt]).toEqual([-Infinity, Infinity, 'too-few-clusters'])
    expect(estimate).toBeCloseTo(5 / 60, 12)
  })

  test.each<[MetricName, number, number]>([
    ['mae', -0.1, 1.1],
    ['mae', 0.2, 0.8],
  ])('of %s and %d is by the rows of candidate less %d times the champion', (name, least, ratio) => {
    const [mine, theirs] = (['candidate', 'champion'] as const).map((of) =>
      labels.map((y, row) => Math.abs(y - (scores[of][row] ?? 0))),
    )
    const mean = (rows: Float64Array = new Float64Array()) => rows.reduce((sum, row) => sum + row, 0) / rows.length
    const influence = labels.map((_, row) => ratio * (theirs?.[row] ?? 0) - (mine?.[row] ?? 0))
    const bare = influenceInterval({ estimate: mean(influence), influence, curvature: STRAIGHT }, alpha)
    const interval = relative(name, both(), least)
    const shift = least * mean(theirs)

    expect(interval.estimate).toBeCloseTo(mean(theirs) - mean(mine), 12)
    expect(interval.lower).toBeCloseTo(bare.lower + shift, 10)
    expect(interval.upper).toBeCloseTo(bare.upper + shift, 10)
    expect(interval.doubt).toBeUndefined()
    // So that it lies above the share exactly where the other lies above 0.
    expect(interval.lower > shift).toBe(bare.lower > 0)
  })

  test.each<[MetricName, number, number]>([
    ['f1', -0.1, 0.9],
    ['auc', 0.05, 1.05],
  ])('of %s and %d is by influence values with the ratio %d', (name, least, ratio) => {
    const pair = name === 'f1' ? classes() : both()
    const metric = metrics[name]
    const influences = { candidate: influenceOf(metric, pair.candidate), champion: influenceOf(metric, pair.champion) }
    const bare = scaledRowInfluenceInterval({ ...influences, ratio }, 'higher', alpha)
    const by = least * valueOf(metric, pair.champion)

    expect(relative(name, pair, least)).toEqual({
      ...bare,
      estimate: bare.estimate + by,
      lower: bare.lower + by,
      upper: bare.upper + by,
    })
  })
})

describe('what is counted for a ratio', () => {
  const counted = (metric: Metric, units: object, least: number) =>
    ratioCountsOf({ ...classes(units), least }, ofRows(metric))

  test('are rows that both, and one alone, have', () => {
    expect(counted(metrics.accuracy, {}, -0.1)).toEqual({ both: 48, onlyCandidate: 8, onlyChampion: 3 })
    expect(counted(metrics.errorRate, {}, -0.1)).toEqual({ both: 1, onlyCandidate: 3, onlyChampion: 8 })
  })

  test.each(kinds)('is what rows are worth, near the ratio asked for: %s', (_, units) => {
    const wrong = {
      candidate: Float64Array.from(labels, (__, row) => (row < 4 ? 1 : 0)),
      champion: Float64Array.from(labels, (__, row) => (row >= 3 && row < 12 ? 1 : 0)),
    }

    expect(counted(metrics.errorRate, units, -0.5)).toEqual(effectiveRatio(wrong, units, 1.5))
  })

  test.each([
    ['higher', -0.1, 0.9],
    ['higher', 0.1, 1.1],
    ['lower', -0.1, 1.1],
    ['lower', 0.1, 0.9],
  ] as const)('%s is better, %d: the ratio %d', (direction, least, ratio) => {
    expect(ratioOf({ metric: { direction }, least })).toBeCloseTo(ratio, 15)
  })
})

describe('a metric’s value', () => {
  test('of a share divides counts once', () => {
    for (let rows = 1; rows <= 40; rows++) {
      for (let right = 0; right <= rows; right++) {
        const ones = new Float64Array(rows).fill(1)
        const predictions = ones.map((_, row) => (row < right ? 1 : 0))
        expect(valueOf(metrics.accuracy, { labels: ones, predictions })).toBe(right / rows)
      }
    }
  })

  test('of a share with weights is by weight', () => {
    const half = wrongOn((row) => row % 4 === 3, { weights })

    // Of weights 1, 2, 3, 4 the last is wrong.
    expect(valueOf(metrics.accuracy, half)).toBeCloseTo(0.6, 12)
    expect(valueOf(metrics.accuracy, { ...half, weights: undefined })).toBe(0.75)
  })

  test('of all else is the metric', () => {
    const predictions = labels.map((label, row) => label + (row % 2 ? 3 : 1))

    expect(valueOf(metrics.mae, { labels, predictions })).toBeCloseTo(2, 12)
    expect(valueOf(metrics.rmse, { labels, predictions })).toBeCloseTo(Math.sqrt(5), 12)
  })
})
