import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ColumnData, ColumnSketch } from '../../../core/stats/profile/column-sketch.ts'
import { DistinctCount } from '../../../core/stats/profile/distinct-count.ts'
import { hashNumber, hashText } from '../../../core/stats/profile/hash.ts'
import { LevelCounts } from '../../../core/stats/profile/level-counts.ts'
import { PowerSums } from '../../../core/stats/profile/power-sums.ts'
import { TableSketch } from '../../../core/stats/profile/table-sketch.ts'
import { ValueHistogram } from '../../../core/stats/profile/value-histogram.ts'
import { seededRandom } from '../../../core/stats/random.ts'

type Cell = number | string | boolean | Date | null

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
  fc.constantFrom('EWR', 'JFK', 'LGA'),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2100-01-01') }),
)
const cells = fc.array(cell, { maxLength: 60 })

function sketchOf(values: readonly Cell[]): ColumnSketch {
  const sketch = new ColumnSketch()
  for (const value of values) {
    if (value === null) sketch.addMissing()
    else if (typeof value === 'number') sketch.addNumber(value)
    else if (typeof value === 'boolean') sketch.addBoolean(value)
    else if (value instanceof Date) sketch.addTime(value.getTime(), 'time')
    else sketch.addText(value)
  }
  return sketch
}

/** A merge that leaves its parts as they were. */
function merged(...parts: readonly ColumnSketch[]): ColumnSketch {
  const whole = new ColumnSketch()
  for (const part of parts) whole.merge(part)
  return whole
}

/** Everything but the moments, which are equal up to rounding only. */
function counts(sketch: ColumnSketch): object {
  const { numbers, times, ...rest } = sketch.toData(1)
  const without = (data: typeof numbers) => data && { min: data.min, max: data.max, histogram: data.histogram }
  return {
    ...rest,
    ...(numbers && { numbers: without(numbers) }),
    ...(times && { times: without(times) }),
  }
}

function sums(sketch: ColumnSketch): readonly number[] {
  return sketch.numbers?.sums?.toData() ?? []
}

function expectSameSums(a: ColumnSketch, b: ColumnSketch): void {
  const [first, second] = [sums(a), sums(b)]
  expect(first.length).toBe(second.length)
  const spread = Math.max(1, Math.abs(a.numbers?.min ?? 0), Math.abs(a.numbers?.max ?? 0))
  for (const [power, value] of first.entries()) {
    const scale = power < 2 ? spread : (first[0] ?? 1) * (2 * spread) ** power
    expect(Math.abs(value - (second[power] ?? Number.NaN))).toBeLessThanOrEqual(1e-9 * scale)
  }
}

describe('sketches of a column', () => {
  test('merge into the sketch of all rows, wherever the rows are cut', () => {
    fc.assert(
      fc.property(cells, fc.nat(60), (values, at) => {
        const whole = sketchOf(values)
        const halves = merged(sketchOf(values.slice(0, at)), sketchOf(values.slice(at)))

        expect(counts(halves)).toEqual(counts(whole))
        expectSameSums(halves, whole)
        expect(halves.type).toBe(whole.type)
        expect(halves.distinct()).toEqual(whole.distinct())
      }),
    )
  })

  test('merge in any order and any grouping', () => {
    fc.assert(
      fc.property(cells, cells, cells, (first, second, third) => {
        const [a, b, c] = [sketchOf(first), sketchOf(second), sketchOf(third)]
        const left = merged(merged(a, b), c)
        const right = merged(a, merged(b, c))
        const turned = merged(c, b, a)

        expect(counts(right)).toEqual(counts(left))
        expect(counts(turned)).toEqual(counts(left))
        expectSameSums(right, left)
        expectSameSums(turned, left)
      }),
    )
  })

  test('come back from their data as they were', () => {
    fc.assert(
      fc.property(cells, (values) => {
        const data = sketchOf(values).toData(1)

        expect(ColumnSketch.from(JSON.parse(JSON.stringify(data)) as ColumnData).toData(1)).toEqual(data)
      }),
    )
  })

  test.each([
    [[1, 2], 'integer'],
    [[1, 2.5, null], 'number'],
    [[true, false], 'boolean'],
    [['a', 'b'], 'text'],
    [[1, 'NA'], 'mixed'],
    [[null], 'empty'],
    [[], 'empty'],
  ] as const)('of %j have the type %s', (values, type) => {
    expect(sketchOf(values).type).toBe(type)
  })

  test('keep infinite numbers out of range and moments, and count them', () => {
    const sketch = sketchOf([1, Number.POSITIVE_INFINITY, 3])

    expect(sketch.infinite).toBe(1)
    expect([sketch.numbers?.min, sketch.numbers?.max, sketch.numbers?.sums?.mean]).toEqual([1, 3, 2])
    expect(sketch.type).toBe('number')
  })

  test('of numbers whose squares overflow have no moments, and everything else', () => {
    const data = sketchOf([1e300, -1e300]).toData(1)

    expect(data.numbers).toMatchObject({ min: -1e300, max: 1e300, histogram: { bits: 52 } })
    expect(data.numbers).not.toHaveProperty('sums')
  })

  test('tell no text that fewer rows hold than asked, and merge with their hashes all the same', () => {
    const rows = (times: number) => sketchOf(Array.from({ length: times }, () => 'Ada Lovelace'))
    const stored = rows(6).toData(10)
    expect(JSON.stringify(stored)).not.toContain('Ada')

    const whole = merged(ColumnSketch.from(stored), ColumnSketch.from(rows(12).toData(10)))

    expect(whole.toData(10).levels?.levels).toEqual([[hashText('Ada Lovelace'), 18, 'Ada Lovelace']])
  })
})

describe('a histogram', () => {
  test('has the finest bins that are not too many, whatever was merged before', () => {
    const random = seededRandom(7)
    const values = Array.from({ length: 20_000 }, () => 1.7e9 + random() * 1e7)
    const whole = new ValueHistogram()
    const parts = [new ValueHistogram(), new ValueHistogram(), new ValueHistogram()]
    for (const [at, value] of values.entries()) {
      whole.add(value)
      parts[at % 97 === 0 ? 0 : at % 2 === 0 ? 1 : 2]?.add(value)
    }
    const joined = new ValueHistogram()
    for (const part of [...parts].reverse()) joined.merge(part)

    expect(joined.toData()).toEqual(whole.toData())
    expect(whole.bins().length).toBeGreaterThan(512)
    expect(whole.bins().length).toBeLessThanOrEqual(1024)
  })

  test.each([
    ['normal', (u: number, v: number) => Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v)],
    ['lognormal', (u: number, v: number) => Math.exp(2 * Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v))],
    ['Pareto', (u: number) => (1 - u) ** (-1 / 1.1)],
    ['years', (u: number) => 1990 + Math.floor(u * 30)],
    ['times', (u: number) => 1.38e12 + u * 3e10],
  ])('knows the quantiles of %s numbers to 0.8 % of their value', (_, draw) => {
    const random = seededRandom(11)
    const values = Array.from({ length: 50_000 }, () => draw(random(), random()))
    const histogram = new ValueHistogram()
    for (const value of values) histogram.add(value)
    const sorted = Float64Array.from(values).sort()

    for (const share of [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999]) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
      expect(Math.abs(histogram.quantile(share) - exact)).toBeLessThanOrEqual(0.008 * Math.abs(exact))
    }
  })

  test('keeps the bins of negative numbers and of zero apart', () => {
    const histogram = new ValueHistogram()
    for (const value of [-2, -0, 0, 3, 3]) histogram.add(value)

    expect(histogram.bins()).toEqual([
      { from: -2, to: -2, count: 1 },
      { from: 0, to: 0, count: 2 },
      { from: 3, to: 3, count: 2 },
    ])
  })
})

describe('moments', () => {
  test('of halves are those of the whole far from zero', () => {
    const values = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]
    const [a, b] = [new PowerSums(), new PowerSums()]
    for (const value of values.slice(0, 1)) a.add(value)
    for (const value of values.slice(1)) b.add(value)
    a.merge(b)

    expect([a.n, a.mean, a.variance, a.skewness]).toEqual([4, 1e9 + 10, 30, 0])
    expect(a.kurtosis).toBeCloseTo(-1.64, 12)
  })
})

describe('the count of distinct values', () => {
  test.each([10, 500, 5_000, 20_000, 200_000])('of %i is right to 5 %, three standard errors', (size) => {
    const texts = new DistinctCount()
    const numbers = new DistinctCount()
    for (let at = 0; at < size; at++) {
      texts.add(hashText(`row ${at}`))
      numbers.add(hashNumber(at))
    }

    expect(Math.abs(texts.estimate() / size - 1)).toBeLessThan(0.05)
    expect(Math.abs(numbers.estimate() / size - 1)).toBeLessThan(0.05)
  })

  test('has a standard error of 1.6 %', () => {
    const errors = Array.from({ length: 60 }, (_, trial) => {
      const count = new DistinctCount()
      for (let at = 0; at < 8_000; at++) count.add(hashNumber(trial * 1e6 + at * 0.37))
      return count.estimate() / 8_000 - 1
    })
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length)

    expect(Math.abs(mean)).toBeLessThan(0.007)
    expect(deviation).toBeLessThan(0.024)
    expect(deviation).toBeGreaterThan(0.009)
  })

  test('refuses a text that holds no registers', () => {
    expect(() => DistinctCount.fromText('5000A')).toThrow(RangeError)
    expect(() => DistinctCount.fromText('3!')).toThrow(RangeError)
  })
})

describe('the counts of many levels', () => {
  test('are too small by what was lost at most, and never too large, however they are merged', () => {
    const random = seededRandom(3)
    const truth = new Map<string, number>()
    const parts = [new LevelCounts(), new LevelCounts(), new LevelCounts()]
    const rows = 60_000
    for (let row = 0; row < rows; row++) {
      const level = row % 10 === 0 ? 'often' : `level ${Math.floor(30_000 * random())}`
      truth.set(level, (truth.get(level) ?? 0) + 1)
      parts[row % 3]?.add(level)
    }
    const whole = new LevelCounts()
    for (const part of parts) whole.merge(part)

    const { levels, lost } = whole.toData(1)
    expect(lost).toBeGreaterThan(0)
    expect(lost).toBeLessThanOrEqual(rows / 5_000)
    for (const [, count, name = ''] of levels) {
      expect(count).toBeLessThanOrEqual(truth.get(name) ?? 0)
      expect(count + lost).toBeGreaterThanOrEqual(truth.get(name) ?? 0)
    }
    expect(levels[0]?.[2]).toBe('often')
  })
})

describe('sketches of a table', () => {
  test('count the rows that lack a column as missing in it', () => {
    const [a, b] = [new TableSketch(), new TableSketch()]
    a.column('x').addNumber(1)
    a.addRows()
    b.column('y').addText('z')
    b.addRows()
    a.merge(b)

    expect(a.rows).toBe(2)
    expect([...a.columns].map(([name, { missing, rows }]) => [name, missing, rows])).toEqual([
      ['x', 1, 2],
      ['y', 1, 2],
    ])
  })
})
