import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kolmogorovSmirnovTest, kolmogorovSurvival } from '../../core/stats/kolmogorov-smirnov.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { expectRelative, frequency, upperLimit } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

const sample = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 40 })

describe('the two-sample Kolmogorov-Smirnov test', () => {
  it('has the statistics and p-values of the oracle', () => {
    for (const row of oracle.kolmogorovSmirnov) {
      const test = kolmogorovSmirnovTest(row)
      expectRelative(test.statistic, row.statistic, 1e-14)
      expectRelative(test.pValue, row.p, 1e-11)
      expect(test.isExact).toBe(true)
    }
  })

  it('has the limiting distribution of the oracle', () => {
    for (const { x, survival } of oracle.kolmogorov) expectRelative(kolmogorovSurvival(x), survival, 1e-12)
    expect(kolmogorovSurvival(0)).toBe(1)
    expect(kolmogorovSurvival(Infinity)).toBe(0)
    // The critical value that every textbook gives for 5 %.
    expect(kolmogorovSurvival(1.3581)).toBeCloseTo(0.05, 4)
    expect(() => kolmogorovSurvival(Number.NaN)).toThrow(RangeError)
  })

  it('is the same when the samples change places, and after any increasing function', () => {
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const test = kolmogorovSmirnovTest({ first, second })
        const back = kolmogorovSmirnovTest({ first: second, second: first })
        expect(back.statistic).toBeCloseTo(test.statistic, 14)
        expect(back.pValue).toBeCloseTo(test.pValue, 12)
        const turned = (values: readonly number[]) => values.map((value) => Math.exp(value / 3) - 5)
        expect(kolmogorovSmirnovTest({ first: turned(first), second: turned(second) })).toEqual(test)
      }),
    )
  })

  it('ends at 2/C(n + m, n) where the samples lie apart, exactly, far below 1e-12', () => {
    const first = Array.from({ length: 40 }, (_, row) => row)
    const apart = kolmogorovSmirnovTest({ first, second: first.map((value) => value + 100) })
    const choices = first.reduce((product, value) => (product * (41 + value)) / (1 + value), 1)
    expectRelative(apart.pValue, 2 / choices, 1e-13)
    expect(apart.pValue).toBeLessThan(2e-23)
    expect(apart.statistic).toBe(1)
  })

  it('finds nothing in nothing, and nothing in equal samples', () => {
    expect(kolmogorovSmirnovTest({ first: [], second: [1] })).toMatchObject({ pValue: 1, statistic: Number.NaN })
    expect(kolmogorovSmirnovTest({ first: [1], second: [] })).toMatchObject({ pValue: 1, statistic: Number.NaN })
    expect(kolmogorovSmirnovTest({ first: [1, 2], second: [1, 1, 2, 2] })).toMatchObject({ pValue: 1, statistic: 0 })
    expect(kolmogorovSmirnovTest({ first: [1], second: [2] })).toMatchObject({ pValue: 1, statistic: 1 })
    expect(kolmogorovSmirnovTest({ first: [-0], second: [0] }).statistic).toBe(0)
  })

  it('hardly changes where it stops being exact', () => {
    const random = seededRandom(2)
    for (const [n, m] of [
      [1000, 1000],
      [100, 10_000],
      [31, 32_000],
    ] as const) {
      const first = Float64Array.from({ length: n }, () => normalDraw(random) + 1.2 / Math.sqrt(n))
      const second = Float64Array.from({ length: m }, () => normalDraw(random))
      const exact = kolmogorovSmirnovTest({ first, second })
      const beyond = kolmogorovSmirnovTest({ first, second: Float64Array.from([...second, ...second]) })
      const root = Math.sqrt((n * m) / (n + m))
      expect(exact.isExact).toBe(true)
      expect(beyond.isExact).toBe(false)
      expectRelative(kolmogorovSurvival((root + 0.12 + 0.11 / root) * exact.statistic), exact.pValue, 0.04)
    }
  })

  it.each([
    // scipy.stats.ks_2samp(method='exact') of these whole numbers and those halves.
    { n: 1001, m: 1001, step: 1, shift: 30, p: 0.7233980672480402, off: 0.02 },
    { n: 1001, m: 1001, step: 1, shift: 60, p: 0.04857753930034639, off: 0.05 },
    { n: 1001, m: 1001, step: 1, shift: 100, p: 7.411374164656023e-5, off: 0.1 },
    { n: 5000, m: 201, step: 25, shift: 450, p: 0.05835699319998932, off: 0.01 },
  ])('is near scipy’s exact value beyond where it is exact: $n and $m rows, $p', ({ n, m, step, shift, p, off }) => {
    const first = Float64Array.from({ length: n }, (_, row) => row)
    const second = Float64Array.from({ length: m }, (_, row) => step * row + shift + 0.5)
    const test = kolmogorovSmirnovTest({ first, second })
    expect(test.isExact).toBe(false)
    expectRelative(test.pValue, p, off)
  })

  it('refuses NaN and infinities, and names the row', () => {
    expect(() => kolmogorovSmirnovTest({ first: [1, Number.NaN], second: [1] })).toThrow(/row 1/)
    expect(() => kolmogorovSmirnovTest({ first: [1], second: [Infinity] })).toThrow(/row 0/)
  })

  it('takes a million rows', () => {
    const random = seededRandom(8)
    const first = Float64Array.from({ length: 600_000 }, () => normalDraw(random))
    const second = Float64Array.from({ length: 400_000 }, () => normalDraw(random))
    expect(kolmogorovSmirnovTest({ first, second }).pValue).toBeGreaterThan(1e-4)
    expect(kolmogorovSmirnovTest({ first, second: second.map((value) => value + 0.05) }).pValue).toBeLessThan(1e-12)
  })

  it.each([
    [9, 14],
    [60, 90],
    [900, 1200],
  ])('refutes equal distributions no more often than alpha, on %d and %d rows', (n, m) => {
    const random = seededRandom(n)
    const repetitions = n > 100 ? 400 : 2000
    const draw = (count: number) => Float64Array.from({ length: count }, random)
    const refuted = frequency(
      repetitions,
      () => kolmogorovSmirnovTest({ first: draw(n), second: draw(m) }).pValue < 0.05,
    )
    expect(refuted).toBeLessThan(upperLimit(0.05, repetitions))
    expect(refuted).toBeGreaterThan(0.015)
  })
})
