import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wilsonInterval } from '../../core/stats/wilson.ts'
import oracle from './oracle.json' with { type: 'json' }

describe("Wilson's interval", () => {
  it('has the bounds of the oracle', () => {
    for (const { successes, n, alpha, lower, upper } of oracle.wilson) {
      const interval = wilsonInterval({ successes, n }, alpha)
      expect(interval.lower).toBeCloseTo(lower, 13)
      expect(interval.upper).toBeCloseTo(upper, 13)
    }
  })

  it('contains the estimate, never leaves [0, 1], and is never a point', () => {
    const counts = fc
      .integer({ min: 1, max: 1_000_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
    fc.assert(
      fc.property(counts, fc.double({ min: 1e-9, max: 0.499, noNaN: true }), ([successes, n], alpha) => {
        const { lower, estimate, upper } = wilsonInterval({ successes, n }, alpha)
        expect(lower).toBeGreaterThanOrEqual(0)
        expect(lower).toBeLessThanOrEqual(estimate)
        expect(estimate).toBeLessThanOrEqual(upper)
        expect(upper).toBeLessThanOrEqual(1)
        expect(upper).toBeGreaterThan(lower)
      }),
    )
  })

  it('touches the ends exactly when every row is alike', () => {
    expect(wilsonInterval({ successes: 0, n: 10 }, 0.05).lower).toBe(0)
    expect(wilsonInterval({ successes: 10, n: 10 }, 0.05).upper).toBe(1)
    expect(wilsonInterval({ successes: 10, n: 10 }, 0.05).lower).toBeCloseTo(10 / (10 + 1.6448536 ** 2), 6)
  })

  it('knows nothing without rows', () => {
    expect(wilsonInterval({ successes: 0, n: 0 }, 0.05)).toEqual({
      estimate: Number.NaN,
      lower: 0,
      upper: 1,
      doubt: 'too-few-rows',
    })
  })

  it('refuses impossible counts and alphas', () => {
    expect(() => wilsonInterval({ successes: 11, n: 10 }, 0.05)).toThrow(RangeError)
    expect(() => wilsonInterval({ successes: 0.5, n: 10 }, 0.05)).toThrow(RangeError)
    expect(() => wilsonInterval({ successes: 1, n: 10 }, 0.5)).toThrow(RangeError)
  })
})
