import { incompleteBeta } from './beta.ts'
import { checkAlpha, checkCounts } from './check.ts'

/** A tail that misses a probability by rounding alone has reached it: a relative difference. */
const SLACK = 1e-12

/** The p-quantile of n independent values. */
export interface QuantileOf {
  readonly n: number
  /** In (0, 1); 0.99 for the 99th percentile. */
  readonly p: number
}

/** Which of the sorted values bound a quantile, counted from 1. Undefined where n values are too few for that bound. */
export interface QuantileRanks {
  readonly lower: number | undefined
  readonly upper: number | undefined
}

/**
 * The ranks whose values bound a quantile of whatever distribution, each with confidence 1 - alpha, both together with
 * 1 - 2 alpha: the number of values below the quantile is binomial. Ties make it conservative.
 *
 * Source: W. Conover, Practical Nonparametric Statistics, 3rd ed. (1999) 3.2.
 * @throws RangeError for an alpha outside (0, 0.5), a p outside (0, 1) and an n that is no count.
 */
export function quantileRanks({ n, p }: QuantileOf, alpha: number): QuantileRanks {
  checkAlpha(alpha)
  checkCounts({ n })
  checkShare(p)
  /** P(at least `count` of n values are below the quantile), which falls as the count grows. */
  const atLeast = (count: number) => (count === 0 ? 1 : incompleteBeta(p, { a: count, b: n - count + 1 }))
  const lower = lastThat((rank) => atLeast(rank) >= (1 - alpha) * (1 - SLACK), n)
  const upper = lastThat((rank) => atLeast(rank) > alpha * (1 + SLACK), n) + 1
  return { lower: lower === 0 ? undefined : lower, upper: upper > n ? undefined : upper }
}

/**
 * The fewest values for which an upper bound of a quantile exists: 59, 299 and 2,995 for the 95th, 99th and 99.9th
 * percentile at alpha 0.05.
 * @throws RangeError for an alpha outside (0, 0.5) and a p outside (0, 1).
 */
export function fewestForUpperBound(p: number, alpha: number): number {
  checkAlpha(alpha)
  checkShare(p)
  return Math.ceil(Math.log(alpha) / Math.log(p))
}

function checkShare(p: number): void {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile lies between 0 and 1, got ${p}`)
}

/** The last rank from 0 to n that satisfies a predicate which holds on a prefix, and at 0. */
function lastThat(holds: (rank: number) => boolean, n: number): number {
  let [low, high] = [0, n]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (holds(middle)) low = middle
    else high = middle - 1
  }
  return low
}
