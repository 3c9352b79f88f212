import { describe, expect, it } from 'vitest'
import { moments } from '../../core/stats/moments.ts'
import { seededRandom } from '../../core/stats/random.ts'
import { expectRelative } from './support.ts'

describe('moments', () => {
  it('are those of a textbook', () => {
    expect(moments([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, variance: 32 / 7 })
  })

  it('keep the variance where the mean is a billion times larger than the spread', () => {
    const { mean, variance } = moments([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])
    expect(mean).toBe(1e9 + 10)
    expect(variance).toBe(30)
  })

  it('give exactly no variance for equal values that binary cannot hold', () => {
    expect(moments(new Float64Array(1000).fill(0.1)).variance).toBe(0)
  })

  it('hold for a million rows', () => {
    const random = seededRandom(1)
    const rows = Float64Array.from({ length: 1_000_000 }, random)
    let sum = 0
    for (const row of rows) sum += row
    let squares = 0
    for (const row of rows) squares += (row - sum / 1e6) ** 2

    const { mean, variance } = moments(rows)

    expectRelative(mean, sum / 1e6, 1e-12)
    expectRelative(variance, squares / 999_999, 1e-12)
  })

  it('are undefined, not zero, on too few rows', () => {
    expect(moments([])).toEqual({ n: 0, mean: Number.NaN, variance: Number.NaN })
    expect(moments([3])).toEqual({ n: 1, mean: 3, variance: Number.NaN })
  })

  it('refuse NaN, infinities and squares that overflow', () => {
    for (const value of [Number.NaN, Infinity, -Infinity]) expect(() => moments([1, value])).toThrow(/row 1/)
    expect(() => moments([1e200, -1e200])).toThrow(RangeError)
    expect(() => moments([1.7e308, -1.7e308])).toThrow(RangeError)
  })
})
