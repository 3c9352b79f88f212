import type { Interval } from './interval.ts'
import { quantileRanks } from './quantile-ranks.ts'
import { ascending } from './ties.ts'

/**
 * The interval of a quantile of whatever distribution, from order statistics: its bounds are values of the sample, each with
 * confidence 1 - alpha, or infinite where there are too few values for that bound. The estimate is the smallest value that at
 * least a share p of all values does not exceed. Ties make it conservative. Both bounds missing, for one, gives the doubt
 * `too-few-rows`.
 *
 * Source: W. Conover, Practical Nonparametric Statistics, 3rd ed. (1999) 3.2.
 * @param p Which quantile, in (0, 1): 0.99 for the 99th percentile.
 * @throws RangeError for values that are NaN or infinite, a p outside (0, 1) and an alpha outside (0, 0.5).
 */
export function quantileInterval(values: ArrayLike<number>, p: number, alpha: number): Interval {
  const sorted = ascending(values)
  const ranks = quantileRanks({ n: sorted.length, p }, alpha)
  const at = (rank: number | undefined) => (rank === undefined ? undefined : sorted[rank - 1])
  const [lower = -Infinity, upper = Infinity] = [at(ranks.lower), at(ranks.upper)]
  // The product may exceed a whole number by rounding alone.
  const estimate = at(Math.max(1, Math.ceil(sorted.length * p * (1 - Number.EPSILON)))) ?? Number.NaN
  const isOpen = ranks.lower === undefined && ranks.upper === undefined
  return { estimate, lower, upper, doubt: isOpen ? 'too-few-rows' : undefined }
}
