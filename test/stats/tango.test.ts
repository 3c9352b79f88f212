import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalQuantile } from '../../core/stats/normal.ts'
import {
  type PairedCounts,
  pairedCounts,
  tangoInterval,
  tangoNonInferiority,
  tangoScore,
} from '../../core/stats/tango.ts'
import oracle from './oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

function table(n: number, b: number, c: number): PairedCounts {
  return { n, onlyCandidateRight: b, onlyChampionRight: c }
}

const tables = fc
  .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 2000 }))
  .filter(([b, c, rest]) => b + c + rest > 0)
  .map(([b, c, rest]) => table(b + c + rest, b, c))
const alphas = fc.double({ min: 1e-9, max: 0.499, noNaN: true })

describe("Tango's interval", () => {
  it('has the bounds that maximizing the restricted likelihood gives', () => {
    for (const { n, b, c, alpha, lower, upper } of oracle.tango) {
      const interval = tangoInterval(table(n, b, c), alpha)
      expect(interval.lower).toBeCloseTo(lower, 14)
      expect(interval.upper).toBeCloseTo(upper, 14)
    }
  })

  it.each([
    {
      name: 'airway reactivity (Bentur 2009, in Fagerland, Lydersen, Laake 2014)',
      counts: table(21, 1, 7),
      alpha: 0.025,
      bounds: ['-0.517', '-0.026'],
    },
    {
      name: 'response to therapy (Cavo 2012, in Fagerland, Lydersen, Laake 2017)',
      counts: table(161, 6, 16),
      alpha: 0.025,
      bounds: ['-0.1240', '-0.0054'],
    },
    { name: "R's PropCIs at 90 %", counts: table(618, 28, 25), alpha: 0.05, bounds: ['-0.0148', '0.0247'] },
  ])('agrees to the last printed digit with a published example: $name', ({ counts, alpha, bounds }) => {
    const { lower, upper } = tangoInterval(counts, alpha)
    const digits = (bounds[0]?.split('.')[1] ?? '').length

    expect([lower.toFixed(digits), upper.toFixed(digits)]).toEqual(bounds)
  })

  it('is ±z²/(n + z²) and never a point when the models never disagree', () => {
    for (const n of [1, 2, 10, 1000, 1_000_000]) {
      const zz = normalQuantile(0.05) ** 2
      const { estimate, lower, upper } = tangoInterval(table(n, 0, 0), 0.05)
      expect(estimate).toBe(0)
      expectRelative(upper, zz / (n + zz), 1e-9)
      expect(lower).toBeCloseTo(-upper, 15)
    }
  })

  it('contains the estimate and stays inside [-1, 1]', () => {
    fc.assert(
      fc.property(tables, alphas, (counts, alpha) => {
        const { lower, estimate, upper } = tangoInterval(counts, alpha)
        expect(lower).toBeGreaterThanOrEqual(-1)
        expect(lower).toBeLessThanOrEqual(estimate)
        expect(estimate).toBeLessThanOrEqual(upper)
        expect(upper).toBeLessThanOrEqual(1)
        expect(upper).toBeGreaterThan(lower)
      }),
    )
  })

  it('is negated when the models change places', () => {
    fc.assert(
      fc.property(tables, alphas, (counts, alpha) => {
        const there = tangoInterval(counts, alpha)
        const back = tangoInterval(table(counts.n, counts.onlyChampionRight, counts.onlyCandidateRight), alpha)
        expect(back.lower).toBeCloseTo(-there.upper, 13)
        expect(back.upper).toBeCloseTo(-there.lower, 13)
      }),
    )
  })

  it('grows as alpha shrinks', () => {
    fc.assert(
      fc.property(tables, alphas, alphas, (counts, one, other) => {
        const wide = tangoInterval(counts, Math.min(one, other))
        const narrow = tangoInterval(counts, Math.max(one, other))
        expect(wide.lower).toBeLessThanOrEqual(narrow.lower)
        expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper)
      }),
    )
  })

  it('reaches ±1 only where one model wins every row', () => {
    expect(tangoInterval(table(5, 5, 0), 0.05)).toMatchObject({ estimate: 1, upper: 1 })
    expect(tangoInterval(table(5, 0, 5), 0.05)).toMatchObject({ estimate: -1, lower: -1 })
    expect(tangoInterval(table(5, 4, 0), 0.05).upper).toBeLessThan(1)
  })

  it('knows nothing without rows', () => {
    expect(tangoInterval(table(0, 0, 0), 0.05)).toEqual({
      estimate: Number.NaN,
      lower: -1,
      upper: 1,
      doubt: 'too-few-rows',
    })
  })

  it('refuses impossible counts and alphas', () => {
    for (const counts of [table(3, 2, 2), table(-1, 0, 0), table(5, 0.5, 0), table(Number.NaN, 0, 0)]) {
      expect(() => tangoInterval(counts, 0.05)).toThrow(RangeError)
    }
    for (const alpha of [0, 0.5, -0.1, Number.NaN])
      expect(() => tangoInterval(table(9, 1, 1), alpha)).toThrow(RangeError)
  })
})

describe("Tango's score and the test of non-inferiority", () => {
  it('have the values of the oracle', () => {
    for (const { n, b, c, margin, z, p } of oracle.tango) {
      const { statistic, pValue } = tangoNonInferiority(table(n, b, c), margin)
      expectRelative(statistic, z, 1e-12)
      expectRelative(pValue, p, 1e-10)
    }
  })

  it('agree with the interval about what is proven', () => {
    fc.assert(
      fc.property(tables, alphas, fc.double({ min: 0, max: 0.5, noNaN: true }), (counts, alpha, margin) => {
        const { lower } = tangoInterval(counts, alpha)
        fc.pre(Math.abs(lower + margin) > 1e-12)
        expect(tangoNonInferiority(counts, margin).pValue < alpha).toBe(lower > -margin)
      }),
    )
  })

  it('fall as the hypothesis rises', () => {
    const hypotheses = Array.from({ length: 201 }, (_, step) => -1 + step / 100)
    for (const counts of [table(50, 3, 0), table(50, 0, 3), table(40, 20, 20), table(7, 0, 0), table(1, 1, 0)]) {
      const scores = hypotheses.map((difference) => tangoScore(counts, difference))
      expect(scores).toEqual(scores.toSorted((one, other) => other - one))
    }
  })

  it('is zero at the estimate and the square root of McNemar at zero', () => {
    expect(tangoScore(table(100, 7, 7), 0)).toBe(0)
    expect(tangoScore(table(9, 0, 0), 0)).toBe(0)
    expect(tangoScore(table(100, 16, 6), 0)).toBeCloseTo(10 / Math.sqrt(22), 14)
  })

  it('need 268 rows without disagreement for a margin of one point, and refuse 267', () => {
    expect(tangoNonInferiority(table(267, 0, 0), 0.01).pValue).toBeGreaterThan(0.05)
    expect(tangoNonInferiority(table(268, 0, 0), 0.01).pValue).toBeLessThan(0.05)
  })

  it('is next to no evidence for a margin next to zero', () => {
    expect(tangoNonInferiority(table(1000, 0, 0), 1e-300).pValue).toBe(0.5)
    expect(tangoNonInferiority(table(1000, 0, 0), 0).pValue).toBe(0.5)
  })

  it('is no evidence without rows', () => {
    expect(tangoNonInferiority(table(0, 0, 0), 0.1).pValue).toBe(1)
  })

  it('refuses margins outside [0, 1]', () => {
    for (const margin of [-0.1, 1.1, Number.NaN]) {
      expect(() => tangoNonInferiority(table(9, 1, 1), margin)).toThrow(RangeError)
    }
  })
})

describe('counting discordant rows', () => {
  const rows = { candidate: [1, 1, 0, 0, 1], champion: [1, 0, 1, 0, 0] }

  it('counts who alone is right, whichever of 0 and 1 is the good value', () => {
    expect(pairedCounts(rows, 'higher')).toEqual(table(5, 2, 1))
    expect(pairedCounts(rows, 'lower')).toEqual(table(5, 1, 2))
    expect(pairedCounts({ candidate: [], champion: [] }, 'higher')).toEqual(table(0, 0, 0))
  })

  it('refuses unequal lengths and values that are neither 0 nor 1', () => {
    expect(() => pairedCounts({ candidate: [1], champion: [] }, 'higher')).toThrow(RangeError)
    for (const value of [0.5, Number.NaN, Infinity, 2]) {
      expect(() => pairedCounts({ candidate: [1, value], champion: [1, 1] }, 'higher')).toThrow(/row 1/)
    }
  })
})
