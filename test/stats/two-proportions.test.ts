import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binomialMass } from '../../core/stats/binomial.ts'
import {
  miettinenNurminenInterval,
  miettinenNurminenNonInferiority,
  miettinenNurminenScore,
} from '../../core/stats/miettinen-nurminen.ts'
import { type IndependentCounts, newcombeInterval } from '../../core/stats/newcombe.ts'
import { expectRelative } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

function counts(x1: number, n1: number, x2: number, n2: number): IndependentCounts {
  return { candidate: { successes: x1, n: n1 }, champion: { successes: x2, n: n2 } }
}

function turned({ candidate, champion }: IndependentCounts): IndependentCounts {
  return { candidate: champion, champion: candidate }
}

const anyCounts = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(40), fc.nat(40))
  .map(([n1, n2, x1, x2]) => counts(Math.min(x1, n1), n1, Math.min(x2, n2), n2))

const methods = [
  ['Newcombe’s hybrid score interval', newcombeInterval, 0.1],
  ['Miettinen and Nurminen’s score interval', miettinenNurminenInterval, 0.09],
] as const

// R. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II: methods 10 and 6, 95 % two-sided.
const published = [
  [counts(56, 70, 48, 80), [0.0524, 0.3339], [0.0528, 0.3382]],
  [counts(9, 10, 3, 10), [0.1705, 0.809], [0.17, 0.8406]],
  [counts(6, 7, 2, 7), [0.0582, 0.8062], [0.0342, 0.8534]],
  [counts(5, 56, 0, 29), [-0.0381, 0.1926], [-0.0326, 0.1933]],
  [counts(0, 10, 0, 20), [-0.1611, 0.2775], [-0.1658, 0.2844]],
  [counts(10, 10, 0, 10), [0.6075, 1], [0.6636, 1]],
] as const

describe('the difference of two independent proportions', () => {
  it('has the bounds and scores of the oracle', () => {
    for (const row of oracle.twoProportions) {
      const newcombe = newcombeInterval(row, row.alpha)
      expect(newcombe.lower).toBeCloseTo(row.newcombe[0] ?? Number.NaN, 13)
      expect(newcombe.upper).toBeCloseTo(row.newcombe[1] ?? Number.NaN, 13)
      const score = miettinenNurminenInterval(row, row.alpha)
      expect(score.lower).toBeCloseTo(row.lower, 13)
      expect(score.upper).toBeCloseTo(row.upper, 13)
      expectRelative(miettinenNurminenScore(row, -row.margin), row.z, 1e-11)
    }
  })

  it('has the bounds that Newcombe published', () => {
    for (const [of, hybrid, score] of published) {
      const [first, second] = [newcombeInterval(of, 0.025), miettinenNurminenInterval(of, 0.025)]
      expect([first.lower, first.upper].map((bound) => Number(bound.toFixed(4)))).toEqual(hybrid)
      expect([second.lower, second.upper].map((bound) => Number(bound.toFixed(4)))).toEqual(score)
    }
  })

  it.each(methods)('is negated by %s when the sides change places, and contains its estimate', (_, intervalOf) => {
    fc.assert(
      fc.property(anyCounts, (of) => {
        const [there, back] = [intervalOf(of, 0.05), intervalOf(turned(of), 0.05)]
        expect(back.lower).toBeCloseTo(-there.upper, 12)
        expect(there.lower).toBeLessThanOrEqual(there.estimate)
        expect(there.upper).toBeGreaterThanOrEqual(there.estimate)
        expect(there.upper - there.lower).toBeGreaterThan(0)
        expect(intervalOf(of, 0.001).lower).toBeLessThanOrEqual(there.lower)
      }),
    )
  })

  it('scores less the larger the difference that is asked for', () => {
    fc.assert(
      fc.property(
        anyCounts,
        fc.double({ min: -0.99, max: 0.99, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (of, at, by) => {
          fc.pre(at + by < 1)
          expect(miettinenNurminenScore(of, at + by)).toBeLessThanOrEqual(miettinenNurminenScore(of, at) + 1e-9)
        },
      ),
    )
  })

  it('agrees with its test about what is proven', () => {
    fc.assert(
      fc.property(anyCounts, fc.double({ min: 0, max: 0.9, noNaN: true }), (of, margin) => {
        const { lower } = miettinenNurminenInterval(of, 0.05)
        fc.pre(Math.abs(lower + margin) > 1e-9)
        expect(miettinenNurminenNonInferiority(of, margin).pValue < 0.05).toBe(lower > -margin)
      }),
    )
  })

  it.each(methods)(
    'errs about as often as it says by %s, summed over all tables of 20 and 30 rows',
    (_, intervalOf, worst) => {
      const bounds = Array.from({ length: 21 }, (_row, x1) =>
        Array.from({ length: 31 }, (_cell, x2) => intervalOf(counts(x1, 20, x2, 30), 0.05).lower),
      )
      const error = (p1: number, p2: number) => {
        let total = 0
        for (const [x1, row] of bounds.entries()) {
          const mine = binomialMass(x1, { n: 20, p: p1 })
          for (const [x2, lower] of row.entries())
            if (lower > p1 - p2) total += mine * binomialMass(x2, { n: 30, p: p2 })
        }
        return total
      }
      const errors = [0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95].flatMap((p1) =>
        [0.05, 0.2, 0.5, 0.8, 0.95].map((p2) => error(p1, p2)),
      )
      expect(Math.max(...errors)).toBeLessThan(worst)
      expect(errors.reduce((sum, each) => sum + each, 0) / errors.length).toBeLessThan(0.056)
    },
  )

  it('takes a million rows and probabilities of a millionth', () => {
    const of = counts(3, 1_000_000, 5, 900_000)
    for (const [, intervalOf] of methods) {
      const { lower, upper } = intervalOf(of, 0.05)
      expect(lower).toBeGreaterThan(-1.2e-5)
      expect(upper).toBeLessThan(6e-6)
    }
    // Half of all against none: the score is 10⁶ · 0.5 over a standard error that no double can tell from the exact one.
    expect(miettinenNurminenNonInferiority(counts(500_000, 1_000_000, 0, 1_000_000), 0).pValue).toBe(0)
  })

  it.each(methods)('is everything by %s where a side has no rows', (_, intervalOf) => {
    expect(intervalOf(counts(0, 0, 1, 2), 0.05)).toMatchObject({ lower: -1, upper: 1, doubt: 'too-few-rows' })
    expect(intervalOf(counts(1, 2, 0, 0), 0.05)).toMatchObject({ lower: -1, upper: 1, doubt: 'too-few-rows' })
  })

  it('refuses what is no count, no difference, no margin and no alpha', () => {
    for (const [, intervalOf] of methods) {
      expect(() => intervalOf(counts(3, 2, 1, 2), 0.05)).toThrow(RangeError)
      expect(() => intervalOf(counts(1, 2, Number.NaN, 2), 0.05)).toThrow(RangeError)
      expect(() => intervalOf(counts(1, 2, 1, 2), 0)).toThrow(RangeError)
    }
    expect(() => miettinenNurminenScore(counts(0, 0, 1, 2), 0)).toThrow(RangeError)
    expect(() => miettinenNurminenScore(counts(1, 2, 1, 2), Number.NaN)).toThrow(RangeError)
    expect(() => miettinenNurminenNonInferiority(counts(1, 2, 1, 2), -0.1)).toThrow(RangeError)
    expect(miettinenNurminenNonInferiority(counts(0, 0, 1, 2), 0).pValue).toBe(1)
  })
})
