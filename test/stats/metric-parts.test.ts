import { describe, expect, test } from 'vitest'
import { meanInfluence, rootMeanInfluence } from '../../core/stats/metrics/means.ts'
import {
  pairedRowInfluenceInterval,
  type RowInfluence,
  rowInfluenceInterval,
  scaledRowInfluenceInterval,
  undefinedOn,
} from '../../core/stats/metrics/row-influence.ts'
import { influenceOf, type Metric, metrics, metricValue } from '../../core/stats/metrics.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import type { Evaluated } from '../../core/stats/row-values.ts'
import { expectRelative } from './support.ts'

const n = 60
const random = seededRandom(14)
const draw = () => Float64Array.from({ length: n }, () => normalDraw(random))
const centred = (values: Float64Array) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  return values.map((value) => value - mean)
}
const side = (estimate: number, more: Partial<RowInfluence> = {}): RowInfluence => ({
  estimate,
  influence: centred(draw()),
  ...more,
})
const units = { clusters: Int32Array.from({ length: n }, (_, row) => row % 20) }
const whole = { lower: -Infinity, upper: Infinity }

describe('the interval of a difference by influence values', () => {
  test('is negated with the direction, and stands on the rarer class of both', () => {
    const [candidate, champion] = [side(0.7, { fewest: 40 }), side(0.6, { fewest: 25 })]
    const higher = pairedRowInfluenceInterval({ candidate, champion }, 'higher', 0.05)
    const lower = pairedRowInfluenceInterval({ candidate, champion }, 'lower', 0.05)

    expect(higher.estimate).toBeCloseTo(0.1, 12)
    expect(lower.estimate).toBeCloseTo(-0.1, 12)
    expect(lower.upper).toBeCloseTo(-higher.lower, 12)
    expect([higher.degreesOfFreedom, lower.degreesOfFreedom]).toEqual([24, 24])
    const turned = pairedRowInfluenceInterval({ candidate: champion, champion: candidate }, 'higher', 0.05)
    expect(turned.degreesOfFreedom).toBe(24)
    const { fewest: _, ...every } = candidate
    expect(pairedRowInfluenceInterval({ candidate: every, champion }, 'higher', 0.05).degreesOfFreedom).toBe(24)
    expect(pairedRowInfluenceInterval({ candidate: champion, champion: every }, 'higher', 0.05).degreesOfFreedom).toBe(
      24,
    )
    expect(pairedRowInfluenceInterval({ candidate: every, champion: every }, 'higher', 0.05).degreesOfFreedom).toBe(59)
  })

  test('has the doubt of either side, and everything possible for bounds', () => {
    const known = side(0.7)
    for (const pair of [
      { candidate: known, champion: undefinedOn(n) },
      { candidate: undefinedOn(n), champion: known },
    ])
      expect(pairedRowInfluenceInterval(pair, 'higher', 0.05)).toMatchObject({ ...whole, doubt: 'undefined' })
    expect(undefinedOn(0).doubt).toBe('too-few-rows')
    expect(rowInfluenceInterval(undefinedOn(n), { lower: 0, upper: 1 }, 0.05)).toMatchObject({ lower: 0, upper: 1 })
  })

  test('is in doubt where the sides differ by rounding of what is large, with clusters and without', () => {
    const candidate = side(1e9, { influence: centred(draw().map((value) => 1e9 * value)) })
    const nearly = { ...candidate, influence: candidate.influence.map((value) => value * (1 + 1e-16) + 1e-8) }
    for (const more of [{}, { units }]) {
      const pair = { candidate: { ...candidate, ...more }, champion: { ...nearly, estimate: 1e-3, ...more } }
      expect(pairedRowInfluenceInterval(pair, 'higher', 0.05).doubt).toBe('no-variation')
      const back = { candidate: pair.champion, champion: pair.candidate }
      expect(pairedRowInfluenceInterval(back, 'higher', 0.05).doubt).toBe('no-variation')
    }
    const apart = { candidate: side(0.7, { units }), champion: side(0.6, { units }) }
    expect(pairedRowInfluenceInterval(apart, 'higher', 0.05).doubt).toBeUndefined()
  })

  test.each([
    [10, undefined],
    [10 - 1e-9, undefined],
    [9.99, 'too-few-of-a-class'],
  ])('of clusters is in doubt with fewer than ten effective rows of a class: %d', (fewest, doubt) => {
    const interval = rowInfluenceInterval(side(0.7, { units, fewest }), whole, 0.05)
    expect(interval.doubt).toBe(doubt)
    expect(interval.degreesOfFreedom).toBeCloseTo(Math.min(20, fewest) - 1, 9)
  })

  test('of clusters has their degrees of freedom where there are fewer of them than of the class', () => {
    const one = side(0.7, { units })
    const of = (fewest?: number) => rowInfluenceInterval({ ...one, fewest }, whole, 0.05).degreesOfFreedom
    expect(of(30)).toBe(of())
    expect(of(30)).toBeLessThanOrEqual(19)
  })
})

describe('the interval of a candidate less so many times the champion', () => {
  const [candidate, champion] = [side(0.7), side(0.6)]

  test('has the estimate and the standard error of that difference', () => {
    for (const ratio of [0.5, 1, 1.02]) {
      const interval = scaledRowInfluenceInterval({ candidate, champion, ratio }, 'higher', 0.05)
      const rows = candidate.influence.map((mine, row) => mine - ratio * (champion.influence[row] ?? 0))
      const square = rows.reduce((sum, value) => sum + value * value, 0)
      expect(interval.estimate).toBeCloseTo(0.7 - ratio * 0.6, 12)
      expectRelative(interval.standardError, Math.sqrt(square / (n * (n - 1))), 1e-9)
      const lower = scaledRowInfluenceInterval({ candidate, champion, ratio }, 'lower', 0.05)
      expect(lower.estimate).toBeCloseTo(ratio * 0.6 - 0.7, 12)
    }
  })

  test('is that of the plain difference for a ratio of 1', () => {
    expect(scaledRowInfluenceInterval({ candidate, champion, ratio: 1 }, 'higher', 0.05)).toEqual(
      pairedRowInfluenceInterval({ candidate, champion }, 'higher', 0.05),
    )
  })
})

describe('means', () => {
  test('refuse another number of labels than rows, and are undefined without rows', () => {
    const evaluated = { labels: [1, 2], predictions: [1, 2] }
    expect(() => meanInfluence(Float64Array.of(1, 2, 3), evaluated)).toThrow(RangeError)
    expect(meanInfluence(new Float64Array(0), { labels: [], predictions: [] })).toMatchObject({
      estimate: Number.NaN,
      doubt: 'too-few-rows',
    })
  })

  test('of squares that are all zero have a root of zero, and no influence', () => {
    const root = rootMeanInfluence(new Float64Array(3), { labels: [1, 2, 3], predictions: [1, 2, 3] })
    expect(root.estimate).toBe(0)
    expect([...root.influence]).toEqual([0, 0, 0])
    expect(metricValue(metrics.rmse, { labels: [1, 2, 3], predictions: [1, 2, 3], weights: [1, 2, 3] })).toBe(0)
  })
})

describe('what a metric says of itself', () => {
  test('is between which values it lies', () => {
    const range = (metric: Metric) => [metric.range.lower, metric.range.upper]
    const of = (...all: readonly Metric[]) => all.map(range)
    const { accuracy, f1, auc, ndcg, brier, mcc, mae, rmse, logLoss, cost, r2 } = metrics

    expect(of(accuracy, f1, auc, ndcg)).toEqual([1, 2, 3, 4].map(() => [0, 1]))
    expect(of(mae, rmse, logLoss)).toEqual([1, 2, 3].map(() => [0, Infinity]))
    expect(of(brier, mcc, cost, r2)).toEqual([
      [0, 2],
      [-1, 1],
      [-Infinity, Infinity],
      [-Infinity, 1],
    ])
  })

  test('is worked out once for the same rows, and anew for others', () => {
    const evaluated = { labels: [1, 0, 1], predictions: [1, 0, 0] }
    const { accuracy, f1 } = metrics
    if (accuracy.family !== 'proportion' || f1.family !== 'influence') throw new Error('of other families')

    expect(accuracy.rows(evaluated)).toBe(accuracy.rows(evaluated))
    expect(f1.influence(evaluated)).toBe(f1.influence(evaluated))
    expect(accuracy.rows({ ...evaluated })).not.toBe(accuracy.rows(evaluated))
    expect(metrics.auc).toMatchObject({ name: 'auc', family: 'auc', title: 'AUC' })
  })

  test('is of the rows that count, where not all do', () => {
    const { recall } = metrics
    if (recall.family !== 'proportion') throw new Error('of another family')
    const evaluated: Evaluated = { labels: [0, 1, 2, 2, 2], predictions: [0, 1, 2, 0, 1], settings: { positive: 2 } }

    expect([...recall.rows(evaluated)]).toEqual([1, 0, 0])
    expect([0, 1, 2].map((label) => recall.counted?.has(label, { positive: 2 }))).toEqual([false, false, true])
    expect([0, 1, 2].map((label) => recall.counted?.has(label))).toEqual([false, true, false])
    expectRelative(influenceOf(recall, evaluated).estimate, 1 / 3, 1e-12)
  })
})

describe('what metrics cannot compute with', () => {
  const one = { labels: [1], predictions: [1] }

  test.each([0, 1, -0.1, 1.1, Number.NaN])('is a quantile of %d', (quantile) => {
    expect(() => metricValue(metrics.pinball, { ...one, settings: { quantile } })).toThrow('quantile must lie between')
  })

  test.each([0, 1.5, -1])('is a k of %d for a top-k accuracy', (k) => {
    expect(() => metricValue(metrics.topK, { ...one, settings: { k } })).toThrow('k must be a whole number')
  })

  test.each([-1, 0.5, 10_000, 10_001, Number.NaN])('is a class %d, as a label or a prediction', (wrong) => {
    for (const rows of [
      { labels: [0, wrong], predictions: [0, 1] },
      { labels: [0, 1], predictions: [0, wrong] },
    ])
      expect(() => metricValue(metrics.macroF1, rows)).toThrow(/row 1/)
    expect(() => metricValue(metrics.macroF1, { labels: [0, 1], predictions: [0] })).toThrow(RangeError)
  })

  test('is a cost that nobody gave', () => {
    const cost = [[0, 1], [2]]
    const of = (label: number, said: number) =>
      metricValue(metrics.cost, { labels: [label], predictions: [said], settings: { cost } })
    expect([of(0, 1), of(1, 0), of(0, 0)]).toEqual([1, 2, 0])
    for (const [label, said] of [
      [1, 1],
      [2, 0],
    ] as const)
      expect(() => of(label, said)).toThrow(`row 0: there is no cost of class ${said} for ${label}`)
    expect(() => metricValue(metrics.cost, { ...one, settings: {} })).toThrow('there is no cost')
  })
})

describe('a confusion matrix of classes', () => {
  test('has as many as occur or are named, whichever is more', () => {
    // A class that is predicted and never true, and one that is named and neither: macro recall of them is undefined.
    expect(metricValue(metrics.balancedAccuracy, { labels: [0, 1, 0, 1], predictions: [0, 1, 2, 1] })).toBeNaN()
    expect(metricValue(metrics.balancedAccuracy, { labels: [0, 1, 2, 1], predictions: [0, 1, 0, 1] })).toBeCloseTo(
      2 / 3,
      12,
    )
    expect(metricValue(metrics.macroPrecision, { labels: [0, 1, 2, 1], predictions: [0, 1, 0, 1] })).toBeNaN()
    expect(metricValue(metrics.f1, { labels: [0, 0], predictions: [0, 1] })).toBeNaN()
    expect(metricValue(metrics.f1, { labels: [0, 1], predictions: [0, 0] })).toBe(0)
  })

  test('of one class has no Matthews correlation, and that of many stands on the rarest that has rows', () => {
    const rows = Array.from({ length: 120 }, (_, row) => (row < 15 ? 3 : row % 2))
    const said = rows.map((label, row) => (row % 5 === 0 ? 0 : label))
    const { mcc } = metrics
    if (mcc.family !== 'influence') throw new Error('of another family')

    expect(mcc.influence({ labels: rows, predictions: said }).fewest).toBe(15)
    for (const wrong of [
      { labels: rows, predictions: rows.map(() => 1) },
      { labels: rows.map(() => 1), predictions: rows },
    ])
      expect(metricValue(mcc, wrong)).toBeNaN()
  })
})

test('R² of one row and of equal labels is undefined', () => {
  expect(metricValue(metrics.r2, { labels: [3], predictions: [3] })).toBeNaN()
  expect(metricValue(metrics.r2, { labels: [3, 3], predictions: [3, 4] })).toBeNaN()
  expect(metricValue(metrics.r2, { labels: [3, 4], predictions: [3, 4] })).toBe(1)
})
