import { normalSurvival } from './normal.ts'
import { noEvidence, type TailPValues, tailsOf } from './tails.ts'
import { ascending, type DoubledRanks, doubledRanks, totalOf, type TwoSamples } from './ties.ts'

/** The exact distribution costs the square of (smaller sample × both); up to here that is some ten milliseconds. */
const EXACT_UP_TO = 3000

/** The outcome of a Mann-Whitney U test. */
export interface MannWhitneyTest extends TailPValues {
  /** U of the first sample: the pairs in which its value is larger, equal ones counting half. */
  readonly statistic: number
  /** U over all pairs: the probability that a value of the first sample is larger, half of that it is equal; NaN without any. */
  readonly superiority: number
  readonly isExact: boolean
}

interface Ranked extends DoubledRanks {
  readonly sizes: readonly [number, number]
}

/**
 * The Mann-Whitney U test (Wilcoxon's rank-sum test) of H0: two independent samples come from one distribution. Ties get middle
 * ranks. Where (rows of the smaller sample) × (rows of both) is at most 3,000 the p-values are exact, ties or not: all choices
 * of the sample's ranks, counted by dynamic programming. Above, normal with the variance of those very ranks and a continuity
 * correction. A sample without rows gives p-values of 1.
 *
 * Source: H. Mann, D. Whitney, Annals of Mathematical Statistics 18 (1947) 50-60; E. Lehmann, Nonparametrics (1975) 1.4.
 * @throws RangeError for a value that is NaN or infinite.
 */
export function mannWhitneyTest({ first, second }: TwoSamples): MannWhitneyTest {
  const [mine, theirs] = [first.length, second.length]
  const doubled: Ranked = { ...doubledRanks(ascending(first), ascending(second)), sizes: [mine, theirs] }
  const pairs = mine * theirs
  const statistic = (doubled.first - mine * (mine + 1)) / 2
  if (pairs === 0) return { statistic, superiority: Number.NaN, isExact: true, ...noEvidence }
  const isExact = Math.min(mine, theirs) * (mine + theirs) <= EXACT_UP_TO
  return {
    statistic,
    superiority: statistic / pairs,
    isExact,
    ...(isExact ? exactTails(doubled) : normalTails(doubled)),
  }
}

/** Of the smaller sample's sum of ranks, which costs least; the other one's is what is left. */
function exactTails({ ranks, first: sum, sizes: [mine, theirs] }: Ranked): TailPValues {
  const all = ranks.reduce((total, rank) => total + rank, 0)
  const isMine = mine <= theirs
  const [few, at] = isMine ? [mine, sum] : [theirs, all - sum]
  const ways = waysOfChoosing(ranks, few)
  const [above, below, every] = [totalOf(ways.subarray(at)), totalOf(ways.subarray(0, at + 1)), totalOf(ways)]
  return isMine ? tailsOf(above / every, below / every) : tailsOf(below / every, above / every)
}

/** In how many ways `few` of the ranks add up to each sum. */
function waysOfChoosing(ranks: Float64Array, few: number): Float64Array {
  const largest = ranks.subarray(ranks.length - few).reduce((total, rank) => total + rank, 0)
  const ways = Array.from({ length: few + 1 }, () => new Float64Array(largest + 1))
  ways[0]?.fill(1, 0, 1)
  let seen = 0
  for (const rank of ranks) {
    seen++
    for (let chosen = Math.min(few, seen); chosen >= 1; chosen--) {
      const [to, from] = [ways[chosen], ways[chosen - 1]]
      if (to === undefined || from === undefined) continue
      for (let sum = rank; sum <= largest; sum++) to[sum] = (to[sum] ?? 0) + (from[sum - rank] ?? 0)
    }
  }
  return ways[few] ?? new Float64Array(1)
}

/** The moments of a sum of ranks that are drawn without putting back. */
function normalTails({ ranks, first: sum, sizes: [mine, theirs] }: Ranked): TailPValues {
  const n = mine + theirs
  const mean = n + 1
  let squares = 0
  for (const rank of ranks) squares += (rank - mean) ** 2
  // All equal: there is nothing to be ranked.
  if (squares === 0) return noEvidence
  const deviation = Math.sqrt(((mine / n) * theirs * squares) / (n - 1))
  const excess = sum - mine * mean
  return tailsOf(normalSurvival((excess - 1) / deviation), normalSurvival((-excess - 1) / deviation))
}
