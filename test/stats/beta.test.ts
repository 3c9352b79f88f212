import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betaKernel, incompleteBeta } from '../../core/stats/beta.ts'
import oracle from './oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

const parameter = fc.double({ min: -3, max: 6, noNaN: true }).map((exponent) => 10 ** exponent)
const share = fc.double({ min: 1e-12, max: 1, maxExcluded: true, noNaN: true })

describe('the incomplete beta function', () => {
  it('has the values of the oracle', () => {
    for (const { a, b, x, value } of oracle.incompleteBeta) expectRelative(incompleteBeta(x, { a, b }), value, 1e-12)
  })

  it('stays a probability for any shape', () => {
    fc.assert(
      fc.property(parameter, parameter, share, (a, b, x) => {
        const value = incompleteBeta(x, { a, b })
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('obeys the recurrence I(a, b) = I(a + 1, b) + kernel / a', () => {
    fc.assert(
      fc.property(parameter, parameter, share, (a, b, x) => {
        const kernel = betaKernel(x, { a, b }, 1 - x)
        expect(incompleteBeta(x, { a: a + 1, b }) + kernel / a).toBeCloseTo(incompleteBeta(x, { a, b }), 9)
      }),
    )
  })

  it('is x^a for b = 1, down to tiny x', () => {
    for (const x of [1e-100, 1e-9, 0.3, 0.999]) expectRelative(incompleteBeta(x, { a: 2.5, b: 1 }), x ** 2.5, 1e-12)
  })

  it('is 0 and 1 at the ends', () => {
    expect(incompleteBeta(0, { a: 2, b: 3 })).toBe(0)
    expect(incompleteBeta(1, { a: 2, b: 3 })).toBe(1)
  })

  it('refuses shapes that are not positive and x outside [0, 1]', () => {
    for (const a of [0, -1, Number.NaN, Infinity]) expect(() => incompleteBeta(0.5, { a, b: 1 })).toThrow(RangeError)
    for (const x of [-0.1, 1.1, Number.NaN]) expect(() => incompleteBeta(x, { a: 1, b: 1 })).toThrow(RangeError)
  })
})
