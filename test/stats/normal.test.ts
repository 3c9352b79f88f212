import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalCdf, normalDensity, normalQuantile, normalSurvival } from '../../core/stats/normal.ts'
import oracle from './oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

describe('the normal distribution', () => {
  it('has the survival function of the oracle in both tails', () => {
    for (const { x, survival } of oracle.normal) expectRelative(normalSurvival(x), survival, 1e-14)
  })

  it('mirrors the survival function in the cdf', () => {
    for (const { x, survival } of oracle.normal) expectRelative(normalCdf(-x), survival, 1e-14)
  })

  it('has the quantiles of the oracle, from 1e-300 to 1 - 1e-12 and next to the median', () => {
    for (const { p, value } of oracle.normalQuantile) expectRelative(normalQuantile(p), value, 1e-12)
  })

  it('inverts its own cdf', () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: -1e-6, noNaN: true }), (exponent) => {
        const p = 10 ** exponent / 2
        expectRelative(normalCdf(normalQuantile(p)), p, 1e-11)
      }),
    )
  })

  it('falls as x grows, also across the seam of its two formulas', () => {
    const xs = Array.from({ length: 4001 }, (_, step) => -10 + step / 200)
    const survivals = xs.map(normalSurvival)
    expect(survivals).toEqual(survivals.toSorted((one, other) => other - one))
    expect(new Set(survivals.slice(1000)).size).toBe(3001)
  })

  it('ends at 0, 1 and infinity', () => {
    expect(normalSurvival(Infinity)).toBe(0)
    expect(normalSurvival(-Infinity)).toBe(1)
    expect(normalDensity(-Infinity)).toBe(0)
    expect(normalQuantile(0)).toBe(-Infinity)
    expect(normalQuantile(1)).toBe(Infinity)
    expect(normalQuantile(0.5)).toBeCloseTo(0, 300)
  })

  it('refuses what is no number and no probability', () => {
    expect(() => normalSurvival(Number.NaN)).toThrow(RangeError)
    for (const p of [Number.NaN, -1e-300, 1.0000001, Infinity]) expect(() => normalQuantile(p)).toThrow(RangeError)
  })
})
