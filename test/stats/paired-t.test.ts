import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tInterval, tNonInferiority } from '../../core/stats/interval.ts'
import { meanInterval, orientedDifferences, pairedTInterval } from '../../core/stats/paired-t.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import oracle from './oracle.json' with { type: 'json' }
import { expectRelative, frequency, upperLimit } from './support.ts'

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 60 })

describe('the t interval of a mean', () => {
  it('has the bounds and p-values of the oracle', () => {
    for (const row of oracle.means) {
      const interval = meanInterval(row.values, row.alpha)
      expectRelative(interval.estimate, row.estimate, 1e-12)
      expectRelative(interval.standardError, row.standardError, 1e-10)
      expectRelative(interval.lower, row.lower, 1e-10)
      expectRelative(interval.upper, row.upper, 1e-10)
      expectRelative(tNonInferiority(interval, row.margin).pValue, row.p, 1e-9)
    }
  })

  it('does not care whether rows come as an array or as floats', () => {
    const rows = [0.25, -0.5, 0.125]
    expect(meanInterval(Float64Array.from(rows), 0.05)).toEqual(meanInterval(rows, 0.05))
  })

  it('contains the mean and grows as alpha shrinks', () => {
    fc.assert(
      fc.property(values, (rows) => {
        const wide = meanInterval(rows, 1e-6)
        const narrow = meanInterval(rows, 0.05)
        expect(narrow.lower).toBeLessThanOrEqual(narrow.estimate)
        expect(narrow.upper).toBeGreaterThanOrEqual(narrow.estimate)
        expect(wide.lower).toBeLessThanOrEqual(narrow.lower)
        expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper)
      }),
    )
  })

  it.each([
    ['no row', [], 'too-few-rows'],
    ['one row', [0.3], 'too-few-rows'],
    ['equal rows', [0.1, 0.1, 0.1], 'no-variation'],
    ['rows of zeros', new Float64Array(1000), 'no-variation'],
    ['rows that differ by rounding alone', [0.1 + 0.2, 0.3, 0.3], 'no-variation'],
  ] as const)('is infinite, and says why, for %s', (_, rows, doubt) => {
    const interval = meanInterval(rows, 0.05)

    expect(interval).toMatchObject({ lower: -Infinity, upper: Infinity, doubt })
    expect(tNonInferiority(interval, 1e9).pValue).toBe(1)
  })

  it('refuses NaN, infinities and impossible alphas', () => {
    for (const value of [Number.NaN, Infinity]) expect(() => meanInterval([0, value], 0.05)).toThrow(RangeError)
    for (const alpha of [0, 0.5, Number.NaN]) expect(() => meanInterval([0, 1], alpha)).toThrow(RangeError)
    expect(() => tNonInferiority(meanInterval([0, 1], 0.05), -1)).toThrow(RangeError)
  })

  it('takes a million rows', () => {
    const random = seededRandom(8)
    const rows = Float64Array.from({ length: 1_000_000 }, () => 0.5 + normalDraw(random))

    const { lower, upper, standardError } = meanInterval(rows, 0.05)

    expectRelative(standardError, 1e-3, 0.01)
    expect(lower).toBeGreaterThan(0.49)
    expect(upper).toBeLessThan(0.51)
  })
})

describe('the paired t interval', () => {
  const rows = { candidate: [0.1, 0.5, 0.2, 0.9], champion: [0.3, 0.4, 0.1, 1.2] }

  it('is the interval of the differences, positive where the candidate is better', () => {
    expect(Array.from(orientedDifferences({ candidate: [1, 5], champion: [3, 4] }, 'lower'))).toEqual([2, -1])
    expect(Array.from(orientedDifferences({ candidate: [1, 5], champion: [3, 4] }, 'higher'))).toEqual([-2, 1])
    expect(pairedTInterval(rows, 'lower', 0.05)).toEqual(meanInterval(orientedDifferences(rows, 'lower'), 0.05))
  })

  it('has the degrees of freedom of the rows that differ, and is in doubt on fewer than ten of them', () => {
    const champion = Float64Array.from({ length: 40 }, (_, row) => row)
    const candidate = champion.map((value, row) => (row < 12 ? value + 1 + (row % 3) : value))
    const by = orientedDifferences({ candidate, champion }, 'higher')

    const interval = pairedTInterval({ candidate, champion }, 'higher', 0.05)
    const few = pairedTInterval({ candidate: candidate.subarray(3), champion: champion.subarray(3) }, 'higher', 0.05)

    const { estimate, standardError, skew } = meanInterval(by, 0.05)
    expect(interval).toEqual(tInterval({ estimate, standardError, degreesOfFreedom: 11, alpha: 0.05, skew }))
    expect(few).toMatchObject({ lower: -Infinity, upper: Infinity, doubt: 'too-few-differ' })
  })

  it.each([50, 200, 1000])('passes rare revenue hardly more often than stated, on %d rows', (n) => {
    const repetitions = Number(process.env['PAIRED_REPETITIONS'] ?? 400)
    // A few rows earn with either model, log-normally much, and the candidate a fifth less.
    for (const share of [0.02, 0.1, 0.5]) {
      const random = seededRandom(n)
      const earns = () => (random() < share ? Math.exp(normalDraw(random)) : 0)
      const truth = -0.2 * share * Math.exp(0.5)
      const passes = frequency(repetitions, () => {
        const candidate = Float64Array.from({ length: n }, () => 0.8 * earns())
        const champion = Float64Array.from({ length: n }, earns)
        return pairedTInterval({ candidate, champion }, 'higher', 0.05).lower > truth
      })
      if (process.env['PAIRED_REPETITIONS'] !== undefined) console.log(`revenue ${share} of ${n}: ${passes}`)
      expect(passes, `${share} of rows`).toBeLessThanOrEqual(upperLimit(0.06, repetitions))
    }
  })

  it.each([50, 200])('passes rare and dear losses no more often than stated, on %d rows', (n) => {
    // One row in twenty differs; a fifth of those by 10 and not by 1, six in ten for the worse.
    const random = seededRandom(n)
    const draw = () => (random() < 0.05 ? (random() < 0.2 ? 10 : 1) * (random() < 0.6 ? -1 : 1) : 0)
    const truth = 0.05 * (0.2 * 10 + 0.8) * (0.4 - 0.6)
    const passes = frequency(1000, () => {
      const candidate = Float64Array.from({ length: n }, draw)
      return pairedTInterval({ candidate, champion: new Float64Array(n) }, 'higher', 0.05).lower > truth
    })

    expect(passes).toBeLessThanOrEqual(upperLimit(0.05, 1000))
  })

  it('is negated when the models change places', () => {
    const there = pairedTInterval(rows, 'lower', 0.05)
    const back = pairedTInterval({ candidate: rows.champion, champion: rows.candidate }, 'lower', 0.05)

    expect(back.lower).toBe(-there.upper)
    expect(back.upper).toBe(-there.lower)
  })

  it('gains from pairing what the unpaired interval would throw away', () => {
    const random = seededRandom(4)
    const champion = Float64Array.from({ length: 300 }, () => 10 * random())
    const candidate = champion.map((loss) => loss - 0.1 + 0.05 * normalDraw(random))

    expect(pairedTInterval({ candidate, champion }, 'lower', 0.001).lower).toBeGreaterThan(0.08)
    expect(meanInterval(candidate, 0.001).upper).toBeGreaterThan(meanInterval(champion, 0.001).lower)
  })

  it('agrees with its test about what is proven', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 100, noNaN: true }), (differences, margin) => {
        const interval = meanInterval(differences, 0.05)
        fc.pre(Math.abs(interval.lower + margin) > 1e-9)
        expect(tNonInferiority(interval, margin).pValue < 0.05).toBe(interval.lower > -margin)
      }),
    )
  })

  it('does not take two identical models for proven equal', () => {
    const same = { candidate: [0.1, 0.7, 0.3], champion: [0.1, 0.7, 0.3] }
    expect(pairedTInterval(same, 'lower', 0.05)).toMatchObject({ lower: -Infinity, doubt: 'no-variation' })
  })

  it('refuses unequal lengths and a NaN on either side', () => {
    expect(() => pairedTInterval({ candidate: [1, 2], champion: [1] }, 'lower', 0.05)).toThrow(RangeError)
    expect(() => pairedTInterval({ candidate: [1, Number.NaN], champion: [1, 2] }, 'lower', 0.05)).toThrow(/row 1/)
    expect(() => pairedTInterval({ candidate: [1, 2], champion: [Number.NaN, 1] }, 'lower', 0.05)).toThrow(/row 0/)
  })
})
