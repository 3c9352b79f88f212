import { anywhere, type Range, type TInterval, tInterval } from './interval.ts'
import { moments } from './moments.ts'
import { skewOfMean } from './skew.ts'

/**
 * The relative size below which a spread counts as rounding noise: subtracting equal losses leaves errors of a few ulp
 * of them, and an interval built on those would be a point.
 */
export const NOISE = 1e-12

/** An estimate with its influence values, one per independent row: how far each row moves the estimate, times n. */
export interface Influence {
  readonly estimate: number
  readonly influence: ArrayLike<number>
  readonly range?: Range
}

/**
 * The t interval of any statistic that is a smooth function of means, by its influence values ψ (the delta method):
 * se² = Σ(ψ - mean ψ)² / (n (n - 1)), with n - 1 degrees of freedom and the skewness of their mean. For a difference of two models on the same rows
 * pass the row-wise difference of their influence values. Rows must be independent: there is no room for clusters here.
 *
 * n < 2 gives the doubt `too-few-rows`, equal influence values give `no-variation`; the bounds are then `range`
 * (default: ±Infinity), so that the verdict can only be inconclusive.
 * @throws RangeError for NaN or infinite values and for an alpha outside (0, 0.5).
 */
export function influenceInterval(of: Influence, alpha: number): TInterval {
  const { estimate, influence, range = anywhere } = of
  const spread = moments(influence)
  const { n, mean, variance } = spread
  const isNoise = Math.sqrt(variance) <= NOISE * Math.max(Math.abs(mean), Math.abs(estimate))
  const standardError = isNoise ? 0 : Math.sqrt(variance / n)
  const doubt = n < 2 ? 'too-few-rows' : undefined
  const skew = isNoise ? 0 : skewOfMean(influence, spread)
  return tInterval({ estimate, standardError, degreesOfFreedom: n - 1, alpha, range, skew, doubt })
}
