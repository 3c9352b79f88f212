import { describe, expect, it } from 'vitest'
import { influenceInterval } from '../../core/stats/influence.ts'
import { pairedRowInfluenceInterval, rowInfluenceInterval } from '../../core/stats/metrics/row-influence.ts'
import { influenceOf, metrics } from '../../core/stats/metrics.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { pairedRootMeanInterval } from '../../core/stats/root-mean.ts'
import { secondOrder, skewnessRestsOn, STRAIGHT } from '../../core/stats/second-order.ts'
import oracle from './second-order-oracle.json' with { type: 'json' }
import { expectRelative, frequency, upperLimit } from './support.ts'

function sides({ name, labels, candidate, champion, weights }: (typeof oracle.areas)[number]) {
  const metric = name === 'auc' ? metrics.auc : metrics.prAuc
  const of = (predictions: number[]) => influenceOf(metric, { labels, predictions, weights })
  return { candidate: of(candidate), champion: of(champion) }
}

describe('how an area bends', () => {
  it.each(oracle.areas)('is what brute force over all pairs says: $name', (row) => {
    const { estimate, curvature } = sides(row).candidate

    expectRelative(estimate, row.estimate, 1e-12)
    expect(curvature?.bias).toBeCloseTo(row.bias, 10)
    expect(curvature?.along(Float64Array.from(row.direction))).toBeCloseTo(row.along, 10)
  })
})

describe('the second-order bounds', () => {
  it.each(oracle.areas.filter(({ weights }) => weights === undefined))('are those of the definition: $name', (row) => {
    const both = sides(row)
    const alone = rowInfluenceInterval(both.candidate, metrics.auc.range, 0.05)
    const paired = pairedRowInfluenceInterval(both, 'higher', 0.05)

    for (const [interval, expected = []] of [
      [alone, row.single],
      [paired, row.paired],
    ] as const) {
      const { lower, upper, standardError, degreesOfFreedom } = interval
      const [low = 0, high = 0, error = 0, freedom = 0] = expected
      expect(lower).toBeCloseTo(low, 7)
      expect(upper).toBeCloseTo(high, 7)
      expect(standardError).toBeCloseTo(error, 9)
      expect(degreesOfFreedom).toBeCloseTo(freedom, 6)
    }
  })

  it('are those of the definition for what does not bend: a difference of root mean squares', () => {
    const { candidate, champion, estimate, paired } = oracle.rootMean
    const [lower = 0, upper = 0, error = 0, freedom = 0] = paired
    const interval = pairedRootMeanInterval({ candidate, champion }, 0.05)

    expectRelative(interval.estimate, estimate, 1e-12)
    expectRelative(interval.standardError, error, 1e-8)
    expectRelative(interval.lower, lower, 1e-7)
    expectRelative(interval.upper, upper, 1e-7)
    expectRelative(interval.degreesOfFreedom, freedom, 1e-7)
  })

  it('change places when the models do', () => {
    const [row] = oracle.areas
    if (row === undefined) throw new Error('the oracle has no case')
    const { candidate, champion } = sides(row)
    const there = pairedRowInfluenceInterval({ candidate, champion }, 'higher', 0.05)
    const back = pairedRowInfluenceInterval({ candidate: champion, champion: candidate }, 'higher', 0.05)

    expect(back.lower).toBeCloseTo(-there.upper, 12)
    expect(back.upper).toBeCloseTo(-there.lower, 12)
  })

  it('of one share never leave it, however close to its end', () => {
    const labels = Array.from({ length: 60 }, (_, row) => row % 2)
    const predictions = labels.map((label, row) => (row === 1 ? -1 : label * 100 + row))
    const { lower, upper, estimate } = rowInfluenceInterval(
      influenceOf(metrics.auc, { labels, predictions }),
      metrics.auc.range,
      0.05,
    )

    expect(lower).toBeGreaterThan(0)
    expect(lower).toBeLessThan(estimate)
    expect(upper).toBeGreaterThan(estimate)
    expect(upper).toBeLessThan(1)
  })

  it('rest on as many degrees of freedom as rows carry the variance', () => {
    const of = (units: Float64Array) =>
      secondOrder({ units, rows: () => units, curvature: STRAIGHT, fewest: units.length })
    const normal = Float64Array.from({ length: 400 }, () => normalDraw(random))
    const lone = Float64Array.from({ length: 400 }, (_, row) => (row === 0 ? 399 : -1))

    expect(of(normal).degreesOfFreedom).toBeGreaterThan(250)
    expect(of(lone).degreesOfFreedom).toBeLessThan(2.1)
  })

  it('of an area allow for what its rarest class says of a skewness, and of all else for what all rows say', () => {
    expect(skewnessRestsOn({ ...STRAIGHT, isArea: true }, 200, 12)).toBe(12)
    expect(skewnessRestsOn({ ...STRAIGHT, isArea: true }, 200, Infinity)).toBe(200)
    expect(skewnessRestsOn(STRAIGHT, 200, 12)).toBe(200)
  })

  const random = seededRandom(31)

  it('pass hardly more than alpha of candidates that are worse by the margin, with twenty rows of a class', () => {
    // Two normal classes: the AUC is Φ(signal / √2).
    const truth = { candidate: 0.9213504, champion: 0.955157 }
    const runs = 1000
    const passed = frequency(runs, () => {
      const labels = Float64Array.from({ length: 200 }, (_, row) => (row < 20 ? 1 : 0))
      const shared = labels.map(() => 0.8 * normalDraw(random))
      const side = (signal: number) => {
        const predictions = labels.map((y, row) => signal * y + (shared[row] ?? 0) + 0.6 * normalDraw(random))
        return influenceOf(metrics.auc, { labels, predictions })
      }
      const both = { candidate: side(2), champion: side(2.4) }
      return pairedRowInfluenceInterval(both, 'higher', 0.05).lower > truth.candidate - truth.champion
    })

    expect(passed).toBeLessThanOrEqual(upperLimit(0.05, runs))
    expect(passed).toBeGreaterThan(0.005)
  })

  it('are Student’s and Hall’s for a mean of many symmetric rows', () => {
    const influence = Float64Array.from({ length: 100_000 }, (_, row) => (row % 2 === 0 ? 1 : -1))
    const plain = influenceInterval({ estimate: 0, influence }, 0.05)
    const bent = influenceInterval({ estimate: 0, influence, curvature: STRAIGHT }, 0.05)

    expectRelative(bent.lower, plain.lower, 1e-3)
    expectRelative(bent.upper, plain.upper, 1e-3)
  })
})
