import { describe, expect, test } from 'vitest'
import { fewestForUpperBound, quantileRanks } from '../../core/stats/quantile-ranks.ts'
import { seededRandom } from '../../core/stats/random.ts'
import { frequency, upperLimit } from './support.ts'

describe('the ranks that bound a quantile', () => {
  // By scipy.stats.binom: ppf(.05, n, p), and ppf(.95, n, p) + 1.
  test.each([
    [59, 0.95, 53, 59],
    [300, 0.99, 294, 300],
    [1000, 0.5, 474, 527],
    [2000, 0.99, 1972, 1988],
    [100_000, 0.999, 99_883, 99_917],
    [40, 0.1, 1, 8],
  ])('of %i values and the quantile %f', (n, p, lower, upper) => {
    expect(quantileRanks({ n, p }, 0.05)).toEqual({ lower, upper })
  })

  test.each([
    [58, 0.95, undefined],
    [298, 0.99, undefined],
    [299, 0.99, 299],
    [2994, 0.999, undefined],
    [2995, 0.999, 2995],
    [0, 0.5, undefined],
    [1, 0.5, undefined],
  ])('of %i values have the upper one of %f only where that is enough', (n, p, upper) => {
    expect(quantileRanks({ n, p }, 0.05).upper).toBe(upper)
  })

  test('exist from 59, 299 and 2,995 values on', () => {
    expect([0.95, 0.99, 0.999].map((p) => fewestForUpperBound(p, 0.05))).toEqual([59, 299, 2995])
  })

  test('keep their confidence, by simulation', () => {
    const random = seededRandom(5)
    const { lower = 0, upper = 0 } = quantileRanks({ n: 400, p: 0.9 }, 0.05)
    const [tooLow, tooHigh] = [{ count: 0 }, { count: 0 }]
    frequency(3000, () => {
      const sorted = Float64Array.from({ length: 400 }, random).toSorted()
      if ((sorted[upper - 1] ?? 1) < 0.9) tooLow.count++
      if ((sorted[lower - 1] ?? 0) > 0.9) tooHigh.count++
      return true
    })
    expect(tooLow.count / 3000).toBeLessThan(upperLimit(0.05, 3000))
    expect(tooHigh.count / 3000).toBeLessThan(upperLimit(0.05, 3000))
    expect(tooLow.count).toBeGreaterThan(30)
  })

  test('are refused for what is no quantile, no count and no error probability', () => {
    for (const p of [0, 1, Number.NaN]) expect(() => quantileRanks({ n: 10, p }, 0.05)).toThrow(RangeError)
    expect(() => quantileRanks({ n: 1.5, p: 0.5 }, 0.05)).toThrow(RangeError)
    expect(() => quantileRanks({ n: 10, p: 0.5 }, 0.5)).toThrow(RangeError)
    expect(() => fewestForUpperBound(1, 0.05)).toThrow(RangeError)
  })
})
