import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tNonInferiority } from '../../core/stats/interval.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { welchInterval, welchTest } from '../../core/stats/welch.ts'
import { expectRelative, frequency, upperLimit } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 30 })

describe("Welch's t", () => {
  it('has the statistics, p-values and bounds of the oracle', () => {
    for (const { candidate, champion, alpha, ...row } of oracle.welch) {
      const [test, interval] = [
        welchTest({ candidate, champion }),
        welchInterval({ candidate, champion }, 'higher', alpha),
      ]
      // scipy itself loses digits where the mean is 1e9 times the spread.
      const tolerance = row.name === 'huge offset' ? 1e-6 : 1e-10
      expectRelative(test.statistic, row.statistic, tolerance)
      expectRelative(test.degreesOfFreedom, row.df, tolerance)
      for (const side of ['greater', 'less', 'twoSided'] as const) expectRelative(test[side], row[side], tolerance)
      expectRelative(interval.lower, row.lower, tolerance)
      expectRelative(interval.upper, row.upper, tolerance)
    }
  })

  it("agrees with Student's sleep data as R prints them for two groups", () => {
    // R's data set `sleep` (Student 1908): t = -1.8608, df = 17.776, p-value = 0.07939, 95 % interval -3.3654832, 0.2054832.
    const rows = {
      candidate: [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
      champion: [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    }
    const [test, interval] = [welchTest(rows), welchInterval(rows, 'higher', 0.025)]
    expect(test.statistic).toBeCloseTo(-1.8608, 4)
    expect(test.degreesOfFreedom).toBeCloseTo(17.776, 3)
    expect(test.twoSided).toBeCloseTo(0.07939, 5)
    expect(interval.lower).toBeCloseTo(-3.3654832, 7)
    expect(interval.upper).toBeCloseTo(0.2054832, 7)
  })

  it('is negated when the sides change places, and when the direction does', () => {
    fc.assert(
      fc.property(values, values, (candidate, champion) => {
        const there = welchInterval({ candidate, champion }, 'higher', 0.05)
        const back = welchInterval({ candidate: champion, champion: candidate }, 'higher', 0.05)
        expect(back.lower).toBe(-there.upper)
        expect(welchInterval({ candidate, champion }, 'lower', 0.05).upper).toBe(back.upper)
        const [first, second] = [
          welchTest({ candidate, champion }),
          welchTest({ candidate: champion, champion: candidate }),
        ]
        expect(first.greater).toBe(second.less)
      }),
    )
  })

  it.each([
    ['no rows', [], [1, 2], 'too-few-rows'],
    ['one row', [1], [1, 2], 'too-few-rows'],
    ['equal rows on both sides', [0.1, 0.1, 0.1], [0.3, 0.3], 'no-variation'],
    ['rows that differ by rounding alone', [0.1 + 0.2, 0.3, 0.3], [0.7, 0.7], 'no-variation'],
  ] as const)('says nothing, and why, of %s', (_, candidate, champion, doubt) => {
    expect(welchInterval({ candidate, champion }, 'higher', 0.05)).toMatchObject({
      lower: -Infinity,
      upper: Infinity,
      doubt,
    })
    expect(welchTest({ candidate, champion })).toMatchObject({ greater: 1, less: 1, twoSided: 1 })
  })

  it('refuses NaN and infinities, and names the row', () => {
    expect(() => welchTest({ candidate: [1, Number.NaN], champion: [1, 2] })).toThrow(/row 1/)
    expect(() => welchTest({ candidate: [1, 2], champion: [Infinity, 2] })).toThrow(/row 0/)
    expect(() => welchInterval({ candidate: [1, 2], champion: [1, 2] }, 'higher', 0.7)).toThrow(RangeError)
  })

  it('takes a million rows', () => {
    const random = seededRandom(8)
    const candidate = Float64Array.from({ length: 1_000_000 }, () => normalDraw(random))
    expectRelative(welchInterval({ candidate, champion: [0, 1e-9] }, 'higher', 0.05).standardError, 1e-3, 0.01)
  })

  it('holds its level at the margin where variances and sizes differ', () => {
    const random = seededRandom(12)
    const draw = (n: number, mean: number, deviation: number) =>
      Float64Array.from({ length: n }, () => mean + deviation * normalDraw(random))
    const passed = frequency(3000, () => {
      const interval = welchInterval({ candidate: draw(12, -0.5, 3), champion: draw(40, 0, 1) }, 'higher', 0.05)
      return tNonInferiority(interval, 0.5).pValue < 0.05
    })
    expect(passed).toBeLessThan(upperLimit(0.05, 3000))
    expect(passed).toBeGreaterThan(0.035)
  })
})
