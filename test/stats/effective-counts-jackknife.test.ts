import { describe, expect, test } from 'vitest'
import { effectivePairs, effectiveRatio, effectiveShare } from '../../core/stats/effective-counts.ts'
import { type Random, seededRandom } from '../../core/stats/random.ts'
import { expectRelative } from './support.ts'

const n = 240

/** Rows of 20 users of unequal size, with weights; the two models agree on many. */
function draw(random: Random) {
  const bits = (share: number) => Float64Array.from({ length: n }, () => Number(random() < share))
  const champion = bits(0.6)
  const flips = bits(0.3)
  return {
    champion,
    candidate: champion.map((bit, row) => (flips[row] === 1 ? 1 - bit : bit)),
    weights: Float64Array.from({ length: n }, () => 0.5 + random()),
    clusters: Int32Array.from({ length: n }, () => Math.floor(20 * random() ** 1.5)),
  }
}

type Drawn = ReturnType<typeof draw>
const drawn = Array.from({ length: 4 }, (_, seed) => draw(seededRandom(seed)))

function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>, isIn: (row: number) => boolean): number {
  let [sum, total] = [0, 0]
  for (let row = 0; row < values.length; row++) {
    if (!isIn(row)) continue
    sum += (weights[row] ?? 0) * (values[row] ?? 0)
    total += weights[row] ?? 0
  }
  return sum / total
}

/**
 * From the definition: the variance of values in independent rows over that of their weighted mean, which leaves out one cluster
 * at a time; never more than (Σ weight)² / Σ weight².
 */
function worthOf(values: Float64Array, { weights, clusters }: Pick<Drawn, 'weights' | 'clusters'>): number {
  const mean = weightedMean(values, weights, () => true)
  const users = [...new Set(clusters)]
  const moved = users.map((user) => weightedMean(values, weights, (row) => clusters[row] !== user) - mean)
  const square = (moved.reduce((sum, by) => sum + by * by, 0) * (users.length - 1)) / users.length
  const spread = weightedMean(
    values.map((value) => (value - mean) ** 2),
    weights,
    () => true,
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return Math.min(spread / square, total ** 2 / weights.reduce((sum, weight) => sum + weight ** 2, 0))
}

function effectiveClusters({ weights, clusters }: Drawn): number {
  const sizes = new Map<number, number>()
  for (const [row, user] of clusters.entries()) sizes.set(user, (sizes.get(user) ?? 0) + (weights[row] ?? 0))
  const all = [...sizes.values()]
  return all.reduce((sum, size) => sum + size, 0) ** 2 / all.reduce((sum, size) => sum + size ** 2, 0)
}

/** The weighted share of the rows of which that is true. */
function shareOf(rows: Drawn, is: (mine: number, theirs: number) => boolean): number {
  const bits = rows.candidate.map((mine, row) => Number(is(mine, rows.champion[row] ?? Number.NaN)))
  return weightedMean(bits, rows.weights, () => true)
}

describe('what rows with weights and clusters are worth, by leaving out a cluster at a time', () => {
  test.each(['higher', 'lower'] as const)('for the difference of two models, where %s is better', (direction) => {
    for (const rows of drawn) {
      const worth = effectivePairs(rows, rows, direction)
      const count = worthOf(
        rows.candidate.map((mine, row) => mine - (rows.champion[row] ?? 0)),
        rows,
      )
      const [gained, lost] = [shareOf(rows, (a, b) => a > b), shareOf(rows, (a, b) => a < b)]
      const [better, worse] = direction === 'higher' ? [gained, lost] : [lost, gained]

      expect(worth.doubt).toBeUndefined()
      expectRelative(worth.n, count, 1e-9)
      expectRelative(worth.onlyCandidateRight, count * better, 1e-9)
      expectRelative(worth.onlyChampionRight, count * worse, 1e-9)
      expectRelative(worth.degreesOfFreedom ?? 0, effectiveClusters(rows) - 1, 1e-9)
    }
  })

  test('for a share', () => {
    for (const rows of drawn) {
      const worth = effectiveShare(rows.candidate, rows)
      const count = worthOf(rows.candidate, rows)

      expectRelative(worth.n, count, 1e-9)
      expectRelative(worth.successes, count * weightedMean(rows.candidate, rows.weights, () => true), 1e-9)
      expectRelative(worth.degreesOfFreedom ?? 0, effectiveClusters(rows) - 1, 1e-9)
    }
  })

  test.each([0.8, 1, 1.5])('for the ratio of two shares near %d', (ratio) => {
    for (const rows of drawn) {
      const worth = effectiveRatio(rows, rows, ratio)
      const count = worthOf(
        rows.candidate.map((mine, row) => mine - ratio * (rows.champion[row] ?? 0)),
        rows,
      )

      expectRelative(worth.both, count * shareOf(rows, (a, b) => a === 1 && b === 1), 1e-9)
      expectRelative(worth.onlyCandidate, count * shareOf(rows, (a, b) => a > b), 1e-9)
      expectRelative(worth.onlyChampion, count * shareOf(rows, (a, b) => a < b), 1e-9)
      expectRelative(worth.degreesOfFreedom ?? 0, effectiveClusters(rows) - 1, 1e-9)
    }
  })

  test('with weights alone, where every row is a cluster of its own', () => {
    for (const { clusters: _, ...rows } of drawn) {
      const each = { weights: rows.weights, clusters: Int32Array.from({ length: n }, (_row, place) => place) }
      const difference = rows.candidate.map((mine, row) => mine - (rows.champion[row] ?? 0))

      expectRelative(effectivePairs(rows, rows, 'higher').n, worthOf(difference, each), 1e-9)
      expectRelative(effectiveShare(rows.candidate, rows).n, worthOf(rows.candidate, each), 1e-9)
      expectRelative(effectiveRatio(rows, rows, 1).both, effectiveRatio(rows, each, 1).both, 1e-9)
    }
  })
})

describe('rows that say too little', () => {
  const clusters = Int32Array.from({ length: n }, (_, row) => row % 9)
  const few = { candidate: [1, 0, 1], champion: [0, 0, 1] }
  const short = { candidate: Float64Array.from(few.candidate), champion: Float64Array.from(few.champion) }

  test('are in doubt, under ten clusters and under ten rows', () => {
    const [rows] = drawn
    if (rows === undefined) throw new Error('nothing was drawn')
    expect(effectiveRatio(rows, { clusters }, 1).doubt).toBe('too-few-clusters')
    expect(effectiveRatio(short, { weights: [1, 2, 3] }, 1).doubt).toBe('too-few-rows')
    expect(effectivePairs(short, { weights: [1, 2, 3] }, 'higher').doubt).toBe('too-few-rows')
    expect(effectiveShare(short.candidate, { weights: [1, 2, 3] }).doubt).toBe('too-few-rows')
  })

  test('are worth their clusters, and in no doubt, where no row differs', () => {
    const users = Int32Array.from({ length: n }, (_, row) => row % 30)
    const [ones, none] = [new Float64Array(n).fill(1), new Float64Array(n)]

    const right = effectiveShare(ones, { clusters: users })
    expect(right).toMatchObject({ degreesOfFreedom: expect.closeTo(29, 9) as number, doubt: undefined })
    expect([right.n, right.successes].map((of) => Number(of.toFixed(9)))).toEqual([30, 30])
    expect(effectiveShare(none, { clusters: users })).toMatchObject({ successes: 0, doubt: undefined })
    const same = effectiveRatio({ candidate: ones, champion: ones }, { clusters: users }, 1)
    expect(same).toMatchObject({ onlyCandidate: 0, onlyChampion: 0, doubt: undefined })
    expect(same.both).toBeCloseTo(30, 9)
  })

  test('are refused, when one model has more of them', () => {
    const uneven = { candidate: short.candidate, champion: short.champion.subarray(1) }
    expect(() => effectivePairs(uneven, { weights: [1, 1, 1] }, 'higher')).toThrow(RangeError)
    expect(() => effectiveRatio(uneven, { weights: [1, 1, 1] }, 1)).toThrow(RangeError)
  })
})
