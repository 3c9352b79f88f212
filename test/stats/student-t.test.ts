import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalQuantile, normalSurvival } from '../../core/stats/normal.ts'
import { studentTCdf, studentTQuantile, studentTSurvival } from '../../core/stats/student-t.ts'
import oracle from './oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

const degrees = fc.double({ min: 0, max: 6, noNaN: true }).map((exponent) => 10 ** exponent)

describe("Student's t distribution", () => {
  it('has the survival function of the oracle for df from 0.5 to 1e6', () => {
    for (const { t, df, survival } of oracle.studentT) {
      expectRelative(studentTSurvival(t, df), survival, 1e-12)
      expectRelative(studentTCdf(-t, df), survival, 1e-12)
    }
  })

  it('has the quantiles of the oracle down to 1e-12', () => {
    for (const { p, df, value } of oracle.studentTQuantile) expectRelative(studentTQuantile(p, df), value, 1e-12)
  })

  it('is symmetric', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), degrees, (t, df) => {
        expect(studentTCdf(t, df) + studentTSurvival(t, df)).toBeCloseTo(1, 14)
        expect(studentTSurvival(-t, df)).toBe(studentTCdf(t, df))
      }),
    )
  })

  it('inverts its own cdf in the lower tail and next to the median', () => {
    fc.assert(
      fc.property(fc.double({ min: -12, max: 0, noNaN: true }), degrees, (exponent, df) => {
        const p = 10 ** exponent / 2
        expectRelative(studentTCdf(studentTQuantile(p, df), df), p, 1e-11)
      }),
    )
  })

  it('mirrors its quantiles at the median', () => {
    for (const df of [1, 5, 1e6]) expect(studentTQuantile(0.75, df)).toBe(-studentTQuantile(0.25, df))
    expect(studentTQuantile(1 - 1e-12, 9)).toBeCloseTo(-studentTQuantile(1e-12, 9), 2)
  })

  it('is the Cauchy distribution for one degree of freedom', () => {
    expectRelative(studentTQuantile(0.25, 1), -1, 1e-14)
    expectRelative(studentTSurvival(1e9, 1), 1e-9 / Math.PI, 1e-13)
  })

  it('becomes the normal distribution as df grows', () => {
    expect(studentTSurvival(2, Infinity)).toBe(normalSurvival(2))
    expect(studentTQuantile(0.05, Infinity)).toBe(normalQuantile(0.05))
    expectRelative(studentTSurvival(2, 1e14), normalSurvival(2), 1e-12)
  })

  it('ends at 0, 1 and infinity', () => {
    expect(studentTSurvival(Infinity, 3)).toBe(0)
    expect(studentTSurvival(-Infinity, 3)).toBe(1)
    expect(studentTQuantile(0, 3)).toBe(-Infinity)
    expect(studentTQuantile(1, 3)).toBe(Infinity)
    expect(studentTQuantile(0.5, 3)).toBeCloseTo(0, 300)
    expectRelative(studentTQuantile(1e-300, 1), -1e300 / Math.PI, 1e-12)
    expect(studentTQuantile(1e-300, 0.9)).toBe(-Infinity)
  })

  it('refuses NaN, impossible probabilities and degrees of freedom', () => {
    expect(() => studentTSurvival(Number.NaN, 3)).toThrow(RangeError)
    for (const df of [0, -1, Number.NaN]) expect(() => studentTSurvival(1, df)).toThrow(RangeError)
    for (const df of [0, -1, Number.NaN]) expect(() => studentTQuantile(0.1, df)).toThrow(RangeError)
    for (const p of [Number.NaN, -0.1, 1.5]) expect(() => studentTQuantile(p, 3)).toThrow(RangeError)
  })
})
