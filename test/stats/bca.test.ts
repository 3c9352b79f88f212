import { describe, expect, it } from 'vitest'
import { bcaBounds, bcaCorrections, bcaInterval } from '../../core/stats/bca.ts'
import { jackknifeInfluence } from '../../core/stats/jackknife.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { expectRelative, frequency } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

function mean(values: ArrayLike<number>) {
  return (rows: Uint32Array) => {
    let sum = 0
    for (let place = 0; place < rows.length; place++) sum += values[rows[place] ?? 0] ?? Number.NaN
    return sum / rows.length
  }
}

function variance(values: ArrayLike<number>) {
  const [first, second] = [mean(values), mean(Float64Array.from(values, (value) => value ** 2))]
  return (rows: Uint32Array) => second(rows) - first(rows) ** 2
}

// B. Efron, R. Tibshirani, An Introduction to the Bootstrap (1993) table 14.1: test A of 26 children.
const spatial = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41]

describe('the BCa bootstrap interval', () => {
  it('has the corrections and bounds of the oracle for given replicates', () => {
    for (const row of oracle.bca) {
      const { bias, acceleration } = bcaCorrections(row)
      expectRelative(bias, row.bias, 1e-10)
      expectRelative(acceleration, row.acceleration, 1e-10)
      expect(bcaBounds(row, row.alpha)).toMatchObject({ lower: row.lower, upper: row.upper, doubt: undefined })
    }
  })

  it('comes to what Efron and Tibshirani published for a variance: 171.5, and 115.8 to 259.6', () => {
    const of = { n: 26, statistic: variance(spatial), seed: 4, draws: 20_000 }
    const { estimate, lower, upper } = bcaInterval(of, 0.05)
    expect(estimate).toBeCloseTo(171.5, 1)
    expect(Math.abs(lower - 115.8)).toBeLessThan(4)
    expect(Math.abs(upper - 259.6)).toBeLessThan(6)
    const { influence } = jackknifeInfluence(26, variance(spatial))
    expect(bcaCorrections({ estimate, influence, replicates: [0, 400] }).acceleration).toBeCloseTo(0.061, 3)
  })

  it('is the same with the same seed, and moves as the values do', () => {
    const of = { n: 26, statistic: mean(spatial), seed: 3 }
    const plain = bcaInterval(of, 0.05)
    expect(bcaInterval(of, 0.05)).toEqual(plain)
    expect(bcaInterval({ ...of, seed: 5 }, 0.05).lower).not.toBe(plain.lower)
    const moved = bcaInterval({ ...of, statistic: mean(spatial.map((value) => 2 * value + 7)) }, 0.05)
    expectRelative(moved.lower, 2 * plain.lower + 7, 1e-12)
    expect(bcaInterval(of, 0.005).lower).toBeLessThan(plain.lower)
  })

  it('follows every increasing function of the statistic', () => {
    for (const row of oracle.bca) {
      const turned = { ...row, estimate: Math.exp(row.estimate), replicates: row.replicates.map(Math.exp) }
      expect(bcaBounds(turned, 0.05).lower).toBe(Math.exp(row.lower))
      expect(bcaBounds(turned, 0.05).upper).toBe(Math.exp(row.upper))
    }
  })

  it.each([
    ['no rows', 0, () => 1, 'too-few-rows'],
    ['one row', 1, () => 1, 'too-few-rows'],
    ['19 rows', 19, mean(spatial), 'too-few-rows'],
    ['a statistic that is the same for all rows', 30, () => 0.25, 'no-variation'],
    [
      'a statistic without a value on some resamples',
      26,
      (rows: Uint32Array) => (new Set(rows).size > 18 ? 1 / rows.length : Number.NaN),
      'undefined',
    ],
    ['a statistic without a value', 30, () => Number.NaN, 'undefined'],
    ['a largest value, which no resample exceeds', 26, (rows: Uint32Array) => -new Set(rows).size, 'lopsided'],
  ] as const)('is the whole range, and says why, for %s', (_, n, statistic, doubt) => {
    const interval = bcaInterval({ n, statistic, seed: 1, range: { lower: -9, upper: 9 } }, 0.05)
    expect(interval).toMatchObject({ lower: -9, upper: 9, doubt })
  })

  it('ends at the range where a rank lies beyond all replicates', () => {
    const interval = bcaInterval({ n: 26, statistic: mean(spatial), seed: 1, range: { lower: 0, upper: 50 } }, 1e-12)
    expect(interval).toMatchObject({ lower: 0, upper: 50, doubt: undefined })
  })

  it('refuses too few resamples, impossible counts and seeds', () => {
    const of = { n: 30, statistic: () => 1, seed: 1 }
    expect(() => bcaInterval({ ...of, draws: 1999 }, 0.05)).toThrow(RangeError)
    expect(() => bcaInterval({ ...of, n: 1.5 }, 0.05)).toThrow(RangeError)
    expect(() => bcaInterval({ ...of, seed: 0.5 }, 0.05)).toThrow(RangeError)
    expect(() => bcaInterval(of, 0.5)).toThrow(RangeError)
  })

  it('takes a hundred thousand rows', () => {
    const random = seededRandom(6)
    const values = Float64Array.from({ length: 100_000 }, () => normalDraw(random))
    // A statistic of few rows: what is tried is the memory, and 2,000 full resamples take a while.
    const { lower, upper } = bcaInterval(
      { n: 100_000, statistic: (rows) => mean(values)(rows.subarray(0, 50)), seed: 1 },
      0.05,
    )
    expect(upper - lower).toBeGreaterThan(0.2)
  })

  it('covers a mean of fifty normal values about as often as it says', () => {
    const random = seededRandom(7)
    const missed = frequency(100, () => {
      const values = Float64Array.from({ length: 50 }, () => normalDraw(random))
      const { lower, upper } = bcaInterval({ n: 50, statistic: mean(values), seed: Math.floor(random() * 1e9) }, 0.05)
      return lower > 0 || upper < 0
    })
    expect(missed).toBeLessThan(0.23)
    expect(missed).toBeGreaterThan(0.02)
  })
})
