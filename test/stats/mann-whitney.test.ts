import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mannWhitneyTest } from '../../core/stats/mann-whitney.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { expectRelative, frequency, upperLimit } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

const sample = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 40 })

describe('the Mann-Whitney test', () => {
  it('has the statistics and p-values of the oracle', () => {
    for (const row of oracle.mannWhitney) {
      const test = mannWhitneyTest(row)
      expect(test.statistic, row.name).toBe(row.statistic)
      expect(test.isExact, row.name).toBe(row.exact)
      expectRelative(test.greater, row.greater, 1e-11)
      expectRelative(test.less, row.less, 1e-11)
    }
  })

  it('has the value of the permeability of membranes at term and in week 12 to 26', () => {
    // M. Hollander, D. Wolfe, Nonparametric Statistical Methods (1973) 69: W = 35, one-sided p = 0.1272.
    const first = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    const test = mannWhitneyTest({ first, second: [1.15, 0.88, 0.9, 0.74, 1.21] })
    expect(test.statistic).toBe(35)
    expect(test.greater).toBeCloseTo(0.1272, 4)
  })

  it('changes its tails, and nothing else, when the samples change places', () => {
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const [there, back] = [mannWhitneyTest({ first, second }), mannWhitneyTest({ first: second, second: first })]
        expect(back.greater).toBeCloseTo(there.less, 12)
        expect(back.less).toBeCloseTo(there.greater, 12)
        expect(back.statistic + there.statistic).toBe(first.length * second.length)
      }),
    )
  })

  it('depends on the order of values alone: no increasing function of them changes it', () => {
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const turned = (values: readonly number[]) => values.map((value) => Math.exp(value / 3) - 5)
        expect(mannWhitneyTest({ first: turned(first), second: turned(second) })).toEqual(
          mannWhitneyTest({ first, second }),
        )
      }),
    )
  })

  it('counts pairs, equal ones half, and never fewer when a value of the first grows', () => {
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const wins = first.flatMap((one) => second.map((other) => (one > other ? 1 : one === other ? 0.5 : 0)))
        const { statistic, superiority } = mannWhitneyTest({ first, second })
        expect(statistic).toBe(wins.reduce<number>((sum, win) => sum + win, 0))
        expectRelative(superiority, statistic / wins.length, 1e-14)
        const grown = mannWhitneyTest({ first: first.map((one, place) => (place === 0 ? one + 1 : one)), second })
        expect(grown.statistic).toBeGreaterThanOrEqual(statistic)
      }),
    )
  })

  it('finds nothing in nothing, and nothing in equal values', () => {
    expect(mannWhitneyTest({ first: [], second: [1] })).toMatchObject({ twoSided: 1, superiority: Number.NaN })
    expect(mannWhitneyTest({ first: [1, 1], second: [1] })).toMatchObject({ twoSided: 1, superiority: 0.5 })
    expect(mannWhitneyTest({ first: new Float64Array(500), second: new Float64Array(500) })).toMatchObject({
      greater: 1,
      less: 1,
    })
    expect(mannWhitneyTest({ first: [2], second: [1] })).toMatchObject({ greater: 0.5, less: 1 })
  })

  it('joins the normal distribution where it stops being exact', () => {
    const random = seededRandom(4)
    for (const [n, m] of [
      [38, 40],
      [10, 280],
      [2, 1400],
    ] as const) {
      const draw = (count: number, shift: number) =>
        Float64Array.from({ length: count }, () => shift + normalDraw(random))
      const [first, second, one] = [draw(n, 0.4), draw(m, 0), draw(1, 0)]
      const exact = mannWhitneyTest({ first, second })
      const normal = mannWhitneyTest({
        first,
        second: Float64Array.from([...second, ...second.map((value) => value + 1e-9), ...one]),
      })
      expect(exact.isExact).toBe(true)
      expect(normal.isExact).toBe(false)
      expect(Math.abs(exact.superiority - normal.superiority)).toBeLessThan(0.05)
    }
  })

  it('refuses NaN and infinities, and names the row', () => {
    expect(() => mannWhitneyTest({ first: [1, Number.NaN], second: [1] })).toThrow(/row 1/)
    expect(() => mannWhitneyTest({ first: [1], second: [Infinity] })).toThrow(/row 0/)
  })

  it('takes a million rows, tied or not', () => {
    const random = seededRandom(8)
    const first = Float64Array.from({ length: 600_000 }, () => normalDraw(random))
    const second = Float64Array.from({ length: 400_000 }, () => normalDraw(random))
    expect(mannWhitneyTest({ first, second }).twoSided).toBeGreaterThan(1e-4)
    const tied = mannWhitneyTest({
      first: first.map(Math.round),
      second: second.map((value) => Math.round(value + 0.02)),
    })
    expect(tied.less).toBeLessThan(1e-10)
  })

  it.each([
    [6, 9],
    [4, 2000],
    [60, 90],
  ])('refutes equal distributions no more often than alpha, on %d and %d rows', (n, m) => {
    const random = seededRandom(n)
    const draw = (count: number) => Float64Array.from({ length: count }, () => normalDraw(random))
    const refuted = frequency(1500, () => mannWhitneyTest({ first: draw(n), second: draw(m) }).greater < 0.05)
    expect(refuted).toBeLessThan(upperLimit(0.05, 1500))
    expect(refuted).toBeGreaterThan(0.025)
  })
})
