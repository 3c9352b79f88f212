import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chiSquareCdf, chiSquareQuantile, chiSquareSurvival } from '../../core/stats/chi-square.ts'
import { normalSurvival } from '../../core/stats/normal.ts'
import oracle from './canary/oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

const degrees = fc.double({ min: -1, max: 4, noNaN: true }).map((exponent) => 10 ** exponent)

describe('the chi-square distribution', () => {
  it('has both tails of the oracle for df from 0.1 to 1e5', () => {
    for (const { x, df, cdf, survival } of oracle.chiSquare) {
      expectRelative(chiSquareCdf(x, df), cdf, 1e-12)
      expectRelative(chiSquareSurvival(x, df), survival, 1e-12)
    }
  })

  it('has the quantiles of the oracle', () => {
    for (const { p, df, value } of oracle.chiSquareQuantile) expectRelative(chiSquareQuantile(p, df), value, 1e-12)
  })

  it('inverts its own cdf', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), degrees, (p, df) => {
        expectRelative(chiSquareCdf(chiSquareQuantile(p, df), df), p, 1e-11)
      }),
    )
  })

  it('has tails that add up to 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3, noNaN: true }), degrees, (times, df) => {
        expect(chiSquareCdf(times * df, df) + chiSquareSurvival(times * df, df)).toBeCloseTo(1, 13)
      }),
    )
  })

  it('is exponential for two degrees of freedom, and a squared normal for one', () => {
    for (const x of [0.01, 0.5, 1, 3, 10, 50]) {
      expectRelative(chiSquareSurvival(x, 2), Math.exp(-x / 2), 1e-13)
      expectRelative(chiSquareSurvival(x, 1), 2 * normalSurvival(Math.sqrt(x)), 1e-12)
    }
  })

  it('ends at 0, 1 and infinity', () => {
    expect(chiSquareCdf(0, 3)).toBe(0)
    expect(chiSquareSurvival(-1, 3)).toBe(1)
    expect(chiSquareQuantile(0, 3)).toBe(0)
    expect(chiSquareQuantile(1, 3)).toBe(Infinity)
  })

  it('refuses NaN, impossible probabilities and degrees of freedom', () => {
    expect(() => chiSquareCdf(Number.NaN, 3)).toThrow(RangeError)
    for (const df of [0, -1, Infinity, Number.NaN]) expect(() => chiSquareQuantile(0.5, df)).toThrow(RangeError)
    for (const p of [-0.1, 1.1, Number.NaN]) expect(() => chiSquareQuantile(p, 3)).toThrow(RangeError)
  })
})
