import { describe, expect, test } from 'vitest'
import { pairedInterval, relativeInterval, singleInterval, valueOf } from '../../../core/compare-and-gate/intervals.ts'
import { boundPValue, comparisonPValue } from '../../../core/compare-and-gate/judge/p-values.ts'
import { harmPValue } from '../../../core/compare-and-gate/slices/harm.ts'
import { type Metric, metrics } from '../../../core/stats/metrics.ts'
import { normalSurvival } from '../../../core/stats/normal.ts'
import type { Evaluated } from '../../../core/stats/row-values.ts'
import { studentTSurvival } from '../../../core/stats/student-t.ts'

const alpha = 0.05
const n = 60
const labels = new Float64Array(n).fill(1)
const but = (from: number, to: number, units: object = {}): Evaluated => ({
  labels,
  predictions: labels.map((label, row) => (row >= from && row < to ? 0 : label)),
  ...units,
})
const clusters = Int32Array.from(labels, (_, row) => row % 20)
/** Wrong by the candidate alone on 3 rows, by the champion alone on 8, by both on one. */
const pair = (units: object = {}) => ({ candidate: but(0, 4, units), champion: but(3, 12, units) })
const byT = {
  estimate: 1,
  lower: 0.5,
  upper: 1.5,
  doubt: undefined,
  standardError: 0.25,
  degreesOfFreedom: 9,
  skew: 0,
}
const plain = { estimate: 1, lower: 0.5, upper: 1.5, doubt: undefined }

describe('the p-value of a bound', () => {
  const share = (bound: object, more: object = {}, metric: Metric = metrics.accuracy) => {
    const candidate = but(0, 6, more)
    return boundPValue({ metric, candidate, bound, interval: singleInterval(metric, candidate, alpha) })
  }
  const score = (limit: number) => (0.9 - limit) / Math.sqrt((limit * (1 - limit)) / n)

  test('of a mean is by t, from the side that is asked', () => {
    const of = { metric: metrics.mae, candidate: but(0, 6), interval: byT }

    expect(boundPValue({ ...of, bound: { min: 0.5 } })).toBeCloseTo(studentTSurvival(2, 9), 12)
    expect(boundPValue({ ...of, bound: { max: 0.5 } })).toBeCloseTo(studentTSurvival(-2, 9), 12)
    expect(boundPValue({ ...of, bound: { max: 1.5 } })).toBeCloseTo(studentTSurvival(2, 9), 12)
  })

  test('of a share is by its score, with the variance that the bound would have', () => {
    expect(share({ min: 0.8 })).toBeCloseTo(normalSurvival(score(0.8)), 12)
    expect(share({ max: 0.8 })).toBeCloseTo(normalSurvival(-score(0.8)), 12)
    expect(share({ max: 0.95 })).toBeCloseTo(normalSurvival(-score(0.95)), 12)
    expect(share({ min: 0.1 }, {}, metrics.errorRate)).toBeCloseTo(0.5, 12)
  })

  test('of a share with clusters is alpha where the interval ends', () => {
    const { lower, upper } = singleInterval(metrics.accuracy, but(0, 6, { clusters }), alpha)

    expect(share({ min: lower }, { clusters })).toBeCloseTo(alpha, 9)
    expect(share({ max: upper }, { clusters })).toBeCloseTo(alpha, 9)
  })

  test('is not known in doubt, by an interval alone, and where the score has no value', () => {
    const of = { metric: metrics.accuracy, candidate: but(0, 6), bound: { min: 0.8 } }

    expect(boundPValue({ ...of, interval: { ...plain, doubt: 'too-few-rows' } })).toBeUndefined()
    expect(boundPValue({ ...of, interval: { ...byT, doubt: 'too-few-rows' } })).toBeUndefined()
    expect(boundPValue({ ...of, metric: metrics.mrr, interval: plain })).toBeUndefined()
    expect(boundPValue({ ...of, candidate: but(0, n), bound: { min: 0 }, interval: plain })).toBeUndefined()
    expect(boundPValue({ ...of, bound: { min: 0 }, interval: plain })).toBe(0)
  })
})

describe('the p-value of a comparison', () => {
  const of = (least: number, more: object = {}, metric: Metric = metrics.accuracy) => {
    const both = { metric, ...pair(more) }
    return comparisonPValue({ ...both, least, asked: least, isRelative: false, interval: pairedInterval(both, alpha) })
  }

  test('by t counts from what is asked', () => {
    const both = { metric: metrics.mae, ...pair(), asked: -0.1, isRelative: false }

    expect(comparisonPValue({ ...both, least: 0.5, interval: byT })).toBeCloseTo(studentTSurvival(2, 9), 12)
    expect(comparisonPValue({ ...both, least: -0.5, interval: byT })).toBeCloseTo(studentTSurvival(6, 9), 12)
  })

  test('is not known in doubt', () => {
    const both = { metric: metrics.accuracy, ...pair(), asked: 0, least: 0, isRelative: false }

    expect(comparisonPValue({ ...both, interval: { ...plain, doubt: 'too-few-clusters' } })).toBeUndefined()
    expect(comparisonPValue({ ...both, interval: { ...byT, doubt: 'too-few-rows' } })).toBeUndefined()
  })

  test.each([metrics.accuracy, metrics.errorRate])('of a share is McNemar’s for better at all: $name', (metric) => {
    expect(of(0, {}, metric)).toBeCloseTo(normalSurvival(5 / Math.sqrt(11)), 12)
    expect(of(-1, {}, metric)).toBe(0)
    expect(of(1, {}, metric)).toBe(1)
    expect(of(-0.5, {}, metric)).toBeGreaterThan(0)
    expect(of(-0.5, {}, metric)).toBeLessThan(1e-6)
  })

  test.each([{}, { clusters }])('of a share is alpha where the interval ends: %j', (units) => {
    for (const metric of [metrics.accuracy, metrics.errorRate]) {
      const { lower, upper } = pairedInterval({ metric, ...pair(units) }, alpha)
      expect(of(lower, units, metric)).toBeCloseTo(alpha, 9)
      expect(of(upper, units, metric)).toBeCloseTo(1 - alpha, 9)
    }
  })

  test.each([
    ['accuracy', {}, 0.02],
    ['accuracy', {}, -0.02],
    ['errorRate', {}, 0.2],
    ['errorRate', {}, -0.2],
    ['accuracy', { clusters }, -0.02],
    ['errorRate', { clusters }, 0.2],
  ] as const)('for a share of the champion’s is the alpha at which the interval ends there: %s, %j, %d', (...row) => {
    const [name, units, asked] = row
    const relative = { metric: metrics[name], ...pair(units), least: asked }
    const least = asked * valueOf(metrics[name], relative.champion)
    const interval = relativeInterval(relative, alpha)
    const p = comparisonPValue({ ...relative, asked, least, isRelative: true, interval }) ?? Number.NaN
    const at = relativeInterval(relative, Math.min(p, 1 - p))

    expect(p < 0.5 ? at.lower : at.upper).toBeCloseTo(least, 9)
    expect(p).toBeGreaterThan(1e-6)
  })

  describe('of queries of which few differ', () => {
    const queries = Int32Array.from({ length: 40 }, (_, row) => row >> 1)
    const ranked: Evaluated = {
      labels: Float64Array.from(queries, (_, row) => row % 2),
      predictions: Float64Array.from(queries, (_, row) => row % 2),
      queries,
    }
    const equal = { metric: metrics.mrr, candidate: ranked, champion: ranked, isRelative: false }
    const interval = pairedInterval(equal, alpha)

    test.each([-0.1, -0.3, -0.999])('is what the share %d allows: (1 + least)^20', (least) => {
      const p = comparisonPValue({ ...equal, least, asked: least, interval }) ?? Number.NaN

      expect(p / (1 + least) ** 20).toBeCloseTo(1, 9)
    })

    test('is not known above .499', () => {
      // .96^20 = .44, .97^20 = .54
      expect(comparisonPValue({ ...equal, least: -0.04, asked: -0.04, interval })).toBeCloseTo(0.96 ** 20, 9)
      expect(comparisonPValue({ ...equal, least: -0.03, asked: -0.03, interval })).toBeUndefined()
    })

    test('shows no harm', () => {
      expect(harmPValue(equal, interval, 0.01)).toBe(1)
    })
  })
})

describe('the p-value of harm', () => {
  const of = (margin: number, units: object = {}, metric: Metric = metrics.accuracy) => {
    // The worse one is the candidate.
    const both = { metric, candidate: but(3, 12, units), champion: but(0, 4, units) }
    return harmPValue(both, pairedInterval(both, alpha), margin)
  }

  test.each([metrics.accuracy, metrics.errorRate])('is McNemar’s without a margin: $name', (metric) => {
    expect(of(0, {}, metric)).toBeCloseTo(normalSurvival(5 / Math.sqrt(11)), 12)
    expect(of(1, {}, metric)).toBe(1)
    expect(of(2, {}, metric)).toBe(1)
    expect(of(0.99, {}, metric)).toBeLessThanOrEqual(1)
    expect(of(0.99, {}, metric)).toBeGreaterThan(0.999)
  })

  test.each([{}, { clusters }])('is alpha where the interval ends: %j', (units) => {
    const both = { metric: metrics.accuracy, candidate: but(3, 12, units), champion: but(0, 4, units) }

    for (const level of [0.3, 0.4]) {
      const { upper } = pairedInterval(both, level)
      expect(of(-upper, units)).toBeCloseTo(level, 9)
    }
  })

  test('by t counts from the margin', () => {
    const both = { metric: metrics.mae, ...pair() }

    expect(harmPValue(both, { ...byT, estimate: -1 }, 0.5)).toBeCloseTo(studentTSurvival(2, 9), 12)
    // What is no share can be worse by more than 1.
    expect(harmPValue(both, { ...byT, estimate: -2 }, 1.5)).toBeCloseTo(studentTSurvival(2, 9), 12)
  })

  test('is not known in doubt', () => {
    expect(harmPValue({ metric: metrics.mae, ...pair() }, { ...byT, doubt: 'too-few-rows' }, 0.1)).toBeUndefined()
    expect(
      harmPValue({ metric: metrics.accuracy, ...pair() }, { ...plain, doubt: 'too-few-clusters' }, 0.1),
    ).toBeUndefined()
  })
})
