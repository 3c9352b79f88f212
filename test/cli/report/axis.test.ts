import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Axis, linearAxis, logAxis, percent } from '../../../core/cli/report/svg/axis.ts'

const number = fc.double({ min: -1e12, max: 1e12, noNaN: true })
const some = fc.array(number, { minLength: 1, maxLength: 12 })
const positive = fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 12 })

/** What every axis keeps, whatever it is made of. */
function expectAxis(axis: Axis, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b)
  const places = sorted.map((value) => axis.at(value))
  expect(axis.low).toBeLessThan(axis.high)
  expect(places.every((place) => place >= 0 && place <= 1)).toBe(true)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  for (const { value } of axis.ticks) {
    expect(axis.at(value)).toBeGreaterThanOrEqual(0)
    expect(axis.at(value)).toBeLessThanOrEqual(1)
  }
  expect(new Set(axis.ticks.map(({ label }) => label)).size).toBe(axis.ticks.length)
}

describe('a linear axis', () => {
  test('keeps the order of any values and has them all', () => {
    fc.assert(fc.property(some, (values) => expectAxis(linearAxis(values), values)))
  })

  test('has a few ticks, equally far apart, at round values within its ends', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 2, max: 8 }), (values, steps) => {
        const { low, high, ticks } = linearAxis(values, { steps, room: 0.1 })
        const slack = (high - low) * 1e-6
        const gaps = ticks.slice(1).map(({ value }, at) => value - (ticks[at]?.value ?? Number.NaN))

        expect(ticks.length).toBeGreaterThanOrEqual(1)
        expect(ticks.length).toBeLessThanOrEqual(2 * steps + 1)
        expect(ticks.every(({ value }) => value >= low - slack && value <= high + slack)).toBe(true)
        for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0] ?? Number.NaN, -Math.log10(slack))
      }),
    )
  })

  test('leaves room at both ends where it is asked to', () => {
    const axis = linearAxis([10, 20], { room: 0.1 })

    expect([axis.low, axis.high]).toEqual([9, 21])
    expect(axis.at(10)).toBeCloseTo(1 / 12)
  })

  test('ends on ticks where it is asked to', () => {
    const axis = linearAxis([0, 7.3], { isRounded: true })

    expect(axis.ticks.map(({ label }) => label)).toEqual(['0', '2', '4', '6', '8'])
    expect([axis.low, axis.high]).toEqual([0, 8])
  })

  test('has room for one value, and for none', () => {
    expect(linearAxis([0.4]).at(0.4)).toBeCloseTo(0.5)
    expect(linearAxis([0]).at(0)).toBeCloseTo(0.5)
    expect(linearAxis([])).toMatchObject({ low: 0, high: 1 })
    expect(linearAxis([Number.NaN, Infinity, 1, 2])).toMatchObject({ low: 1, high: 2 })
  })

  test.each([
    [
      [-0.0054, 0.0019],
      ['−0.004', '−0.002', '0.000'],
    ],
    [
      [0.3228, 0.4],
      ['0.34', '0.36', '0.38', '0.40'],
    ],
    [
      [0, 150_000],
      ['0', '50,000', '100,000', '150,000'],
    ],
    [
      [1e-9, 4e-9],
      ['1e-9', '2e-9', '3e-9', '4e-9'],
    ],
    [
      [1e10, 1.003e10],
      ['1.000e+10', '1.001e+10', '1.002e+10', '1.003e+10'],
    ],
  ])('of %j has the labels %j', (values, labels) => {
    expect(linearAxis(values).ticks.map(({ label }) => label)).toEqual(labels)
  })
})

describe('an axis of ratios', () => {
  test('keeps the order of positive values and has them all', () => {
    fc.assert(fc.property(positive, (values) => expectAxis(logAxis(values), values)))
  })

  test('puts equal ratios equally far apart', () => {
    const axis = logAxis([1, 1000])

    expect([1, 10, 100, 1000].map((value) => axis.at(value))).toEqual([
      0,
      expect.closeTo(1 / 3),
      expect.closeTo(2 / 3),
      1,
    ])
    expect(axis.ticks.map(({ label }) => label)).toEqual(['1', '10', '100', '1,000'])
  })

  test('leaves out what has no ratio, and puts it at the beginning', () => {
    const axis = logAxis([0, -3, Number.NaN, 2, 20])

    expect(axis.low).toBeCloseTo(2)
    expect(axis.at(0)).toBe(0)
  })
})

test('a coordinate is a percentage on two decimals', () => {
  expect([0, 1 / 3, 1].map(percent)).toEqual(['0%', '33.33%', '100%'])
})
