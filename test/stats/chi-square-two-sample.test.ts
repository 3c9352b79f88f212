import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chiSquareTwoSample } from '../../core/stats/chi-square-two-sample.ts'
import { seededRandom } from '../../core/stats/random.ts'
import { expectRelative, frequency, upperLimit } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

describe('the chi-square test of two samples of levels', () => {
  it('has the statistics and p-values of the oracle', () => {
    for (const row of oracle.chiSquareTwoSample) {
      const test = chiSquareTwoSample(row)
      expectRelative(test.statistic, row.statistic, 1e-12)
      expect(test.degreesOfFreedom).toBe(row.df)
      expectRelative(test.pValue, row.p, 1e-10)
      expect(test.pooled).toBe(0)
    }
  })

  it('has the value of the table of parties by gender in Agresti', () => {
    // A. Agresti, An Introduction to Categorical Data Analysis, 2nd ed. (2007) 39: X² = 30.1 with 2 degrees of freedom.
    const test = chiSquareTwoSample({ first: [762, 327, 468], second: [484, 239, 477] })
    expect(test.statistic).toBeCloseTo(30.07, 2)
    expect(test.degreesOfFreedom).toBe(2)
    expect(test.pValue).toBeLessThan(1e-6)
  })

  it('pools levels that are too rare, and adds the rest to the smallest level where it is too rare itself', () => {
    const plain = chiSquareTwoSample({ first: [50, 40, 7], second: [60, 30, 9] })
    expect(chiSquareTwoSample({ first: [50, 40, 4, 1, 2], second: [60, 30, 3, 4, 2] })).toEqual({ ...plain, pooled: 3 })
    const joined = chiSquareTwoSample({ first: [50, 42], second: [60, 31] })
    expect(chiSquareTwoSample({ first: [50, 40, 1, 1], second: [60, 30, 0, 1] })).toEqual({ ...joined, pooled: 2 })
  })

  it('is the same when samples or levels change places', () => {
    const levels = fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(levels, (counts) => {
        const [first, second] = [counts.map(([one]) => one), counts.map(([, other]) => other)]
        const test = chiSquareTwoSample({ first, second })
        const others = [
          chiSquareTwoSample({ first: second, second: first }),
          chiSquareTwoSample({ first: [0, ...first], second: [0, ...second] }),
        ]
        for (const other of others) {
          expect(other.statistic).toBeCloseTo(test.statistic, 9)
          expect(other.degreesOfFreedom).toBe(test.degreesOfFreedom)
        }
        expect(test.pValue).toBeGreaterThan(0)
        expect(test.pValue).toBeLessThanOrEqual(1)
      }),
    )
  })

  it.each([
    ['no levels', [], []],
    ['one level', [100], [3]],
    ['a sample without rows', [50, 50], [0, 0]],
    ['no rows', [0, 0], [0, 0]],
    ['one row each', [1, 0], [0, 1]],
    ['two rows each', [2, 0], [0, 2]],
  ])('finds nothing in %s', (_, first, second) => {
    expect(chiSquareTwoSample({ first, second })).toMatchObject({ pValue: 1, degreesOfFreedom: 0 })
  })

  it('takes a million rows in a hundred thousand levels, and equal shares', () => {
    const first = Float64Array.from({ length: 100_000 }, () => 10)
    expect(chiSquareTwoSample({ first, second: first })).toMatchObject({
      statistic: 0,
      pValue: 1,
      degreesOfFreedom: 99_999,
    })
    expect(chiSquareTwoSample({ first: [1e9, 2e9], second: [1e9, 2.001e9] }).pValue).toBeLessThan(1e-12)
  })

  it('refuses what is no count, and names the level', () => {
    for (const bad of [Number.NaN, -1, 0.5, Infinity]) {
      expect(() => chiSquareTwoSample({ first: [1, bad], second: [1, 2] })).toThrow(/level 1 of the first/)
    }
    expect(() => chiSquareTwoSample({ first: [1], second: [1, 2] })).toThrow(RangeError)
  })

  it.each([
    [60, 90, 3],
    [500, 500, 50],
    [1000, 80, 10],
  ])('refutes equal shares no more often than alpha, on %d and %d rows in %d levels', (n, m, levels) => {
    const random = seededRandom(levels)
    const draw = (rows: number) => {
      const counts = new Float64Array(levels)
      // Shares that fall: rare levels are pooled.
      for (let row = 0; row < rows; row++) {
        const level = Math.floor(levels * random() ** 2)
        counts[level] = (counts[level] ?? 0) + 1
      }
      return counts
    }
    const refuted = frequency(2000, () => chiSquareTwoSample({ first: draw(n), second: draw(m) }).pValue < 0.05)
    expect(refuted).toBeLessThan(upperLimit(0.05, 2000))
    expect(refuted).toBeGreaterThan(0.025)
  })
})
