import { describe, expect, test } from 'vitest'
import { pairedRowsNeeded, reachOf, rowsNeeded } from '../../../core/compare-and-gate/judge/needed.ts'
import { metrics } from '../../../core/stats/metrics.ts'
import { normalSurvival } from '../../../core/stats/normal.ts'

const [z95, z80] = [1.6448536269514722, 0.8416212335729143]
const alpha = 0.05
/** 0.02 wide on each side of 0.01, by the normal distribution. */
const plain = { estimate: 0.01, lower: 0.01 - z95 * 0.02, upper: 0.01 + z95 * 0.02, doubt: undefined }
/** Of the same width, with a standard error of its own. */
const byT = { ...plain, standardError: 0.03, degreesOfFreedom: 9, skew: 0 }
const useless = [
  ['a doubt', { ...byT, doubt: 'too-few-rows' }],
  ['no width', { ...plain, lower: 0, upper: 0 }],
  ['an infinite width', { ...plain, upper: Infinity }],
  ['a standard error of zero', { ...byT, standardError: 0 }],
  ['a standard error that is unknown', { ...byT, standardError: Number.NaN }],
] as const

describe('rows that would decide', () => {
  test('are n·((z(.95) + z(.8))·se/gap)², of the standard error or half of the width', () => {
    // 100 · (2.48648 · 0.02 / 0.05)² = 98.9, and with 0.03: 222.6
    expect(rowsNeeded({ interval: plain, n: 100, alpha, gap: 0.05 })).toBe(99)
    expect(rowsNeeded({ interval: byT, n: 100, alpha, gap: 0.05 })).toBe(223)
    expect(rowsNeeded({ interval: byT, n: 100, alpha: 0.01, gap: 0.05 })).toBe(362)
  })

  test.each(useless)('are not known with %s', (_, interval) => {
    expect(rowsNeeded({ interval, n: 100, alpha, gap: 0.05 })).toBeUndefined()
    expect(reachOf({ least: -0.05, alpha }, interval)).toBeUndefined()
  })

  test.each([0, -0.05, Number.NaN, 1e-200])('are not known for a gap of %d', (gap) => {
    expect(rowsNeeded({ interval: byT, n: 100, alpha, gap })).toBeUndefined()
  })
})

describe('what can be proven', () => {
  test('is (z(.95) + z(.8))·se beyond what is asked, and an equal model’s power counts from there', () => {
    const { detectable = 0, power = 0 } = reachOf({ least: -0.05, alpha }, byT) ?? {}

    expect(detectable).toBeCloseTo((z95 + z80) * 0.03 - 0.05, 12)
    expect(power).toBeCloseTo(normalSurvival(z95 - 0.05 / 0.03), 12)
    expect(reachOf({ least: 0.05, alpha }, plain)?.detectable).toBeCloseTo((z95 + z80) * 0.02 + 0.05, 12)
    expect(reachOf({ least: 0, alpha }, plain)?.power).toBeCloseTo(0.05, 12)
  })
})

describe('rows that would decide a comparison', () => {
  /** 60 rows, two of three of class 1. Each model alone is wrong on so many, the candidate first. */
  const pair = (mine: number, theirs: number, n = 60) => {
    const labels = Float64Array.from({ length: n }, (_, row) => (row % 3 === 0 ? 0 : 1))
    const wrong = (from: number, to: number) =>
      labels.map((label, row) => (row >= from && row < to ? 1 - label : label))
    return {
      candidate: { labels, predictions: wrong(0, mine) },
      champion: { labels, predictions: wrong(mine, mine + theirs) },
    }
  }
  const of = { metric: metrics.accuracy, alpha, interval: plain, least: -0.05, ...pair(3, 3) }

  test('of a share are counted by what differs', () => {
    // 6.18256 · 0.1 / 0.05² = 247.3
    expect(pairedRowsNeeded(of)).toBe(248)
    // 6.18256 · 0.2 / 0.05²
    expect(pairedRowsNeeded({ ...of, ...pair(2, 10) })).toBe(495)
    expect(pairedRowsNeeded({ ...of, ...pair(10, 2) })).toBe(495)
    // Without a difference: 2.70554 · 0.95 / 0.05
    expect(pairedRowsNeeded({ ...of, ...pair(0, 0) })).toBe(52)
  })

  test('of a share by one class are counted in all rows', () => {
    // Four of six rows that differ are of class 1, of 40: as large a share, of two thirds of the rows.
    expect(pairedRowsNeeded({ ...of, metric: metrics.recall })).toBe(372)
  })

  test('stand on the estimate alone where more than the champion is asked', () => {
    const better = { ...of, interval: { ...plain, estimate: 0.04 } }

    // 6.18256 · 0.1 / 0.03²
    expect(pairedRowsNeeded({ ...better, least: 0.01 })).toBe(687)
    expect(pairedRowsNeeded({ ...better, least: 0 })).toBe(387)
    expect(pairedRowsNeeded({ ...better, least: 0.04 })).toBeUndefined()
    expect(pairedRowsNeeded({ ...better, least: 0.05 })).toBeUndefined()
  })

  test('with weights are counted by what the rows are worth', () => {
    const weights = Float64Array.from({ length: 60 }, (_, row) => (row < 30 ? 1 : 3))
    const { candidate, champion } = pair(3, 3)
    const weighted = pairedRowsNeeded({ ...of, candidate: { ...candidate, weights }, champion })

    // 6 of the weight of 120 differ: 6.18256 · 0.05 / 0.05² = 124 rows of equal weight, and 60 of these are worth 48.
    expect(weighted).toBe(155)
  })

  test('without a row, or without one that counts, are not known', () => {
    expect(pairedRowsNeeded({ ...of, ...pair(0, 0, 0) })).toBeUndefined()
    const labels = new Float64Array(60)
    const none = { labels, predictions: labels }
    expect(pairedRowsNeeded({ ...of, metric: metrics.recall, candidate: none, champion: none })).toBeUndefined()
  })

  test('of all else, and for shares of the champion’s, are counted by the standard error', () => {
    const gap = (least: number, more: object = {}) => pairedRowsNeeded({ ...of, interval: byT, least, ...more })

    // 60 · (2.48648 · 0.03 / gap)²
    expect(gap(-0.05, { metric: metrics.mae })).toBe(134)
    expect(gap(0.005, { metric: metrics.mae })).toBe(13_355)
    expect(gap(-0.05, { isRelative: true })).toBe(134)
    expect(gap(-0.05, { isRelative: false })).toBe(248)
    expect(gap(0.01, { metric: metrics.mae })).toBeUndefined()
  })
})
