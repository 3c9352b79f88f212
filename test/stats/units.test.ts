import { describe, expect, it, test } from 'vitest'
import { influenceInterval } from '../../core/stats/influence.ts'
import { pairedRowInfluenceInterval, rowInfluenceInterval } from '../../core/stats/metrics/row-influence.ts'
import { influenceOf, type Metric, type MetricName, metrics, metricValue } from '../../core/stats/metrics.ts'
import type { Evaluated } from '../../core/stats/row-values.ts'
import { effectiveByGroup, effectiveRows, shares, weightedMean } from '../../core/stats/units.ts'
import { expectRelative } from './support.ts'
import oracle from './units-oracle.json' with { type: 'json' }

const { k, quantile, cost, weights, clusters } = oracle
const settings = { k, quantile, cost }
const ofClasses = new Set<string>([
  'balancedAccuracy',
  'macroPrecision',
  'macroF1',
  'weightedPrecision',
  'weightedF1',
  'mcc',
  'cost',
])

function rowsOf(metric: Metric): Evaluated {
  if (metric.name === 'topK') return { labels: oracle.classes, predictions: oracle.matrix, settings }
  if (ofClasses.has(metric.name)) return { labels: oracle.classes, predictions: oracle.picked, settings }
  if (metric.predicts === 'class') return { labels: oracle.binary, predictions: oracle.said, settings }
  if (metric.predicts === 'value') return { labels: oracle.truth, predictions: oracle.value, settings }
  return { labels: oracle.binary, predictions: oracle.score, settings }
}

/** Not metrics of queries, which have a value per query, and none without an interval. */
type OfRows = keyof typeof oracle.metrics
const isOfRows = (name: MetricName): name is OfRows => Object.hasOwn(oracle.metrics, name)
const all = Object.values(metrics).flatMap((metric) => (isOfRows(metric.name) ? [[metric.name, metric] as const] : []))

describe('metrics of rows with weights', () => {
  it.each(all)('agree with scikit-learn in value and in every row’s influence: %s', (name, metric) => {
    const expected = oracle.metrics[name]
    const { estimate, influence } = influenceOf(metric, { ...rowsOf(metric), weights })

    expectRelative(metricValue(metric, { ...rowsOf(metric), weights }), expected.value, 1e-12)
    expectRelative(estimate, expected.value, 1e-12)
    const size = Math.max(...expected.influence.map(Math.abs))
    // The oracle's slopes are differences of steps of 1e-4.
    for (const [row, value] of influence.entries())
      expect(Math.abs(value - (expected.influence[row] ?? 0)), `row ${row}`).toBeLessThan(1e-6 * size)
  })

  it.each(all)('have the standard errors that follow from scikit-learn’s slopes: %s', (name, metric) => {
    const expected = oracle.metrics[name]
    const error = (units: object) =>
      rowInfluenceInterval(influenceOf(metric, { ...rowsOf(metric), ...units }), metric.range, 0.05).standardError

    expectRelative(error({ weights }), expected.weighted, 1e-6)
    expectRelative(error({ clusters }), expected.clustered, 1e-6)
    expectRelative(error({ weights, clusters }), expected.both, 1e-6)
  })

  it.each(all)('are the plain ones when all weights are equal, however large: %s', (_, metric) => {
    const rows = rowsOf(metric)
    const equal = { ...rows, weights: weights.map(() => 1e300) }

    expectRelative(metricValue(metric, equal), metricValue(metric, rows), 1e-12)
    const [plain, weighted] = [influenceOf(metric, rows), influenceOf(metric, equal)]
    expectRelative(weighted.fewest ?? 1, plain.fewest ?? 1, 1e-12)
    expectRelative(
      rowInfluenceInterval(weighted, metric.range, 0.05).standardError,
      influenceInterval(plain, 0.05).standardError,
      1e-11,
    )
  })

  it.each(all)('count a row of weight 2 as two rows: %s', (_, metric) => {
    const { labels, predictions, ...rest } = rowsOf(metric)
    const columns = predictions.length / labels.length
    const twice = (values: ArrayLike<number>, width: number) => [
      ...Array.from(values),
      ...Array.from(values).slice(0, 30 * width),
    ]
    const doubled = { ...rest, labels: twice(labels, 1), predictions: twice(predictions, columns) }
    const heavy = { ...rest, labels, predictions, weights: weights.map((_, row) => (row < 30 ? 2 : 1)) }

    expectRelative(metricValue(metric, heavy), metricValue(metric, doubled), 1e-11)
  })
})

describe('rows are worth', () => {
  test('as many as there are, without weights and clusters', () => {
    expect(effectiveRows(7, {})).toBe(7)
    expect([...effectiveByGroup({ group: [0, 1, 1, 1], groups: 3 })]).toEqual([1, 3, 0])
  })

  test('fewer, the more their weights differ', () => {
    expectRelative(effectiveRows(90, { weights }), oracle.effective.weighted, 1e-12)
    expectRelative(effectiveRows(90, { weights, clusters }), oracle.effective.both, 1e-12)
    expect(effectiveRows(3, { weights: [1, 1, 1e-9] })).toBeCloseTo(2, 6)
  })

  test('one for each cluster of the same size, and in a class one for each cluster that has it', () => {
    const users = [0, 0, 5, 5, 9, 9]

    expect(effectiveRows(6, { clusters: users })).toBe(3)
    expect([...effectiveByGroup({ group: [1, 1, 1, 0, 0, 0], groups: 2, clusters: users })]).toEqual([1.8, 1.8])
  })
})

describe('the interval of rows that are not all the same', () => {
  const { influence } = oracle.metrics.mae
  const of = { estimate: 0.5, influence: Float64Array.from(influence) }
  const range = { lower: 0, upper: 1 }

  test('is that of independent rows where each row is its own cluster', () => {
    const own = rowInfluenceInterval({ ...of, units: { clusters: influence.map((_, row) => row) } }, range, 0.05)
    const plain = rowInfluenceInterval(of, range, 0.05)

    expectRelative(own.standardError, plain.standardError, 1e-12)
    expect(own.degreesOfFreedom).toBeCloseTo(plain.degreesOfFreedom, 9)
  })

  test.each([
    ['too-few-clusters', { clusters: influence.map((_, row) => row % 9) }],
    ['too-few-clusters', { clusters: influence.map((_, row) => (row < 40 ? 0 : row)) }],
    ['too-few-rows', { weights: influence.map((_, row) => (row < 9 ? 1 : 1e-9)) }],
  ] as const)('is in doubt with under ten units: %s', (doubt, units) => {
    expect(rowInfluenceInterval({ ...of, units }, range, 0.05)).toMatchObject({ ...range, doubt })
  })

  test('is in doubt where no row says anything else than the others', () => {
    const equal = { labels: influence.map(() => 1), predictions: influence.map(() => 1.1), weights }

    const interval = rowInfluenceInterval(influenceOf(metrics.mse, equal), metrics.mse.range, 0.05)

    expect(interval.doubt).toBe('no-variation')
  })

  test('of two models that are the same on every row is in doubt, not of zero width', () => {
    for (const [, metric] of all) {
      const one = influenceOf(metric, { ...rowsOf(metric), weights, clusters })
      const pair = { candidate: one, champion: one }
      expect(pairedRowInfluenceInterval(pair, metric.direction, 0.05).doubt, metric.name).toBe('no-variation')
    }
  })

  test('counts the clusters of the rarest class, not its rows', () => {
    const labels = influence.map((_, row) => (row < 45 ? 1 : 0))
    const predictions = labels.map((label, row) => (row % 4 === 0 ? 1 - label : label))
    const users = labels.map((_, row) => Math.floor(row / 5))

    const one = influenceOf(metrics.f1, { labels, predictions, clusters: users })

    expect(one.fewest).toBe(9)
    expect(rowInfluenceInterval(one, metrics.f1.range, 0.05).doubt).toBe('too-few-of-a-class')
  })
})

describe('weights', () => {
  test.each([
    ['zero', [1, 0]],
    ['below zero', [1, -1]],
    ['no number', [1, Number.NaN]],
    ['infinite', [1, Infinity]],
  ])('are refused when one is %s', (_, wrong) => {
    expect(() => shares(2, { weights: wrong })).toThrow('row 1: a weight is a finite number above 0')
  })

  test('are refused when there are not as many as rows', () => {
    expect(() => shares(3, { weights: [1, 1] })).toThrow('paired rows must be equally many')
    expect(() => influenceOf(metrics.mae, { labels: [1, 2], predictions: [1, 2], clusters: [0] })).not.toThrow()
  })

  test('leave the mean of equal rows exactly as it is', () => {
    expect(weightedMean([0.1, 0.1, 0.1], { weights: [0.3, 0.5, 0.7] })).toBe(0.1)
  })

  test('of clusters that are no places are refused', () => {
    expect(() => effectiveRows(2, { clusters: [0, 0.5] })).toThrow('row 1: a cluster is a place')
  })
})
