import { anywhere, type Doubt, type Range, type TInterval, tInterval } from './interval.ts'
import { type Moments, moments } from './moments.ts'
import { type Curvature, secondOrder, skewnessRestsOn } from './second-order.ts'
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
  /** How the estimate bends; then its bounds are those of `secondOrder`. */
  readonly curvature?: Curvature | undefined
  /** Of how many rows the rarest class has that the estimate stands on; of all, where nothing is said. */
  readonly fewest?: number | undefined
}

/**
 * The t interval of any statistic that is a smooth function of means, by its influence values ψ (the delta method):
 * se² = Σ(ψ - mean ψ)² / (n (n - 1)), with n - 1 degrees of freedom and the skewness of their mean, or with the terms of `secondOrder`
 * where there is a `curvature`. For a difference of two models on the same rows pass the row-wise difference of their influence
 * values. Rows must be independent: there is no room for clusters here.
 *
 * n < 2 gives the doubt `too-few-rows`, equal influence values give `no-variation`; the bounds are then `range`
 * (default: ±Infinity), so that the verdict can only be inconclusive.
 * @throws RangeError for NaN or infinite values and for an alpha outside (0, 0.5).
 */
export function influenceInterval(of: Influence, alpha: number): TInterval {
  const { estimate, influence, range = anywhere, curvature, fewest = Infinity } = of
  const spread = moments(influence)
  const { n, mean, variance } = spread
  const isNoise = Math.sqrt(variance) <= NOISE * Math.max(Math.abs(mean), Math.abs(estimate))
  const standardError = isNoise ? 0 : Math.sqrt(variance / n)
  const doubt: Doubt | undefined = n < 2 ? 'too-few-rows' : undefined
  const known = { estimate, standardError, alpha, range, doubt }
  if (curvature !== undefined && standardError > 0) {
    const units = movedBy(influence, spread)
    const terms = secondOrder({ units, rows: () => units, curvature, fewest: skewnessRestsOn(curvature, n, fewest) })
    const degreesOfFreedom = Math.max(1, Math.min(terms.degreesOfFreedom, fewest - 1))
    return tInterval({ ...known, ...terms, degreesOfFreedom, ...stepScale(of) })
  }
  const skew = isNoise ? 0 : skewOfMean(influence, spread)
  return tInterval({ ...known, degreesOfFreedom: Math.max(Math.min(1, n - 1), Math.min(n, fewest) - 1), skew })
}

/** On which scale an area has equal steps: the logit, for one that lies between 0 and 1. */
export function stepScale({ estimate, range, curvature }: Influence): { readonly scale?: 'logit' } {
  const isShare = range?.lower === 0 && range.upper === 1 && estimate > 0 && estimate < 1
  return curvature?.isArea === true && isShare ? { scale: 'logit' } : {}
}

/** How far each row moves the estimate, from the mean of that. */
function movedBy(influence: ArrayLike<number>, { n, mean }: Moments): Float64Array {
  const moved = new Float64Array(influence.length)
  for (let row = 0; row < moved.length; row++) moved[row] = ((influence[row] ?? Number.NaN) - mean) / n
  return moved
}
