import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ColumnSketch } from '../../../core/stats/profile/column-sketch.ts'
import { NumberSketch } from '../../../core/stats/profile/number-sketch.ts'
import { PowerSums } from '../../../core/stats/profile/power-sums.ts'
import { TableSketch } from '../../../core/stats/profile/table-sketch.ts'
import { ValueHistogram } from '../../../core/stats/profile/value-histogram.ts'

function sumsOf(values: readonly number[]): PowerSums {
  const sums = new PowerSums()
  for (const value of values) sums.add(value)
  return sums
}

/** n, mean and central sums from the definition, in two passes. */
function byDefinition(values: readonly number[]): readonly number[] {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const power = (of: number) => values.reduce((sum, value) => sum + (value - mean) ** of, 0)
  return [n, mean, power(2), power(3), power(4)]
}

describe('moments', () => {
  const values = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 30 })

  test('are those of the definition, added or merged', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const merged = sumsOf(first)
        merged.merge(sumsOf(second))
        for (const [sums, all] of [
          [sumsOf(first), first],
          [merged, [...first, ...second]],
        ] as const) {
          for (const [place, expected] of byDefinition(all).entries()) {
            const scale = all.length * 80 ** place
            expect(Math.abs((sums.toData()[place] ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-12 * scale)
          }
        }
      }),
    )
  })

  test('have the variance, skewness and kurtosis that scipy has for a skewed sample', () => {
    // scipy.stats.skew and kurtosis, numpy.var(ddof=1) of [1, 2, 2, 3, 9].
    const sums = sumsOf([1, 2, 2, 3, 9])

    expect(sums.mean).toBeCloseTo(3.4, 14)
    expect(sums.variance).toBeCloseTo(10.3, 13)
    expect(sums.skewness).toBeCloseTo(1.321086967875271, 12)
    expect(sums.kurtosis).toBeCloseTo(0.017296634932605137, 12)
  })

  test('are nothing of nothing, and a variance needs two', () => {
    const sums = new PowerSums()
    expect([sums.n, sums.mean, sums.variance, sums.skewness, sums.kurtosis]).toEqual([0, NaN, NaN, NaN, NaN])
    sums.add(5)
    expect([sums.mean, sums.variance, sums.skewness]).toEqual([5, NaN, NaN])
    sums.merge(new PowerSums())
    expect(sums.toData()).toEqual([1, 5, 0, 0, 0])
    sums.add(7)
    expect([sums.variance, sums.skewness, sums.kurtosis]).toEqual([2, 0, -2])
    expect(PowerSums.from([2, 6, 2, 0, 2]).kurtosis).toBe(-2)
  })
})

function histogramOf(values: Iterable<number>): ValueHistogram {
  const histogram = new ValueHistogram()
  for (const value of values) histogram.add(value)
  return histogram
}

/** What the bin of a value with so many bits is: whole multiples of a power of two. */
function binOf(value: number, bits: number): readonly [from: number, to: number] {
  const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) - bits)
  const near = Math.floor(Math.abs(value) / step) * step
  return value > 0 ? [near, near + step] : [-near - step, -near]
}

describe('a histogram', () => {
  test('is exact for 1,024 values, and coarser for one more', () => {
    const exact = histogramOf(Array.from({ length: 1024 }, (_, at) => at + 0.5))
    expect([exact.isExact, exact.bins().length, exact.toData().bits]).toEqual([true, 1024, 52])
    expect(exact.quantile(0.5)).toBe(511.5)

    exact.add(5000)

    expect(exact.isExact).toBe(false)
    expect(exact.bins().length).toBeLessThanOrEqual(1024)
    expect(exact.bins().reduce((sum, { count }) => sum + count, 0)).toBe(1025)
  })

  test.each([6, 7, 20, 21, 30, 51])('of %d bits has bins whose edges are multiples of a power of two', (bits) => {
    const value = fc.oneof(
      fc.double({ min: 1e-200, max: 1e200, noNaN: true }),
      fc.double({ min: -1e200, max: -1e-200, noNaN: true }),
    )
    fc.assert(
      fc.property(value, (of) => {
        const histogram = ValueHistogram.from({ bits, bins: [] })
        histogram.add(of, 3)
        const [from, to] = binOf(of, bits)
        expect(histogram.bins()).toEqual([{ from, to, count: 3 }])
        expect(histogram.quantile(0.5)).toBe(from + (to - from) / 2)
      }),
    )
  })

  test('keeps zero, and what is smaller than every normal number, apart', () => {
    const histogram = ValueHistogram.from({ bits: 6, bins: [] })
    for (const value of [0, -0, 5e-324, -5e-324, 2 ** -1022, 1.5]) histogram.add(value)

    // With six bits what is below the smallest bin beside zero is zero.
    expect(histogram.bins()).toEqual([
      { from: 0, to: 0, count: 4 },
      { from: 2 ** -1022, to: 2 ** -1022 + 2 ** -1028, count: 1 },
      { from: 1.5, to: 1.515625, count: 1 },
    ])
    expect(ValueHistogram.from({ bits: 6, bins: [[2 ** -1025, 1]] }).bins()).toEqual([
      { from: 2 ** -1025, to: 2 ** -1025 + 2 ** -1028, count: 1 },
    ])
  })

  test('never has fewer than six bits, however many bins that takes', () => {
    const histogram = histogramOf(Array.from({ length: 3000 }, (_, at) => 1.1 ** (at - 1500)))

    expect(histogram.toData().bits).toBe(6)
    expect(histogram.bins().length).toBeGreaterThan(1024)
  })

  test('merged with a coarser one has its bins', () => {
    const [fine, coarse] = [histogramOf([1.01, 1.02, -1.01]), ValueHistogram.from({ bits: 6, bins: [[1, 2]] })]
    const other = histogramOf([1.01, 1.02, -1.01])
    fine.merge(coarse)
    coarse.merge(other)

    const bins = [
      [-1, 1],
      [1, 3],
      [1.015625, 1],
    ]
    expect([fine.toData(), coarse.toData()]).toEqual([
      { bits: 6, bins },
      { bits: 6, bins },
    ])
  })

  test('has as quantile the smallest value that so large a share does not exceed', () => {
    const histogram = histogramOf([4, 1, 3, 2])
    expect([0, 0.25, 0.26, 0.5, 0.75, 0.76, 1].map((share) => histogram.quantile(share))).toEqual([1, 1, 2, 2, 3, 4, 4])
    expect(histogram.quantile(1.5)).toBe(4)
    expect(new ValueHistogram().quantile(0.5)).toBeNaN()
  })

  test.each([5, 53, Number.NaN])('is not read from %d bits', (bits) => {
    expect(() => ValueHistogram.from({ bits, bins: [] })).toThrow(/no histogram has .* bits/)
  })
})

describe('a sketch of numbers', () => {
  test('has quantiles inside its range, though the middle of a bin is not', () => {
    const sketch = new NumberSketch(ValueHistogram.from({ bits: 6, bins: [] }))
    sketch.add(1.001)
    expect(sketch.quantile(0.5)).toBe(1.001)
    sketch.add(1.5156)
    expect([sketch.quantile(0), sketch.quantile(1)]).toEqual([1.0078125, 1.5078125])
    expect(sketch.distinct).toBeUndefined()
  })

  test('has no negative zero, which JSON cannot write', () => {
    const sketch = new NumberSketch()
    sketch.add(-0)

    expect(sketch.toData()).toStrictEqual({
      min: 0,
      max: 0,
      sums: [1, 0, 0, 0, 0],
      histogram: { bits: 52, bins: [[0, 1]] },
    })
  })

  test('has no sums after a merge with one that has none, either way', () => {
    const [big, small] = [new NumberSketch(), new NumberSketch()]
    for (const value of [1e300, -1e300]) big.add(value)
    small.add(3)
    expect(big.sums).toBeUndefined()
    const stored = NumberSketch.from(big.toData())
    stored.merge(small)
    small.merge(NumberSketch.from(big.toData()))

    expect([stored.sums, small.sums]).toEqual([undefined, undefined])
    expect([small.min, small.max, small.distinct]).toEqual([-1e300, 1e300, 3])
  })
})

describe('a sketch of a column', () => {
  test('counts NaN as missing, and what is only counted', () => {
    const sketch = new ColumnSketch()
    sketch.addNumber(Number.NaN)
    sketch.addOther()
    sketch.addOther()
    sketch.addMissing(3)

    expect([sketch.rows, sketch.present, sketch.missing, sketch.type]).toEqual([6, 2, 4, 'other'])
    expect(sketch.distinct()).toEqual({ count: 0, isExact: true })
    expect(sketch.toData(1)).toStrictEqual({ missing: 4, kinds: { other: 2 }, distinct: '' })
  })

  test.each([
    [['date', 'date'], 'date'],
    [['time'], 'time'],
    [['date', 'time'], 'time'],
  ] as const)('of %j has the type %s', (kinds, type) => {
    const sketch = new ColumnSketch()
    for (const [at, kind] of kinds.entries()) sketch.addTime(at * 86_400_000, kind)

    expect(sketch.type).toBe(type)
    expect(sketch.times?.max).toBe((kinds.length - 1) * 86_400_000)
  })

  test('of dates and texts, and of decimals and texts, is mixed', () => {
    const [dates, decimals, others] = [new ColumnSketch(), new ColumnSketch(), new ColumnSketch()]
    dates.addTime(0, 'date')
    dates.addText('today')
    decimals.addNumber(1, 'decimal')
    decimals.addText('one')
    others.addOther()
    others.addNumber(1)

    expect([dates.type, decimals.type, others.type]).toEqual(['mixed', 'mixed', 'mixed'])
  })

  test('takes the kind of a whole number from its column', () => {
    const sketch = new ColumnSketch()
    sketch.addNumber(1, 'decimal')

    expect(sketch.type).toBe('number')
    expect(sketch.toData(1).kinds).toEqual({ decimal: 1 })
  })

  test('adds up the distinct values of all kinds, exactly while each is counted', () => {
    const sketch = new ColumnSketch()
    for (const value of [1, 2, 2]) sketch.addNumber(value)
    for (const value of ['a', 'b', 'c', 'c']) sketch.addText(value)
    sketch.addBoolean(true)
    sketch.addTime(7, 'time')
    expect(sketch.distinct()).toEqual({ count: 7, isExact: true })

    sketch.addNumber(-Infinity)

    expect(sketch.distinct()).toEqual({ count: 8, isExact: false })
  })

  test('never estimates more distinct values than there are cells', () => {
    const sketch = new ColumnSketch()
    for (let at = 0; at < 3000; at++) sketch.addNumber(at * 1.7)

    const { count, isExact } = sketch.distinct()
    expect(isExact).toBe(false)
    expect(count).toBeLessThanOrEqual(3000)
    expect(count).toBeGreaterThan(2850)
  })
})

describe('the data of a column', () => {
  test('has infinite numbers and times, which are added up by a merge', () => {
    const [one, other] = [new ColumnSketch(), new ColumnSketch()]
    for (const value of [Infinity, -Infinity, 3]) one.addNumber(value)
    other.addNumber(Infinity)
    other.addTime(1000, 'time')
    other.addText('a')
    const again = ColumnSketch.from(one.toData(1))
    again.merge(ColumnSketch.from(other.toData(1)))

    expect(again.infinite).toBe(3)
    expect(again.toData(1)).toMatchObject({
      infinite: 3,
      kinds: { decimal: 3, integer: 1, time: 1, text: 1 },
      numbers: { min: 3, max: 3 },
      times: { min: 1000, max: 1000 },
    })
    expect([again.numbers?.bins().length, again.levels?.size]).toEqual([1, 1])
    expect(other.toData(1)).toHaveProperty('infinite', 1)
    expect(new ColumnSketch().toData(1)).toStrictEqual({ missing: 0, kinds: {}, distinct: '' })
    expect(ColumnSketch.from(new ColumnSketch().toData(1)).infinite).toBe(0)
  })

  test('has an estimate of distinct levels once some are lost', () => {
    const sketch = new ColumnSketch()
    for (let at = 0; at < 10_001; at++) sketch.addText(`level ${at}`)

    expect(sketch.levels?.lost).toBe(1)
    const { count, isExact } = sketch.distinct()
    expect(isExact).toBe(false)
    expect(count).toBeGreaterThan(9500)
  })
})

describe('a sketch of a table', () => {
  test('begins a column with the rows that did not have it, and fills what a column lacks', () => {
    const table = new TableSketch()
    table.column('x').addNumber(1)
    table.addRows()
    table.column('y').addNumber(2)
    table.addRows(2)
    expect([table.column('y').missing, table.column('x').rows]).toEqual([1, 1])

    table.fill()

    expect([...table.columns].map(([name, { missing, rows }]) => [name, missing, rows])).toEqual([
      ['x', 2, 3],
      ['y', 2, 3],
    ])
    expect(TableSketch.from(table.toData(1)).toData(1)).toEqual(table.toData(1))
    expect(table.toData(1)).toMatchObject({
      rows: 3,
      columns: [
        ['x', { missing: 2 }],
        ['y', { missing: 2 }],
      ],
    })
  })
})
