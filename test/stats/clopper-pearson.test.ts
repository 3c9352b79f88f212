import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binomialMass } from '../../core/stats/binomial.ts'
import { clopperPearsonInterval } from '../../core/stats/clopper-pearson.ts'
import { wilsonInterval } from '../../core/stats/wilson.ts'
import { expectRelative } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

describe('the exact interval of a proportion', () => {
  it('has the bounds of the oracle, down to an alpha of 1e-12', () => {
    for (const { successes, n, alpha, lower, upper } of oracle.oneProportion) {
      const interval = clopperPearsonInterval({ successes, n }, alpha)
      expectRelative(interval.lower, lower, 1e-10)
      expectRelative(interval.upper, upper, 1e-10)
    }
  })

  it('ends after 10 of 10 where the rule of three says, by hand', () => {
    expectRelative(clopperPearsonInterval({ successes: 10, n: 10 }, 0.05).lower, 0.05 ** (1 / 10), 1e-13)
    expectRelative(clopperPearsonInterval({ successes: 0, n: 59 }, 0.05).upper, 1 - 0.05 ** (1 / 59), 1e-12)
  })

  it('mirrors when successes and failures change places', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.nat(60),
        fc.double({ min: 1e-9, max: 0.4, noNaN: true }),
        (successes, failures, alpha) => {
          fc.pre(successes + failures > 0)
          const n = successes + failures
          const there = clopperPearsonInterval({ successes, n }, alpha)
          const back = clopperPearsonInterval({ successes: failures, n }, alpha)
          expect(back.lower).toBeCloseTo(1 - there.upper, 12)
          expect(there.lower).toBeLessThanOrEqual(there.estimate)
          expect(there.upper).toBeGreaterThanOrEqual(there.estimate)
        },
      ),
    )
  })

  it.each([5, 20, 60])(
    'never errs more often than alpha, summed over all outcomes of %d rows, as Wilson’s does',
    (n) => {
      const errors = (p: number, bound: (successes: number) => number) => {
        let total = 0
        for (let k = 0; k <= n; k++) if (bound(k) > p) total += binomialMass(k, { n, p })
        return total
      }
      let worst = 0
      for (let p = 0.005; p < 1; p += 0.005) {
        expect(errors(p, (successes) => clopperPearsonInterval({ successes, n }, 0.05).lower)).toBeLessThanOrEqual(0.05)
        worst = Math.max(
          worst,
          errors(p, (successes) => wilsonInterval({ successes, n }, 0.05).lower),
        )
      }
      expect(worst).toBeGreaterThan(0.05)
    },
  )

  it('knows nothing from no rows, and refuses what is no count', () => {
    expect(clopperPearsonInterval({ successes: 0, n: 0 }, 0.05)).toMatchObject({
      lower: 0,
      upper: 1,
      doubt: 'too-few-rows',
    })
    expect(clopperPearsonInterval({ successes: 1, n: 1 }, 0.05).lower).toBeCloseTo(0.05, 14)
    for (const successes of [-1, 0.5, 4, Number.NaN]) {
      expect(() => clopperPearsonInterval({ successes, n: 3 }, 0.05)).toThrow(RangeError)
    }
    expect(() => clopperPearsonInterval({ successes: 1, n: Infinity }, 0.05)).toThrow(RangeError)
    expect(() => clopperPearsonInterval({ successes: 1, n: 3 }, 0.5)).toThrow(RangeError)
  })
})
