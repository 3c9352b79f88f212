import { normalSurvival } from './normal.ts'
import { noEvidence, type TailPValues, tailsOf } from './tails.ts'
import { ascending, type DoubledRanks, doubledRanks, totalOf } from './ties.ts'

/** Up to so many differences other than zero the distribution is exact: every count of it is then a whole double. */
const EXACT_UP_TO = 50

/** The outcome of a rank test. */
export interface SignedRankTest extends TailPValues {
  /** The sum of the ranks of positive differences. */
  readonly statistic: number
  /** How many differences were ranked. */
  readonly n: number
  /** How many were 0, and left out. */
  readonly zeros: number
  readonly isExact: boolean
}

/**
 * Wilcoxon's signed-rank test of H0: the differences are symmetric about 0. Zeros are left out, as Wilcoxon did, and counted;
 * ties get middle ranks. Up to 50 differences the p-values are exact, ties or not: all 2ⁿ choices of signs, counted by
 * dynamic programming. Above, normal with the variance of those very ranks and a continuity correction. Without any difference
 * all p-values are 1.
 *
 * It speaks of the median of differences, not of their mean: a model may win it and lose in mean loss. For reading, never for
 * a gate on a mean.
 *
 * Source: F. Wilcoxon, Biometrics Bulletin 1 (1945) 80-83; W. Conover, Practical Nonparametric Statistics, 3rd ed. (1999) 5.7.
 * @throws RangeError for a difference that is NaN or infinite.
 */
export function signedRankTest(differences: ArrayLike<number>): SignedRankTest {
  const sorted = ascending(differences)
  const positives = sorted.filter((difference) => difference > 0)
  const negatives = sorted.filter((difference) => difference < 0).map((difference) => -difference)
  const doubled = doubledRanks(positives, negatives.reverse())
  const n = doubled.ranks.length
  const isExact = n <= EXACT_UP_TO
  const tails = n === 0 ? noEvidence : isExact ? exactTails(doubled) : normalTails(doubled)
  return { statistic: doubled.first / 2, n, zeros: sorted.length - n, isExact, ...tails }
}

/** How many of all choices of signs give each sum of ranks. */
function exactTails({ ranks, first: positive }: DoubledRanks): TailPValues {
  const ways = new Float64Array(ranks.reduce((sum, rank) => sum + rank, 0) + 1)
  ways[0] = 1
  let largest = 0
  for (const rank of ranks) {
    largest += rank
    for (let sum = largest; sum >= rank; sum--) ways[sum] = (ways[sum] ?? 0) + (ways[sum - rank] ?? 0)
  }
  const [greater, less] = [totalOf(ways.subarray(positive)), totalOf(ways.subarray(0, positive + 1))]
  return tailsOf(greater / 2 ** ranks.length, less / 2 ** ranks.length)
}

function normalTails({ ranks, first: positive }: DoubledRanks): TailPValues {
  let [sum, squares] = [0, 0]
  for (const rank of ranks) {
    sum += rank
    squares += rank * rank
  }
  const deviation = Math.sqrt(squares) / 2
  const excess = positive - sum / 2
  return tailsOf(normalSurvival((excess - 1) / deviation), normalSurvival((-excess - 1) / deviation))
}
