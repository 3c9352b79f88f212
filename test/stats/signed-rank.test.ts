import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { signedRankTest } from '../../core/stats/signed-rank.ts'
import { expectRelative, frequency, upperLimit } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

const differences = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 })

describe("Wilcoxon's signed-rank test", () => {
  it('has the statistics and p-values of the oracle', () => {
    for (const row of oracle.signedRank) {
      const test = signedRankTest(row.values)
      expect(test.statistic, row.name).toBe(row.statistic)
      expect(test.isExact).toBe(row.exact)
      expectRelative(test.greater, row.greater, 1e-11)
      expectRelative(test.less, row.less, 1e-11)
    }
  })

  it("has the value of Darwin's fifteen pairs of plants", () => {
    // R. Fisher, The Design of Experiments (1935) 3: cross- less self-fertilised, in eighths of an inch; T- = 24, p = 0.04126.
    const test = signedRankTest([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48])
    expect(test.statistic).toBe(96)
    expect(test.twoSided).toBeCloseTo(0.04126, 5)
  })

  it('changes its tails, and nothing else, when every sign is turned', () => {
    fc.assert(
      fc.property(differences, (values) => {
        const [there, back] = [signedRankTest(values), signedRankTest(values.map((value) => -value))]
        expect(back.greater).toBeCloseTo(there.less, 12)
        expect(back.less).toBeCloseTo(there.greater, 12)
        expect(back.twoSided).toBeCloseTo(there.twoSided, 12)
      }),
    )
  })

  it('depends on the order of sizes alone: no odd, increasing function of the differences changes it', () => {
    fc.assert(
      fc.property(differences, (values) => {
        expect(signedRankTest(values.map((value) => value ** 3 / 7))).toEqual(signedRankTest(values))
      }),
    )
  })

  it('never finds more evidence after a difference has become smaller', () => {
    fc.assert(
      fc.property(differences, fc.nat(), (values, at) => {
        const lower = values.map((value, place) => (place === at % values.length && value > 1 ? value - 1 : value))
        // Fewer ties change the distribution, too; the sum of ranks alone must fall.
        expect(signedRankTest(lower).statistic).toBeLessThanOrEqual(signedRankTest(values).statistic + 1e-9)
      }),
    )
  })

  it('leaves zeros out, counts them, and finds nothing in nothing', () => {
    expect(signedRankTest([0, 1, 0, 2])).toMatchObject({ zeros: 2, n: 2, greater: 0.25 })
    for (const none of [[], [0], new Float64Array(1000)]) {
      expect(signedRankTest(none)).toMatchObject({ n: 0, greater: 1, less: 1, twoSided: 1 })
    }
    expect(signedRankTest([1e-300])).toMatchObject({ greater: 0.5, less: 1 })
  })

  it('reaches p-values of 2⁻⁵⁰ exactly', () => {
    expect(signedRankTest(Array.from({ length: 50 }, (_, row) => row + 1)).greater).toBe(2 ** -50)
  })

  it('refuses NaN and infinities, and names the row', () => {
    expect(() => signedRankTest([1, Number.NaN])).toThrow(/row 1/)
    expect(() => signedRankTest([-Infinity])).toThrow(/row 0/)
  })

  it('takes a million rows, tied or not', () => {
    const random = seededRandom(8)
    const rows = Float64Array.from({ length: 1_000_000 }, () => normalDraw(random))
    expect(signedRankTest(rows).twoSided).toBeGreaterThan(1e-4)
    const tied = signedRankTest(rows.map((row) => Math.sign(row - 0.01)))
    expect(tied.less).toBeLessThan(1e-10)
    expect(tied.n).toBe(1_000_000)
  })

  it.each([8, 60])('refutes symmetric differences no more often than alpha, on %d rows', (n) => {
    const random = seededRandom(n)
    const refuted = frequency(
      3000,
      () => signedRankTest(Float64Array.from({ length: n }, () => normalDraw(random))).greater < 0.05,
    )
    expect(refuted).toBeLessThan(upperLimit(0.05, 3000))
    expect(refuted).toBeGreaterThan(0.03)
  })
})
