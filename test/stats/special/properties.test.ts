import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { incompleteBeta, logBeta, logIncompleteBeta } from '../../../core/stats/beta.ts'
import {
  betaCdf,
  betaLogCdf,
  betaLogSurvival,
  betaQuantile,
  betaSurvival,
  betaUpperQuantile,
} from '../../../core/stats/beta-distribution.ts'
import {
  binomialCdf,
  binomialLogCdf,
  binomialLogMass,
  binomialLogSurvival,
  binomialMass,
  binomialQuantile,
  binomialSurvival,
  binomialUpperQuantile,
} from '../../../core/stats/binomial.ts'
import {
  chiSquareCdf,
  chiSquareLogCdf,
  chiSquareLogSurvival,
  chiSquareQuantile,
  chiSquareSurvival,
  chiSquareUpperQuantile,
} from '../../../core/stats/chi-square.ts'
import { logGamma, stirlingError } from '../../../core/stats/gamma.ts'
import { gammaP, gammaQ, inverseIncompleteGamma, logGammaP, logGammaQ } from '../../../core/stats/incomplete-gamma.ts'
import { inverseIncompleteBeta } from '../../../core/stats/inverse-beta.ts'
import { logComplement, tailOfCdf, tailOfLogCdf, tailOfLogSurvival } from '../../../core/stats/log-tail.ts'
import {
  erfc,
  normalLogCdf,
  normalLogSurvival,
  normalQuantileOfLog,
  normalSurvival,
} from '../../../core/stats/normal.ts'
import {
  studentTLogCdf,
  studentTCdf,
  studentTLogSurvival,
  studentTQuantile,
  studentTSurvival,
  studentTUpperQuantile,
} from '../../../core/stats/student-t.ts'
import { expectRelative } from '../support.ts'

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
const power = (min: number, max: number): fc.Arbitrary<number> => between(min, max).map((exponent) => 10 ** exponent)

/** Parameters over nine decades, as criteria and data bring them. */
const parameter = power(-3, 6)
const shape = fc.record({ a: parameter, b: parameter })
const share = fc.double({ min: 1e-12, max: 1, maxExcluded: true, noNaN: true })
/** Shares whose complement is exact. */
const dyadic = fc.integer({ min: 1, max: 2 ** 20 - 1 }).map((k) => k / 2 ** 20)
const tail = power(-300, -0.4)
const binomial = fc.record({ n: fc.integer({ min: 1, max: 100_000 }), p: share })

describe('the gamma function', () => {
  it('obeys Γ(x + 1) = xΓ(x), also next to its zeros', () => {
    fc.assert(
      fc.property(power(-300, 5), (x) => {
        const size = Math.max(Math.abs(logGamma(x + 1)), Math.abs(Math.log(x)), 1)
        expect(Math.abs(logGamma(x + 1) - Math.log(x) - logGamma(x)) / size).toBeLessThanOrEqual(1e-14)
      }),
    )
    for (const e of [1e-10, -1e-10, 1e-300]) expectRelative(logGamma(1 + e), -0.5772156649015329 * (1 + e - 1), 1e-9)
    expectRelative(logGamma(2 + 2 ** -40), 0.42278433509846713 * 2 ** -40, 1e-11)
  })

  it('is infinite at both ends, huge for denormals, and refuses what is negative or no number', () => {
    expect(logGamma(0)).toBe(Infinity)
    expect(logGamma(Infinity)).toBe(Infinity)
    expectRelative(logGamma(5e-324), -Math.log(5e-324), 1e-15)
    for (const x of [-1, -1e-300, Number.NaN]) expect(() => logGamma(x)).toThrow('the gamma function')
    expectRelative(stirlingError(5e-324), -Math.log(5e-324) / 2 - Math.log(2 * Math.PI) / 2, 1e-15)
  })
})

describe('the beta function', () => {
  it('is symmetric, and (a + b)B(a, b + 1) = b B(a, b)', () => {
    fc.assert(
      fc.property(shape, ({ a, b }) => {
        expect(logBeta({ a, b })).toBe(logBeta({ a: b, b: a }))
        const step = Math.log(b) - Math.log(a + b)
        expect(Math.abs(logBeta({ a, b: b + 1 }) - logBeta({ a, b }) - step)).toBeLessThanOrEqual(
          1e-15 * (20 + Math.abs(logBeta({ a, b })) * 2),
        )
      }),
    )
  })
})

describe('the beta distribution', () => {
  it('has tails that add up to 1', () => {
    fc.assert(
      fc.property(share, shape, (x, s) => {
        expect(betaCdf(x, s) + betaSurvival(x, s)).toBeCloseTo(1, 12)
      }),
    )
  })

  it('is mirrored by its parameters', () => {
    fc.assert(
      fc.property(dyadic, shape, (x, { a, b }) => {
        expect(incompleteBeta(x, { a, b }, 1 - x)).toBe(betaSurvival(1 - x, { a: b, b: a }))
        expect(betaLogCdf(x, { a, b })).toBe(logIncompleteBeta(x, { a, b }))
      }),
    )
  })

  it('rises with x', () => {
    fc.assert(
      fc.property(share, share, shape, (one, other, s) => {
        const [low, high] = one < other ? [one, other] : [other, one]
        expect(betaLogCdf(low, s)).toBeLessThanOrEqual(betaLogCdf(high, s) + 1e-12 * Math.abs(betaLogCdf(high, s)))
      }),
    )
  })

  it('has logarithms that agree with its tails', () => {
    fc.assert(
      fc.property(share, shape, (x, s) => {
        if (betaCdf(x, s) > 1e-290) expectRelative(Math.exp(betaLogCdf(x, s)), betaCdf(x, s), 1e-11)
        if (betaSurvival(x, s) > 1e-290) expectRelative(Math.exp(betaLogSurvival(x, s)), betaSurvival(x, s), 1e-11)
      }),
    )
  })

  it('inverts its own tails, at both ends of [0, 1]', () => {
    fc.assert(
      fc.property(tail, shape, fc.boolean(), (p, s, isUpper) => {
        const { x, y } = inverseIncompleteBeta({ log: Math.log(p), isUpper }, s)
        const back = isUpper ? logIncompleteBeta(y, { a: s.b, b: s.a }, x) : logIncompleteBeta(x, s, y)
        // Where x is denormal or 0, it cannot be better.
        if (x > 1e-300 && y > 1e-300) expectRelative(back, Math.log(p), 1e-9)
      }),
    )
  })

  it('inverts logarithms far below the smallest double, and the upper tail as the lower one of the mirror', () => {
    fc.assert(
      fc.property(between(-1e6, -700), fc.record({ a: power(3.5, 6), b: parameter }), (log, s) => {
        const { x, y } = inverseIncompleteBeta(tailOfLogCdf(log), s)
        expectRelative(logIncompleteBeta(x, s, y), log, 1e-9)
        const mirror = inverseIncompleteBeta(tailOfLogSurvival(log), { a: s.b, b: s.a })
        expect(mirror.y).toBe(x)
        expect(mirror.logit).toBe(-inverseIncompleteBeta(tailOfLogCdf(log), s).logit)
      }),
    )
  })

  it('is uniform for a = b = 1 and has powers for b = 1', () => {
    for (const p of [1e-300, 0.1, 0.5, 0.9, 1 - 1e-12]) {
      expectRelative(betaQuantile(p, { a: 1, b: 1 }), p, 1e-13)
      expectRelative(betaUpperQuantile(p, { a: 1, b: 1 }), 1 - p, 1e-13)
      expectRelative(betaQuantile(p, { a: 4, b: 1 }), p ** 0.25, 1e-13)
    }
  })

  it('ends at 0 and 1, and takes everything outside as an end', () => {
    const s = { a: 2, b: 3 }
    expect(betaQuantile(0, s)).toBe(0)
    expect(betaQuantile(1, s)).toBe(1)
    expect(betaUpperQuantile(0, s)).toBe(1)
    expect(betaUpperQuantile(1, s)).toBe(0)
    for (const x of [-Infinity, -1, 0]) {
      expect(betaCdf(x, s)).toBe(0)
      expect(betaSurvival(x, s)).toBe(1)
      expect(betaLogCdf(x, s)).toBe(-Infinity)
      expect(betaLogSurvival(x, s)).toBeCloseTo(0, 300)
    }
    for (const x of [1, 2, Infinity]) {
      expect(betaCdf(x, s)).toBe(1)
      expect(betaSurvival(x, s)).toBe(0)
      expect(betaLogCdf(x, s)).toBeCloseTo(0, 300)
      expect(betaLogSurvival(x, s)).toBe(-Infinity)
    }
    expect(betaQuantile(1e-300, { a: 1e-3, b: 1 })).toBe(0)
    expect(betaQuantile(0.5, { a: 1e-3, b: 1e-3 })).toBeCloseTo(0.5, 10)
  })

  it('keeps the digits of denormal x and of x far below its products', () => {
    expectRelative(betaLogCdf(1e-310, { a: 0.5, b: 1 }), 0.5 * Math.log(1e-310), 1e-14)
    expectRelative(betaCdf(1e-310, { a: 0.5, b: 1 }), 1e-155, 1e-12)
    expectRelative(betaCdf(1e-291, { a: 1, b: 5 }), 5e-291, 1e-12)
  })

  it('takes the complement as it is given, and its end for huge shapes', () => {
    expect(incompleteBeta(1, { a: 1e20, b: 1 })).toBe(1)
    expect(logIncompleteBeta(1, { a: 1e20, b: 1 })).toBeCloseTo(0, 300)
    for (const f of [incompleteBeta, logIncompleteBeta]) {
      for (const y of [-0.1, 1.1, Number.NaN]) expect(() => f(0.5, { a: 1, b: 1 }, y)).toThrow('x must lie between')
      for (const x of [-0.1, 1.1, Number.NaN]) expect(() => f(x, { a: 1, b: 1 }, 0.5)).toThrow('x must lie between')
    }
  })

  it('refuses what is no number, no probability and no shape', () => {
    for (const f of [betaCdf, betaSurvival, betaLogCdf, betaLogSurvival]) {
      expect(() => f(Number.NaN, { a: 1, b: 1 })).toThrow(RangeError)
      for (const a of [0, -1, Infinity, Number.NaN]) expect(() => f(0.5, { a, b: 1 })).toThrow(RangeError)
    }
    for (const f of [betaQuantile, betaUpperQuantile]) {
      for (const p of [-1e-9, 1.1, Number.NaN]) expect(() => f(p, { a: 1, b: 1 })).toThrow('a probability lies between')
      for (const b of [0, -1, Infinity, Number.NaN]) expect(() => f(0.5, { a: 1, b })).toThrow('beta parameters')
    }
  })
})

describe('the incomplete gamma function', () => {
  it('has tails that add up to 1, with logarithms that agree', () => {
    fc.assert(
      fc.property(power(-3, 1), parameter, (times, a) => {
        const x = times * a
        expect(gammaP(x, a) + gammaQ(x, a)).toBeCloseTo(1, 12)
        if (gammaP(x, a) > 1e-290) expectRelative(Math.exp(logGammaP(x, a)), gammaP(x, a), 1e-11)
        if (gammaQ(x, a) > 1e-290) expectRelative(Math.exp(logGammaQ(x, a)), gammaQ(x, a), 1e-11)
      }),
    )
  })

  it('inverts its own tails', () => {
    fc.assert(
      fc.property(between(-1e5, -1), power(-1, 6), fc.boolean(), (log, a, isUpper) => {
        const x = inverseIncompleteGamma({ log, isUpper }, a)
        if (x > 1e-300) expectRelative(isUpper ? logGammaQ(x, a) : logGammaP(x, a), log, 1e-9)
      }),
    )
  })

  it('obeys the recurrence P(a, x) = P(a + 1, x) + x^a e^-x / Γ(a + 1)', () => {
    fc.assert(
      fc.property(power(-2, 1), power(-3, 2), (times, a) => {
        const x = times * a
        const step = Math.exp(a * Math.log(x) - x - logGamma(a + 1))
        expect(gammaP(x, a + 1) + step).toBeCloseTo(gammaP(x, a), 11)
      }),
    )
  })

  it('ends at 0 and infinity, and keeps the digits of tiny x', () => {
    expect([gammaP(0, 2), gammaQ(0, 2), gammaP(Infinity, 2), gammaQ(Infinity, 2)]).toEqual([0, 1, 1, 0])
    expect([logGammaP(0, 2), logGammaQ(Infinity, 2)]).toEqual([-Infinity, -Infinity])
    expect(inverseIncompleteGamma({ log: -Infinity, isUpper: false }, 2)).toBe(0)
    expect(inverseIncompleteGamma({ log: -Infinity, isUpper: true }, 2)).toBe(Infinity)
    expectRelative(gammaP(1e-310, 1), 1e-310, 1e-12)
    expectRelative(logGammaP(1e-310, 1), Math.log(1e-310), 1e-14)
    expectRelative(gammaP(1e-291, 1), 1e-291, 1e-12)
  })

  it('refuses what is no number, and a shape that is not positive', () => {
    for (const f of [gammaP, gammaQ, logGammaP, logGammaQ]) {
      for (const x of [-1, Number.NaN]) expect(() => f(x, 1)).toThrow('needs x of 0 or more')
      for (const a of [0, -1, Infinity, Number.NaN]) expect(() => f(1, a)).toThrow('the shape of a gamma')
    }
    expect(() => inverseIncompleteGamma({ log: -1, isUpper: true }, 0)).toThrow('the shape of a gamma')
  })
})

describe('the binomial distribution', () => {
  it('adds its masses up to its tails', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), between(0, 1), fc.integer({ min: -1, max: 61 }), (n, p, k) => {
        let sum = 0
        for (let i = 0; i <= k; i++) sum += binomialMass(i, { n, p })
        expect(binomialCdf(k, { n, p })).toBeCloseTo(sum, 12)
        expect(binomialSurvival(k, { n, p })).toBeCloseTo(1 - sum, 12)
      }),
    )
  })

  it('is mirrored by failures', () => {
    fc.assert(
      fc.property(binomial, between(0, 1), ({ n, p }, at) => {
        const k = Math.floor(at * n)
        expectRelative(binomialLogMass(k, { n, p: 0.5 }), binomialLogMass(n - k, { n, p: 0.5 }), 1e-12)
        expectRelative(binomialLogCdf(k, { n, p: 0.5 }), binomialLogSurvival(n - k - 1, { n, p: 0.5 }), 1e-12)
        expect(binomialCdf(k, { n, p }) + binomialSurvival(k, { n, p })).toBeCloseTo(1, 11)
      }),
    )
  })

  it('has quantiles that are the smallest count that reaches the probability', () => {
    fc.assert(
      fc.property(binomial, tail, (s, p) => {
        const low = binomialQuantile(p, s)
        expect(binomialLogCdf(low, s)).toBeGreaterThanOrEqual(Math.log(p) - 1e-12)
        expect(binomialLogCdf(low - 1, s)).toBeLessThan(Math.log(p))
        const high = binomialUpperQuantile(p, s)
        expect(binomialLogSurvival(high, s)).toBeLessThanOrEqual(Math.log(p) + 1e-12)
        expect(binomialLogSurvival(high - 1, s)).toBeGreaterThan(Math.log(p))
      }),
    )
  })

  it('takes a cdf that equals the probability as reached, whatever rounding did to it', () => {
    expect(binomialQuantile(0.5, { n: 1, p: 0.5 })).toBe(0)
    expect(binomialUpperQuantile(0.5, { n: 1, p: 0.5 })).toBe(0)
    for (let n = 1; n <= 300; n++) expect(binomialQuantile(0.5, { n: 2 * n - 1, p: 0.5 })).toBe(n - 1)
    for (let n = 1; n <= 50; n++) expect(binomialQuantile(2 ** -n, { n, p: 0.5 })).toBe(0)
  })

  it('knows no other count than n for p = 1, than 0 for p = 0 and for n = 0', () => {
    for (const [n, p, k] of [
      [7, 1, 7],
      [7, 0, 0],
      [0, 0.3, 0],
      [0, 1, 0],
    ] as const) {
      expect(binomialMass(k, { n, p })).toBe(1)
      expect(binomialMass(k + 1, { n, p })).toBe(0)
      expect(binomialMass(k - 1, { n, p })).toBe(0)
      expect([binomialCdf(k, { n, p }), binomialSurvival(k, { n, p })]).toEqual([1, 0])
      expect([binomialCdf(k - 1, { n, p }), binomialSurvival(k - 1, { n, p })]).toEqual([0, 1])
      for (const q of [1e-300, 0.5, 1 - 1e-12]) {
        expect(binomialQuantile(q, { n, p })).toBe(k)
        expect(binomialUpperQuantile(q, { n, p })).toBe(k)
      }
    }
    expect(binomialQuantile(0, { n: 9, p: 0.5 })).toBe(0)
    expect(binomialQuantile(1, { n: 9, p: 0.5 })).toBe(9)
    expect(binomialUpperQuantile(0, { n: 9, p: 0.5 })).toBe(9)
    expect(binomialUpperQuantile(1, { n: 9, p: 0.5 })).toBe(0)
  })

  it('is a step function between counts, and has no mass there', () => {
    const s = { n: 9, p: 0.3 }
    expect(binomialCdf(3.9, s)).toBe(binomialCdf(3, s))
    expect(binomialSurvival(3.9, s)).toBe(binomialSurvival(3, s))
    expect(binomialMass(3.9, s)).toBe(0)
    expect([binomialCdf(-0.1, s), binomialCdf(9, s), binomialCdf(Infinity, s)]).toEqual([0, 1, 1])
    expect([binomialSurvival(-Infinity, s), binomialSurvival(9.5, s)]).toEqual([1, 0])
  })

  it('refuses what is no number, no count and no probability', () => {
    for (const f of [
      binomialMass,
      binomialLogMass,
      binomialCdf,
      binomialSurvival,
      binomialLogCdf,
      binomialLogSurvival,
    ]) {
      expect(() => f(Number.NaN, { n: 3, p: 0.5 })).toThrow('has no value at NaN')
    }
    for (const f of [binomialMass, binomialCdf, binomialSurvival, binomialQuantile, binomialUpperQuantile]) {
      for (const n of [-1, 0.5, Number.NaN, Infinity]) expect(() => f(0, { n, p: 0.5 })).toThrow('n must be a count')
      for (const p of [-0.1, 1.1, Number.NaN]) expect(() => f(0, { n: 1, p })).toThrow('a probability lies between')
    }
    for (const f of [binomialQuantile, binomialUpperQuantile]) {
      for (const p of [-0.1, 1.1, Number.NaN])
        expect(() => f(p, { n: 1, p: 0.5 })).toThrow('a probability lies between')
    }
  })
})

describe('the normal distribution in logarithms', () => {
  it('agrees with its tails, and its quantiles with its logarithms', () => {
    fc.assert(
      fc.property(between(-37, 37), (x) => {
        expectRelative(Math.exp(normalLogSurvival(x)), normalSurvival(x), 1e-12)
        expect(normalLogCdf(-x)).toBe(normalLogSurvival(x))
        expectRelative(normalSurvival(x), erfc(x / Math.SQRT2) / 2, 1e-12)
      }),
    )
    fc.assert(
      fc.property(power(-0.1, 150), (x) => {
        expectRelative(normalQuantileOfLog(normalLogCdf(-x)), -x, 1e-13)
      }),
    )
    fc.assert(
      fc.property(between(0.1, 35), (x) => {
        expectRelative(normalQuantileOfLog(normalLogCdf(x)), x, 1e-13)
      }),
    )
  })

  it('ends at infinity', () => {
    expect([normalLogSurvival(Infinity), normalLogSurvival(1e200)]).toEqual([-Infinity, -Infinity])
    expect(normalLogSurvival(-Infinity)).toBeCloseTo(0, 300)
    expect([normalQuantileOfLog(-Infinity), normalQuantileOfLog(0)]).toEqual([-Infinity, Infinity])
    expect([erfc(Infinity), erfc(-Infinity), erfc(0), erfc(30)]).toEqual([0, 2, 1, 0])
  })

  it('refuses what is no number and no logarithm of a probability', () => {
    for (const f of [normalLogSurvival, normalLogCdf, erfc]) expect(() => f(Number.NaN)).toThrow('no value at NaN')
    for (const log of [1e-300, Number.NaN, Infinity]) expect(() => normalQuantileOfLog(log)).toThrow('logarithm of a')
  })
})

describe('tails by their logarithms', () => {
  it('are always the smaller tail', () => {
    fc.assert(
      fc.property(between(0, 1), (p) => {
        const { log, isUpper } = tailOfCdf(p)
        expect(log).toBeLessThanOrEqual(-Math.LN2 + 1e-15)
        expect(isUpper).toBe(p > 0.5)
        expectRelative(Math.exp(log), isUpper ? 1 - p : p, 1e-13)
      }),
    )
  })

  it('have complements of their complements', () => {
    fc.assert(
      fc.property(power(-290, 2), (x) => {
        expectRelative(logComplement(logComplement(-x)), -x, 1e-13)
      }),
    )
    expect([logComplement(0), logComplement(-Infinity)]).toEqual([-Infinity, -0])
  })
})

describe('Student’s t and chi-square in logarithms and upper tails', () => {
  it('agree with their tails', () => {
    fc.assert(
      fc.property(between(-60, 60), power(-0.3, 6), (t, df) => {
        if (studentTSurvival(t, df) > 1e-290) {
          expectRelative(Math.exp(studentTLogSurvival(t, df)), studentTSurvival(t, df), 1e-11)
        }
        expect(studentTLogCdf(-t, df)).toBe(studentTLogSurvival(t, df))
      }),
    )
    fc.assert(
      fc.property(between(0.1, 3), power(-0.3, 2), (times, df) => {
        const x = times * df
        expectRelative(Math.exp(chiSquareLogSurvival(x, df)), chiSquareSurvival(x, df), 1e-11)
        expectRelative(Math.exp(chiSquareLogCdf(x, df)), chiSquareCdf(x, df), 1e-11)
      }),
    )
    expect([chiSquareLogCdf(-1, 3), chiSquareLogSurvival(Infinity, 3)]).toEqual([-Infinity, -Infinity])
    expect(studentTLogSurvival(Infinity, 3)).toBe(-Infinity)
    expect(studentTLogSurvival(2, Infinity)).toBe(normalLogSurvival(2))
    expectRelative(studentTLogSurvival(1e200, 3), 3 * studentTLogSurvival(1e200, 1), 0.01)
    expectRelative(studentTSurvival(1e200, 1), 1e-200 / Math.PI, 1e-12)
  })

  it('keep the digits of a quantile next to the median', () => {
    for (const step of [2 ** -10, 2 ** -40, 2 ** -50]) {
      expectRelative(studentTQuantile(0.5 - step, 1), -Math.tan(Math.PI * step), 1e-13)
      expectRelative(studentTQuantile(0.5 + step, 1), Math.tan(Math.PI * step), 1e-13)
    }
    expect(studentTQuantile(0.5, 3)).toBeCloseTo(0, 300)
  })

  it('refuse what is no number, no probability, and degrees of freedom that are not positive', () => {
    for (const f of [chiSquareCdf, chiSquareSurvival, chiSquareLogCdf, chiSquareLogSurvival]) {
      expect(() => f(Number.NaN, 3)).toThrow('the chi-square distribution has no value at NaN')
      for (const df of [0, -1, Infinity, Number.NaN]) expect(() => f(1, df)).toThrow('degrees of freedom must be')
    }
    for (const f of [studentTSurvival, studentTCdf, studentTLogSurvival, studentTLogCdf]) {
      expect(() => f(Number.NaN, 3)).toThrow("Student's t distribution has no value at NaN")
      for (const df of [0, -1, Number.NaN]) expect(() => f(1, df)).toThrow('degrees of freedom must be')
    }
    for (const f of [studentTQuantile, studentTUpperQuantile, chiSquareQuantile, chiSquareUpperQuantile]) {
      for (const df of [0, -1, Number.NaN]) expect(() => f(0.1, df)).toThrow('degrees of freedom must be')
      for (const p of [-0.1, 1.1, Number.NaN]) expect(() => f(p, 3)).toThrow('a probability lies between')
    }
  })

  it('invert their own upper tails', () => {
    fc.assert(
      fc.property(tail, power(-0.3, 6), (q, df) => {
        const t = studentTUpperQuantile(q, df)
        if (t < Infinity) expectRelative(studentTSurvival(t, df), q, 1e-9)
        expectRelative(chiSquareSurvival(chiSquareUpperQuantile(q, df), df), q, 1e-9)
        expect(chiSquareUpperQuantile(1 - 2 ** -20, df)).toBe(chiSquareQuantile(2 ** -20, df))
      }),
    )
  })
})
