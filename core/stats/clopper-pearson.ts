import { betaQuantile, betaUpperQuantile } from './beta-distribution.ts'
import { checkAlpha } from './check.ts'
import type { Interval } from './interval.ts'
import { checkProportion, type ProportionCounts } from './wilson.ts'

/**
 * The exact interval of Clopper and Pearson for one proportion, from binomial tails: its bounds never err more often than
 * `alpha`, on however few rows, and are wider than Wilson's for it. No rows give [0, 1] and a doubt.
 *
 * Source: C. Clopper, E. Pearson, Biometrika 26 (1934) 404-413.
 * @throws RangeError for counts that are none or contradict each other, and an alpha outside (0, 0.5).
 */
export function clopperPearsonInterval(counts: ProportionCounts, alpha: number): Interval {
  checkAlpha(alpha)
  checkProportion(counts)
  const { successes, n } = counts
  if (n === 0) return { estimate: Number.NaN, lower: 0, upper: 1, doubt: 'too-few-rows' }
  const failures = n - successes
  return {
    estimate: successes / n,
    lower: successes === 0 ? 0 : betaQuantile(alpha, { a: successes, b: failures + 1 }),
    upper: failures === 0 ? 1 : betaUpperQuantile(alpha, { a: successes + 1, b: failures }),
    doubt: undefined,
  }
}
