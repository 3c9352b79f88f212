import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pValueAbove, pValueBelow } from '../../core/stats/interval.ts'
import { moments } from '../../core/stats/moments.ts'
import { meanInterval } from '../../core/stats/paired-t.ts'
import { seededRandom } from '../../core/stats/random.ts'
import { reskewed, skewOfMean, unskewed } from '../../core/stats/skew.ts'
import { frequency, upperLimit } from './support.ts'

const skews = fc.double({ min: -2, max: 2, noNaN: true })
const statistics = fc.double({ min: -30, max: 30, noNaN: true })

describe('Hall’s transformation', () => {
  it('leaves the largest statistics as they are where there is no skewness', () => {
    for (const t of [1e150, -1e300]) expect(unskewed(t, 0)).toBe(t)
  })

  it('is undone by its inverse', () => {
    fc.assert(
      fc.property(statistics, skews, (t, skew) => {
        // Where it is flat, at t = -3 / skew, a cube root loses two thirds of the digits.
        fc.pre(Math.abs(1 + (skew * t) / 3) > 0.01)
        expect(reskewed(unskewed(t, skew), skew)).toBeCloseTo(t, 7)
      }),
    )
  })

  it('grows, and does nothing without skewness', () => {
    fc.assert(
      fc.property(statistics, statistics, skews, (one, other, skew) => {
        const [low, high] = one < other ? [one, other] : [other, one]
        expect(unskewed(low, skew)).toBeLessThanOrEqual(unskewed(high, skew) + 1e-9)
        expect(unskewed(one, 0)).toBeCloseTo(one, 12)
        expect(reskewed(one, 0)).toBeCloseTo(one, 12)
        expect(reskewed(one, 1e-15)).toBeCloseTo(one, 10)
      }),
    )
  })

  it('turns around with the values', () => {
    const values = [0, 0, 1, 2, 9]
    const turned = values.map((value) => -value)
    expect(skewOfMean(turned, moments(turned))).toBeCloseTo(-skewOfMean(values, moments(values)), 14)
    expect(unskewed(-1.3, -0.4)).toBeCloseTo(-unskewed(1.3, 0.4), 14)
  })
})

describe('an interval of skewed rows', () => {
  it('reaches farther to the side of the tail, and no less far to the other', () => {
    const rows = [0, 0, 0, 0, 0, 0, 1, 1, 2, 9]
    const { estimate, lower, upper, standardError } = meanInterval(rows, 0.05)
    // Student's quantile for 9 degrees of freedom.
    const reach = 1.8331129326536335 * standardError

    expect(upper).toBeGreaterThan(estimate + 1.2 * reach)
    expect(lower).toBeCloseTo(estimate - reach, 9)
  })

  it('agrees with its p-values on either side', () => {
    const rows = fc.array(fc.double({ min: 0, max: 1e3, noNaN: true }), { minLength: 3, maxLength: 40 })
    fc.assert(
      fc.property(rows, fc.double({ min: -10, max: 1e3, noNaN: true }), (values, bound) => {
        const interval = meanInterval(values, 0.05)
        fc.pre(interval.doubt === undefined)
        fc.pre([interval.lower, interval.upper].every((end) => Math.abs(end - bound) > 1e-6 * interval.standardError))
        expect(pValueAbove(interval, bound) < 0.05).toBe(interval.lower > bound)
        expect(pValueBelow(interval, bound) < 0.05).toBe(interval.upper < bound)
      }),
    )
  })

  it('lies below the truth hardly more often than alpha, where Student’s alone does so twice as often', () => {
    const random = seededRandom(12)
    const runs = 4000
    let byStudent = 0
    const wrong = frequency(runs, () => {
      // Exponential losses, whose mean is 1.
      const rows = Float64Array.from({ length: 50 }, () => -Math.log(1 - random()))
      const { estimate, standardError, upper } = meanInterval(rows, 0.05)
      if (estimate + 1.6765508926 * standardError < 1) byStudent++
      return upper < 1
    })

    expect(wrong).toBeLessThan(upperLimit(0.05, runs))
    expect(byStudent / runs).toBeGreaterThan(0.08)
  })
})
