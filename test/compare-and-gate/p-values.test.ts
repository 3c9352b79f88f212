import { describe, expect, test } from 'vitest'
import { judgeAbsolute, judgePaired } from '../../core/compare-and-gate/judge.ts'
import { type MetricName, metrics } from '../../core/stats/metrics.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import type { Evaluated } from '../../core/stats/row-values.ts'
import { frequency } from '../stats/support.ts'

const random = seededRandom(21)
const n = 300
const labels = Float64Array.from({ length: n }, () => (random() < 0.4 ? 1 : 0))
const draw = (skill: number) =>
  labels.map((label) => Math.min(0.99, Math.max(0.01, 0.5 + (label - 0.5) * skill + 0.2 * normalDraw(random))))
const scores = { candidate: draw(0.5), champion: draw(0.45) }
const units = {
  weights: labels.map(() => Math.exp(0.5 * normalDraw(random))),
  clusters: Int32Array.from(labels, (_, row) => Math.floor(row / 4)),
}
const settings = {
  k: 1,
  quantile: 0.8,
  cost: [
    [0, 1],
    [5, 0],
  ],
}
const names = (Object.keys(metrics) as MetricName[]).filter(
  // Of the calibration error no interval is known to hold.
  (name) => metrics[name].unit !== 'query' && name !== 'ece',
)

function side(name: MetricName, of: 'candidate' | 'champion', more: object): Evaluated {
  const { predicts } = metrics[name]
  const own = scores[of]
  const predictions = predicts === 'class' ? own.map((score) => (score > 0.5 ? 1 : 0)) : own
  // A relative error has no meaning at zero.
  if (name === 'mape')
    return { labels: labels.map((label) => label + 1), predictions: own.map((one) => one + 1), settings, ...more }
  return { labels, predictions, settings, ...more }
}

describe.each<[string, object]>([
  ['rows that are all the same', {}],
  ['weights and clusters', units],
])('the p-value over %s', (_, more) => {
  test.each(names)('of a comparison is below alpha exactly where it is proven: %s', (name) => {
    const metric = metrics[name]
    const shared = { metric, candidate: side(name, 'candidate', more), champion: side(name, 'champion', more) }
    const width = judgePaired({ ...shared, least: 0, alpha: 0.05, isRequired: true })
    const reach = ((width.interval?.high ?? 0) - (width.interval?.low ?? 0)) / 2
    let [proven, open] = [0, 0]
    for (const isRelative of metric.range.lower < 0 ? [false] : [false, true]) {
      for (const share of [-2, -1.2, -0.6, -0.1, 0.1, 0.6, 1.2, 2]) {
        const least = isRelative
          ? Math.min(0.9, Math.max(-0.9, (share * reach) / (width.champion ?? 1)))
          : share * reach
        for (const alpha of [0.3, 0.05, 0.001]) {
          const { kind, pValue } = judgePaired({ ...shared, least, alpha, isRelative, isRequired: true })
          if (kind === 'pass') proven++
          else open++
          if (pValue !== undefined) expect(pValue < alpha, `${least} at ${alpha}: ${pValue}`).toBe(kind === 'pass')
          else expect(kind).not.toBe('pass')
        }
      }
    }
    expect(proven).toBeGreaterThan(0)
    expect(open).toBeGreaterThan(0)
  })

  test.each(names)('of a bound is below alpha exactly where it is proven: %s', (name) => {
    const metric = metrics[name]
    const candidate = side(name, 'candidate', more)
    const { candidate: estimate = 0, interval } = judgeAbsolute({
      metric,
      candidate,
      bound: { min: 0 },
      alpha: 0.05,
      isRequired: true,
    })
    const reach = ((interval?.high ?? 1) - (interval?.low ?? 0)) / 2
    for (const share of [-2, -1.1, -0.5, 0.5, 1.1, 2]) {
      const limit = Math.min(metric.range.upper - 1e-3, Math.max(metric.range.lower + 1e-3, estimate + share * reach))
      for (const bound of [{ min: limit }, { max: limit }]) {
        const { kind, pValue } = judgeAbsolute({ metric, candidate, bound, alpha: 0.05, isRequired: true })
        expect(pValue, `${share}`).toBeDefined()
        expect((pValue ?? 1) < 0.05, `${limit}: ${pValue}`).toBe(kind === 'pass')
      }
    }
  })
})

describe('what a comparison could have proven', () => {
  const judged = (shift: number, rows: number) => {
    const truth = Float64Array.from({ length: rows }, () => 10 * normalDraw(random))
    const miss = () => truth.map((value) => value + normalDraw(random))
    const champion = miss()
    const candidate = miss().map((value, row) => (truth[row] ?? 0) + (1 - shift) * (value - (truth[row] ?? 0)))
    return judgePaired({
      metric: metrics.mae,
      candidate: { labels: truth, predictions: candidate },
      champion: { labels: truth, predictions: champion },
      least: -0.02,
      alpha: 0.05,
      isRequired: true,
    })
  }

  test('is what passes in four of five gates', () => {
    const { detectable = 0 } = judged(0, 400)
    expect(detectable).toBeLessThan(0)
    // A mean absolute error of normal errors is √(2/π).
    const shift = -detectable / Math.sqrt(2 / Math.PI)

    const passes = frequency(400, () => judged(shift, 400).kind === 'pass')

    expect(passes).toBeGreaterThan(0.72)
    expect(passes).toBeLessThan(0.9)
  })

  test('by an equal model is its power', () => {
    const { power = 0 } = judged(0, 1500)

    const passes = frequency(400, () => judged(0, 1500).kind === 'pass')

    expect(Math.abs(passes - power)).toBeLessThan(0.08)
  })
})

describe('a bound that the estimate alone decides', () => {
  const of = (min: number, predictions = scores.candidate.map((score) => (score > 0.5 ? 1 : 0))) =>
    judgeAbsolute({
      metric: metrics.precision,
      candidate: { labels, predictions },
      bound: { min, mode: 'point' },
      alpha: 0.05,
      isRequired: true,
    })

  test('says so in sentence and evidence, and gives no p-value', () => {
    const { candidate: estimate = 0 } = of(0.1)

    for (const [min, kind] of [
      [estimate - 1e-6, 'pass'],
      [estimate + 1e-6, 'fail'],
    ] as const) {
      const result = of(min)
      expect(result).toMatchObject({ kind, mode: 'point' })
      expect(result.sentence).toContain('is asked by the point estimate, with no stated error rate.')
      expect(result.pValue).toBeUndefined()
    }
  })

  test('is inconclusive where the metric has no value', () => {
    expect(
      of(
        0.1,
        labels.map(() => 0),
      ).kind,
    ).toBe('inconclusive')
  })
})
