/** How a statistic bends: what its influence values, which are straight lines, do not say of it. */
export interface Curvature {
  /** How far the estimate lies above the truth on average: half the sum, over rows, of its second derivative by a row's share, times that share squared. */
  readonly bias: number
  /** Half the second derivative of the statistic by ε at 0, where the weight of every row is multiplied by 1 + ε · direction. */
  readonly along: (direction: Float64Array) => number
  /** Of an area under a curve: it compares rows of one class with those of another, and lies between 0 and 1. */
  readonly isArea?: boolean
}

/** Of a statistic that is no mean, and whose bend is not known or too small to matter: what its skewness says counts alone. */
export const STRAIGHT: Curvature = { bias: 0, along: () => 0 }

/** On how many units a skewness rests: on all, and that of an area on those of the rarest class. */
export function skewnessRestsOn({ isArea = false }: Curvature, all: number, fewest: number): number {
  return isArea ? Math.min(all, fewest) : all
}

/** What each independent unit (a row, or a cluster of rows) adds to an estimate. */
export interface Moved {
  /** How far each unit moves the estimate; the mean is 0, and the sum of squares is the variance of the estimate. */
  readonly units: ArrayLike<number>
  /** The same, per row: a row moves the estimate as its unit does. Asked for where the estimate bends alone, as a million rows take 8 MB. */
  readonly rows: () => Float64Array
  readonly curvature: Curvature
  /** As many units as its skewness rests on (see `skewnessRestsOn`); those of one weight, where weights differ. */
  readonly fewest: number
}

/** What a t interval takes into account beyond the estimate's own standard error. */
export interface SecondOrder {
  /** Skewness that the t statistic inherits from the estimate, and how far it may lie from that. */
  readonly skew: number
  readonly skewError: number
  /** What the curvature adds to the t statistic, in standard errors. */
  readonly shift: number
  readonly degreesOfFreedom: number
}

/** The skewness of few values is not known: so many of its standard errors in normal samples, √(6/n), are allowed for. */
const ERRORS_OF_SKEWNESS = 2.5

/** What a one-sided bound of 5 % looks at: the tail at so many standard errors. */
const USUAL_QUANTILE = 1.645

/**
 * The terms that make a one-sided t bound right to the order of 1/n, where Student's alone, and Hall's transformation of it, are
 * right to the order of 1/√n for what is no mean:
 *
 * - With a the acceleration (a sixth of the skewness), c the quadratic coefficient along the least favourable direction and b the
 *   bias in standard errors, the second-order bound is estimate + se·(z + a + c - b + (2a + c) z²) (DiCiccio & Efron 1992, the
 *   ABC interval). That is Hall's with a skewness of 6a + 3c and a shift of c/2 - b.
 * - Hall's errs by (κ - 3/2 γ²) z (2z² + 1) φ(z) / 6n (Hall 1988), because the skewness is estimated from the same rows: where a tail was
 *   not drawn the estimate is too good and looks symmetric. `skewError` takes that term out where it is positive, and what
 *   few units say of a skewness at all.
 * - The degrees of freedom are Satterthwaite's for what the variance varies, 2 / (Σ share² - 1/n) with the units' shares of the variance: n for
 *   normal units, 2 where one unit has it all; never above `fewest` - 1.
 *
 * Source: T. DiCiccio, B. Efron, Biometrika 79 (1992) 231-245; P. Hall, Annals of Statistics 16 (1988) 927-953;
 * F. Satterthwaite, Biometrics Bulletin 2 (1946) 110-114.
 */
export function secondOrder({ units, rows, curvature, fewest }: Moved): SecondOrder {
  const n = units.length
  let squares = 0
  for (let at = 0; at < n; at++) squares += (units[at] ?? 0) ** 2
  const error = Math.sqrt(squares)
  let [cubes, fourths] = [0, 0]
  for (let at = 0; at < n; at++) {
    const share = (units[at] ?? 0) / error
    cubes += share ** 3
    fourths += share ** 4
  }
  // A kurtosis of normal units is no more than what chance leaves.
  const excess = Math.max(0, fourths - 3 / n)
  const bend = curvature === STRAIGHT ? 0 : curvature.along(rows().map((moved) => moved / error)) / error
  return {
    skew: cubes + 3 * bend,
    skewError:
      Math.max(0, fourths - 3 / n - 1.5 * cubes ** 2) * USUAL_QUANTILE + (ERRORS_OF_SKEWNESS * Math.sqrt(6)) / fewest,
    shift: bend / 2 - curvature.bias / error,
    degreesOfFreedom: Math.max(1, Math.min(fewest - 1, 2 / (2 / n + excess))),
  }
}
