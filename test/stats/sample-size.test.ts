import { describe, expect, it } from 'vitest'
import { mcNemar } from '../../core/stats/mcnemar.ts'
import {
  minimumDetectableEffect,
  neededRows,
  neededRowsForAccuracy,
  neededRowsForMcNemar,
} from '../../core/stats/sample-size.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { tangoNonInferiority } from '../../core/stats/tango.ts'
import { tNonInferiority } from '../../core/stats/interval.ts'
import { meanInterval } from '../../core/stats/paired-t.ts'
import { frequency } from './support.ts'

const plan = { alpha: 0.05, power: 0.8 }

describe('the number of rows needed', () => {
  it.each([
    [0.05, 0.01, 3092],
    [0.1, 0.01, 6183],
    [0.1, 0.005, 24_731],
  ])('is known for paired accuracy with discordance %d and margin %d', (discordance, margin, rows) => {
    expect(neededRowsForAccuracy(discordance, { margin, difference: 0 }, plan)).toBe(rows)
  })

  it('credits an assumed advantage in the gap and in the variance', () => {
    // 6.18256 · (0.1 - 0.3²) / (0.3 + 0.1)² = 0.39: the floor without disagreement, 2.7055 · 0.6 / 0.4, needs more.
    expect(neededRowsForAccuracy(0.1, { margin: 0.1, difference: 0.3 }, plan)).toBe(5)
    // 6.18256 · (0.1 - 0.06²) / 0.06²
    expect(neededRowsForAccuracy(0.1, { margin: 0, difference: 0.06 }, plan)).toBe(166)
  })

  it('is what the interval itself needs when the models never disagree', () => {
    const rows = neededRowsForAccuracy(0, { margin: 0.01, difference: 0 }, plan)

    expect(rows).toBe(268)
    const counts = { n: rows, onlyCandidateRight: 0, onlyChampionRight: 0 }
    expect(tangoNonInferiority(counts, 0.01).pValue).toBeLessThan(0.05)
  })

  it('gives equal models the planned power under the t interval', () => {
    const random = seededRandom(12)
    const n = neededRows({ n: 40, standardError: 1 / Math.sqrt(40) }, { margin: 0.3, difference: 0 }, plan)
    expect(n).toBe(69)

    const passes = frequency(4000, () => {
      const rows = Float64Array.from({ length: n }, () => normalDraw(random))
      return tNonInferiority(meanInterval(rows, plan.alpha), 0.3).pValue < plan.alpha
    })

    expect(passes).toBeGreaterThan(0.77)
    expect(passes).toBeLessThan(0.83)
  })

  it('is infinite for what more rows cannot prove', () => {
    const aim = { margin: 0, difference: 0 }
    expect(neededRows({ n: 10, standardError: 0.1 }, aim, plan)).toBe(Infinity)
    expect(neededRowsForAccuracy(0.1, aim, plan)).toBe(Infinity)
    expect(neededRowsForAccuracy(0.1, { margin: 0.01, difference: -0.02 }, plan)).toBe(Infinity)
  })

  it('is known for McNemar’s test, and gives the planned power', () => {
    // By hand: (1.959964 · √0.2 + 0.841621 · √(0.2 - 0.1²))² / 0.1² = 154.6.
    expect(neededRowsForMcNemar(0.2, 0.1, { alpha: 0.025, power: 0.8 })).toBe(155)
    const n = neededRowsForMcNemar(0.3, 0.12, plan)
    const random = seededRandom(19)
    const found = frequency(4000, () => {
      const counts = { onlyCandidateRight: 0, onlyChampionRight: 0 }
      for (let row = 0; row < n; row++) {
        const u = random()
        if (u < 0.21) counts.onlyCandidateRight++
        else if (u < 0.3) counts.onlyChampionRight++
      }
      return counts.onlyCandidateRight > counts.onlyChampionRight && mcNemar(counts).midP / 2 < plan.alpha
    })
    expect(found).toBeGreaterThan(0.77)
    expect(found).toBeLessThan(0.84)
  })

  it('is refused for McNemar’s test where the difference exceeds the discordance, or is none', () => {
    expect(neededRowsForMcNemar(0.1, 0.1, plan)).toBeGreaterThan(0)
    expect(neededRowsForMcNemar(1e-12, 1e-12, plan)).toBeGreaterThan(1e12)
    for (const difference of [0, 0.11, Number.NaN])
      expect(() => neededRowsForMcNemar(0.1, difference, plan)).toThrow(RangeError)
    for (const share of [0, 1.1, Number.NaN]) expect(() => neededRowsForMcNemar(share, 0.05, plan)).toThrow(RangeError)
    expect(() => neededRowsForMcNemar(0.1, 0.05, { alpha: 0.05, power: 0.4 })).toThrow(RangeError)
  })

  it('falls with the margin and rises with the power', () => {
    const pilot = { n: 100, standardError: 0.02 }
    const base = neededRows(pilot, { margin: 0.01, difference: 0 }, plan)
    expect(neededRows(pilot, { margin: 0.02, difference: 0 }, plan)).toBeLessThan(base)
    expect(neededRows(pilot, { margin: 0.01, difference: 0 }, { alpha: 0.05, power: 0.9 })).toBeGreaterThan(base)
  })

  it('refuses impossible plans, pilots and shares', () => {
    const aim = { margin: 0.01, difference: 0 }
    expect(() => neededRows({ n: 10, standardError: 0 }, aim, plan)).toThrow(RangeError)
    expect(() => neededRows({ n: 10, standardError: 0.1 }, { margin: -1, difference: 0 }, plan)).toThrow(RangeError)
    expect(() => neededRows({ n: 10, standardError: 0.1 }, { margin: 0, difference: Number.NaN }, plan)).toThrow(
      RangeError,
    )
    expect(() => neededRows({ n: 10, standardError: 0.1 }, aim, { alpha: 0.05, power: 1 })).toThrow(RangeError)
    expect(() => neededRowsForAccuracy(1.1, aim, plan)).toThrow(RangeError)
  })
})

describe('the minimum detectable effect', () => {
  it('is what is needed beyond the margin, and negative once equal models pass easily', () => {
    expect(minimumDetectableEffect(0.01, 0.005, plan)).toBeCloseTo(2.4864749 * 0.01 - 0.005, 8)
    expect(minimumDetectableEffect(0.001, 0.005, plan)).toBeLessThan(0)
  })

  it('is zero at exactly the needed number of rows', () => {
    const n = neededRows({ n: 400, standardError: 0.01 }, { margin: 0.005, difference: 0 }, plan)
    expect(minimumDetectableEffect(0.01 * Math.sqrt(400 / n), 0.005, plan)).toBeCloseTo(0, 5)
  })
})
