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
  /** How far the skewness may lie from that; 0 where nothing is allowed for. */
  readonly skewError?: number | undefined
  /** What the curvature of the estimate adds to its t statistic (see `secondOrder`). */
  readonly shift?: number | undefined
  /** Where the steps of a standard error are equal: on the logit of a share, which has ends. */
  readonly scale?: Scale | undefined
}

/** Where steps are equal; the estimate's own scale where nothing is said. */
type Scale = 'logit'

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
  readonly skewError?: number | undefined
  readonly shift?: number | undefined
  readonly scale?: Scale | undefined
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
  const { skewError, shift, scale } = parts
  const known = { estimate, standardError, degreesOfFreedom, skew, skewError, shift, scale, doubt }
  if (doubt !== undefined) return { ...known, ...range }
  const t = -studentTQuantile(alpha, degreesOfFreedom)
  const [low, high] = skewsOf(known)
  const below = Math.max(t, reskewed(t - low.shift, low.skew))
  const above = Math.max(t, -reskewed(-t - high.shift, high.skew))
  return {
    ...known,
    lower: Math.max(range.lower, away(known, -below)),
    upper: Math.min(range.upper, away(known, above)),
  }
}

type Known = Omit<TInterval, 'lower' | 'upper'>

/** What Hall's transformation takes out of t for the lower bound, and for the upper one. */
function skewsOf({ skew, skewError = 0, shift = 0, ...of }: Known): [SkewAndShift, SkewAndShift] {
  const bend = of.scale === undefined ? 0 : bendOfLogit(of)
  const [whole, moved] = [skew + 3 * bend, shift - bend / 2]
  return [
    { skew: whole - skewError, shift: moved },
    { skew: whole + skewError, shift: moved },
  ]
}

interface SkewAndShift {
  readonly skew: number
  readonly shift: number
}

/** Half the second derivative of the logit over its first, in standard errors: what it adds to the quadratic coefficient, and to the bias. */
function bendOfLogit({ estimate, standardError }: Pick<Known, 'estimate' | 'standardError'>): number {
  return ((estimate - 0.5) / (estimate * (1 - estimate))) * standardError
}

/** So many standard errors above the estimate. */
function away({ estimate, standardError, scale }: Known, steps: number): number {
  if (scale === undefined) return estimate + steps * standardError
  const odds = Math.exp(-(steps * standardError) / (estimate * (1 - estimate)))
  return estimate / (estimate + (1 - estimate) * odds)
}

/** How many standard errors a bound lies below the estimate. */
function stepsTo(bound: number, { estimate, standardError, scale }: Known): number {
  if (scale === undefined) return (estimate - bound) / standardError
  const share = Math.min(1, Math.max(0, bound))
  const logits = Math.log(estimate / (1 - estimate)) - Math.log(share / (1 - share))
  return (logits * estimate * (1 - estimate)) / standardError
}

/**
 * The p-value of H0: the parameter is at or below `bound`, against above. Agrees with the interval: p < alpha exactly when its
 * lower bound exceeds `bound`, inside the range. An interval in doubt gives 1: it is evidence of nothing.
 */
export function pValueAbove(interval: TInterval, bound: number): number {
  if (interval.doubt !== undefined) return 1
  const t = stepsTo(bound, interval)
  const [{ skew, shift }] = skewsOf(interval)
  // Beyond the ends of a share.
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1
  return studentTSurvival(Math.min(t, unskewed(t, skew) + shift), interval.degreesOfFreedom)
}

/** The p-value of H0: the parameter is at or above `bound`, against below; else as `pValueAbove`. */
export function pValueBelow(interval: TInterval, bound: number): number {
  if (interval.doubt !== undefined) return 1
  const t = stepsTo(bound, interval)
  const [, { skew, shift }] = skewsOf(interval)
  if (!Number.isFinite(t)) return t < 0 ? 0 : 1
  return studentTSurvival(-Math.max(t, unskewed(t, skew) + shift), interval.degreesOfFreedom)
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
