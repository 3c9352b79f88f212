import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Histogram } from '../../../core/engines/load/histogram.ts'
import { percentilesOf } from '../../../core/engines/load/percentiles.ts'

/** From 1 µs to 70 minutes, evenly over the orders of magnitude, and 0. */
const durations = fc.oneof(
  fc.constant(0),
  fc.double({ min: -3, max: 6.6, noNaN: true }).map((exponent) => 10 ** exponent),
)
const samples = fc.array(durations, { minLength: 1, maxLength: 300 })

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.add(value)
  return histogram
}

/** The nearest rank, from the values themselves. */
function exactQuantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(1, Math.ceil(p * values.length)) - 1] ?? Number.NaN
}

describe('a histogram', () => {
  it('gives every quantile within 0.4 % or 1 µs', () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
        const exact = exactQuantile(values, p)
        const error = Math.abs(histogramOf(values).quantile(p) - exact)
        expect(error).toBeLessThanOrEqual(Math.max(0.004 * exact, 0.001))
      }),
      { numRuns: 500 },
    )
  })

  it('is the same whether values are added at once or merged from parts', () => {
    fc.assert(
      fc.property(fc.array(samples, { minLength: 1, maxLength: 5 }), (parts) => {
        const merged = new Histogram()
        for (const part of parts) merged.merge(histogramOf(part))
        const whole = histogramOf(parts.flat())
        expect(merged.data().counts).toEqual(whole.data().counts)
        expect(merged.data()).toMatchObject({ minMs: whole.data().minMs, maxMs: whole.data().maxMs })
        expect(merged.meanMs).toBeCloseTo(whole.meanMs, 6)
      }),
    )
  })

  it('survives JSON', () => {
    fc.assert(
      fc.property(fc.array(durations, { maxLength: 100 }), (values) => {
        const histogram = histogramOf(values)
        const again = Histogram.from(JSON.parse(JSON.stringify(histogram.data())) as ReturnType<Histogram['data']>)
        expect(again.data()).toEqual(histogram.data())
        expect(again.count).toBe(values.length)
      }),
    )
  })

  it('has buckets in order that hold all values below their edges', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const buckets = histogramOf(values).buckets()
        expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
        const edges = buckets.map(({ upToMs }) => upToMs)
        expect(edges).toEqual([...edges].sort((a, b) => a - b))
        for (const { upToMs } of buckets) {
          const inside = buckets.filter((one) => one.upToMs <= upToMs).reduce((sum, { count }) => sum + count, 0)
          // A value on an edge may be told from it only by rounding.
          const [few, many] = [values.filter((v) => v < upToMs - 1e-9), values.filter((v) => v <= upToMs + 1e-9)]
          expect(inside).toBeGreaterThanOrEqual(few.length)
          expect(inside).toBeLessThanOrEqual(many.length)
        }
      }),
    )
  })

  it('keeps minimum, maximum and mean exactly', () => {
    const histogram = histogramOf([0.0004, 1.23456, 987_654.321])
    expect(histogram.quantile(1)).toBe(987_654.321)
    expect(histogram.meanMs).toBeCloseTo((0.0004 + 1.23456 + 987_654.321) / 3, 9)
    expect(histogram.quantile(0)).toBeLessThanOrEqual(0.001)
  })

  it('takes longer durations into its last bucket, with their true maximum', () => {
    const histogram = histogramOf([5e6, 6e6])
    expect(histogram.buckets()).toHaveLength(1)
    expect(histogram.quantile(1)).toBe(6e6)
  })

  it('says nothing when it is empty', () => {
    const histogram = new Histogram()
    expect(histogram.quantile(0.5)).toBeNaN()
    expect(histogram.meanMs).toBeNaN()
    expect(percentilesOf(histogram)).toBeUndefined()
    expect(Histogram.from(histogram.data()).data()).toEqual(histogram.data())
  })

  it('refuses what is no duration and no share', () => {
    for (const value of [-1, Number.NaN]) expect(() => new Histogram().add(value)).toThrow(RangeError)
    for (const p of [-0.1, 1.1, Number.NaN]) expect(() => new Histogram().quantile(p)).toThrow(RangeError)
  })
})
