import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quantileInterval } from '../../core/stats/quantile-interval.ts'
import { fewestForUpperBound, quantileRanks } from '../../core/stats/quantile-ranks.ts'
import { seededRandom } from '../../core/stats/random.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

describe('the interval of a quantile', () => {
  it('has the ranks of the oracle', () => {
    for (const { n, p, alpha, lower, upper } of oracle.quantileRanks) {
      const ranks = quantileRanks({ n, p }, alpha)
      expect([n, p, alpha, ranks.lower ?? null, ranks.upper ?? null]).toEqual([n, p, alpha, lower, upper])
    }
  })

  it('has an upper bound from the fewest values on that are said to be enough, and not with one less', () => {
    for (const p of [0.5, 0.9, 0.95, 0.99, 0.999]) {
      for (const alpha of [0.25, 0.05, 0.01, 1e-12]) {
        const n = fewestForUpperBound(p, alpha)
        expect(quantileRanks({ n, p }, alpha).upper, `${p} at ${alpha}`).toBe(n)
        if (n > 1) expect(quantileRanks({ n: n - 1, p }, alpha).upper).toBeUndefined()
      }
    }
  })

  it('ends at values of the sample, whatever their order', () => {
    const values = Array.from({ length: 100 }, (_, place) => (place * 37) % 100)
    // Ranks 42 and 59 of 100, by scipy.stats.quantile_test.
    expect(quantileInterval(values, 0.5, 0.05)).toEqual({ estimate: 49, lower: 41, upper: 58, doubt: undefined })
  })

  it('follows every increasing function of the values', () => {
    const values = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(values, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (sample, p) => {
        const plain = quantileInterval(sample, p, 0.05)
        const turned = quantileInterval(
          sample.map((value) => Math.exp(value / 9)),
          p,
          0.05,
        )
        expect(turned.estimate).toBe(Math.exp(plain.estimate / 9))
        expect(turned.upper).toBe(Math.exp(plain.upper / 9))
        expect(turned.lower).toBe(plain.lower === -Infinity ? -Infinity : Math.exp(plain.lower / 9))
        expect(plain.lower).toBeLessThanOrEqual(plain.estimate)
        expect(plain.upper).toBeGreaterThanOrEqual(plain.estimate)
      }),
    )
  })

  it('is open where there are too few values, and a single value where all are equal', () => {
    expect(quantileInterval([], 0.5, 0.05)).toMatchObject({
      estimate: Number.NaN,
      lower: -Infinity,
      doubt: 'too-few-rows',
    })
    expect(quantileInterval([3], 0.5, 0.05)).toMatchObject({ estimate: 3, upper: Infinity, doubt: 'too-few-rows' })
    expect(quantileInterval([1, 2], 0.99, 0.05)).toMatchObject({ estimate: 2, upper: Infinity })
    expect(
      quantileInterval(
        Array.from({ length: 58 }, () => 5),
        0.95,
        0.05,
      ),
    ).toMatchObject({ lower: 5, upper: Infinity, doubt: undefined })
    expect(
      quantileInterval(
        Array.from({ length: 59 }, () => 5),
        0.95,
        0.05,
      ),
    ).toMatchObject({ lower: 5, upper: 5 })
  })

  it('refuses NaN and infinities, and names the row', () => {
    expect(() => quantileInterval([1, Number.NaN], 0.5, 0.05)).toThrow(/row 1/)
    expect(() => quantileInterval([1, 2], 1, 0.05)).toThrow(RangeError)
    expect(() => quantileInterval([1, 2], 0.5, 0.5)).toThrow(RangeError)
  })

  it('takes a million values', () => {
    const values = Float64Array.from({ length: 1_000_000 }, seededRandom(3))
    const { lower, upper } = quantileInterval(values, 0.999, 0.05)
    expect(lower).toBeGreaterThan(0.9989)
    expect(upper).toBeLessThan(0.9991)
  })
})
