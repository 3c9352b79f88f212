import { checkAlpha, checkMargin } from './check.ts'
import { reskewed, unskewed } from './skew.ts'
import { studentTQuantile, studentTSurvival } from './student-t.ts'

/** Which way a metric improves. */
export type Direction = 'higher' | 'lower'

/**
 * Why an interval says nothing. Its bounds are then the whole range of the parameter, so no comparison with a margin or a
 * floor inside that range can succeed or be refuted: the honest verdict is `inconclusive`.
 *
 * - `too-few-rows`: no rows, or a single one where the spread must be estimated.
 * - `too-few-of-a-class`: a metric that rests on fewer than ten rows of a class.
 * - `too-few-differ`: two models that are equal on nearly all rows, and differ on fewer than ten.
 * - `too-few-clusters`: fewer than ten clusters of rows that depend on each other, or a few that hold most rows.
 * - `undefined`: the metric has no value on these rows, such as the precision of a class that is never predicted.
 * - `lopsided`: every resample lies on one side of the estimate, so that nothing is known of the other.
 * - `no-interval`: a metric that has a value, and of which no interval is known to hold.
 * - `zero-baseline`: a ratio to a champion whose metric is zero.
 * - `no-variation`: the estimated standard error is zero, which is the absence of information and not certainty.
 */
export type Doubt =
  | 'too-few-rows'
  | 'too-few-of-a-class'
  | 'too-few-differ'
  | 'too-few-clusters'
  | 'undefined'
  | 'lopsided'
  | 'no-interval'
  | 'zero-baseline'
  | 'no-variation'

/**
 * An estimate with bounds. `alpha` is one-sided throughout: each bound alone holds with confidence 1 - alpha, both
 * together with 1 - 2 alpha. `estimate` is NaN when there were no rows.
 */
export interface Interval {
  readonly estimate: number
  readonly lower: number
  readonly upper: number
  readonly doubt: Doubt | undefined
}

/** An interval that rests on a standard error and Student's t; infinite degrees of freedom mean the normal distribution. */
export interface TInterval extends Interval {
  readonly standardError: number
  readonly degreesOfFreedom: number
  /** The skewness of the estimate; 0 where it is symmetric, or not known. */
  readonly skew: number
}

/** The smallest and the largest value that a parameter can have. */
export interface Range {
  readonly lower: number
  readonly upper: number
}

/** The range of a mean of arbitrary losses. */
export const anywhere: Range = { lower: -Infinity, upper: Infinity }

/** The outcome of a one-sided test: a small `pValue` is evidence against the null hypothesis. */
export interface TestResult {
  readonly statistic: number
  readonly pValue: number
}

/** What `tInterval` builds on. */
export interface TIntervalParts {
  readonly estimate: number
  readonly standardError: number
  readonly degreesOfFreedom: number
  readonly alpha: number
  readonly range?: Range
  /** The skewness of the estimate; 0 by default. */
  readonly skew?: number
  readonly doubt?: Doubt | undefined
}

/**
 * estimate ± t·se, kept inside `range` (default: everything), and wider on the side where the skewness of the estimate makes t
 * too short: each bound is the farther one of Student's and of Hall's, which takes the skewness out. Where there is a
 * doubt, and where the standard error is zero or cannot be computed, the bounds are the range itself.
 *
 * One-sided bounds by t alone err where rows are skewed: a mean log loss of 50 rows lay below its upper bound in 90 % of
 * samples instead of 95 %, and in 94 % with this.
 * @throws RangeError for an alpha outside (0, 0.5).
 */
export function tInterval(parts: TIntervalParts): TInterval {
  const { estimate, standardError, degreesOfFreedom, alpha, range = anywhere, skew = 0 } = parts
  checkAlpha(alpha)
  const doubt = parts.doubt ?? (standardError > 0 ? undefined : 'no-variation')
  if (doubt !== undefined) return { estimate, ...range, doubt, standardError, degreesOfFreedom, skew }
  const t = -studentTQuantile(alpha, degreesOfFreedom)
  const lower = Math.max(range.lower, estimate - Math.max(t, reskewed(t, skew)) * standardError)
  const upper = Math.min(range.upper, estimate + Math.max(t, -reskewed(-t, skew)) * standardError)
  return { estimate, lower, upper, doubt, standardError, degreesOfFreedom, skew }
}

/**
 * The p-value of H0: the parameter is at or below `bound`, against above. Agrees with the interval: p < alpha exactly when its
 * lower bound exceeds `bound`, inside the range. An interval in doubt gives 1: it is evidence of nothing.
 */
export function pValueAbove(interval: TInterval, bound: number): number {
  const { estimate, standardError, degreesOfFreedom, skew } = interval
  if (interval.doubt !== undefined) return 1
  const t = (estimate - bound) / standardError
  return studentTSurvival(Math.min(t, unskewed(t, skew)), degreesOfFreedom)
}

/** The p-value of H0: the parameter is at or above `bound`, against below; else as `pValueAbove`. */
export function pValueBelow(interval: TInterval, bound: number): number {
  const { estimate, standardError, degreesOfFreedom, skew } = interval
  if (interval.doubt !== undefined) return 1
  const t = (estimate - bound) / standardError
  return studentTSurvival(-Math.max(t, unskewed(t, skew)), degreesOfFreedom)
}

/**
 * Tests H0: the true difference is at or below -margin, against non-inferiority, from an interval on a difference that is
 * oriented so that higher is better. Agrees with the interval: p < alpha exactly when its lower bound exceeds -margin.
 * An interval in doubt gives p = 1: it is evidence of nothing.
 * @throws RangeError for a negative or infinite margin.
 */
export function tNonInferiority(interval: TInterval, margin: number): TestResult {
  checkMargin(margin)
  if (interval.doubt !== undefined) return { statistic: Number.NaN, pValue: 1 }
  const statistic = (interval.estimate + margin) / interval.standardError
  return { statistic, pValue: pValueAbove(interval, -margin) }
}
