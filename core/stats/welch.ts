import { type Direction, type TInterval, tInterval } from './interval.ts'
import { type Moments, moments } from './moments.ts'
import { studentTSurvival } from './student-t.ts'
import { noEvidence, type TailPValues, tailsOf } from './tails.ts'

/** Values of two sides on rows that are not the same: two independent samples, of any two lengths. */
export interface IndependentRows {
  readonly candidate: ArrayLike<number>
  readonly champion: ArrayLike<number>
}

/** Welch's statistic with its p-values. */
export interface WelchTest extends TailPValues {
  readonly statistic: number
  readonly degreesOfFreedom: number
}

/** Relative size below which a spread counts as rounding noise. */
const NOISE = 1e-12

/**
 * Welch's t interval for the difference of the means of two independent samples whose variances may differ, oriented so that
 * higher is better. The same rows on both sides need `pairedTInterval`, which is far narrower. Fewer than two rows on a side,
 * and sides without any variation, give ±Infinity and a `doubt`.
 *
 * Source: B. L. Welch, Biometrika 34 (1947) 28-35.
 * @throws RangeError for NaN or infinite values and for an alpha outside (0, 0.5).
 */
export function welchInterval(rows: IndependentRows, direction: Direction, alpha: number): TInterval {
  const [mine, theirs] = [moments(rows.candidate), moments(rows.champion)]
  const [first, second] = [errorOf(mine), errorOf(theirs)]
  const estimate = direction === 'higher' ? mine.mean - theirs.mean : theirs.mean - mine.mean
  const total = first + second
  const degreesOfFreedom = 1 / (over((first / total) ** 2, mine.n - 1) + over((second / total) ** 2, theirs.n - 1))
  const doubt = Math.min(mine.n, theirs.n) < 2 ? 'too-few-rows' : undefined
  const standardError = Math.sqrt(total)
  return tInterval({ estimate, standardError, degreesOfFreedom: degreesOfFreedom || 0, alpha, doubt })
}

/**
 * Welch's t test of H0: both means are equal. Where `welchInterval` has a doubt all p-values are 1: evidence of nothing. With a
 * margin use `tNonInferiority` on the interval.
 * @throws RangeError for NaN or infinite values.
 */
export function welchTest(rows: IndependentRows): WelchTest {
  // The bounds are not used, so that any alpha will do.
  const { estimate, standardError, degreesOfFreedom, doubt } = welchInterval(rows, 'higher', 0.05)
  if (doubt !== undefined) return { statistic: Number.NaN, degreesOfFreedom, ...noEvidence }
  const statistic = estimate / standardError
  const greater = studentTSurvival(statistic, degreesOfFreedom)
  const less = studentTSurvival(-statistic, degreesOfFreedom)
  return { statistic, degreesOfFreedom, ...tailsOf(greater, less) }
}

/** The squared standard error of a mean; 0 where its rows differ by rounding alone. */
function errorOf({ n, mean, variance }: Moments): number {
  return Math.sqrt(variance) <= NOISE * Math.abs(mean) ? 0 : variance / n
}

function over(square: number, freedom: number): number {
  return square === 0 ? 0 : square / freedom
}
