import { checkAlpha, checkCounts, checkWorth } from './check.ts'
import type { Interval } from './interval.ts'
import { studentTQuantile } from './student-t.ts'

/** Successes among n rows. */
export interface ProportionCounts {
  readonly successes: number
  readonly n: number
  /** For what rows with weights or clusters are worth (see `effectiveShare`): fractions, and t in place of the normal distribution. */
  readonly degreesOfFreedom?: number | undefined
}

/**
 * Wilson's score interval for one proportion (1927), for absolute floors on accuracy-like metrics. Never of zero width:
 * n successes in n rows leave a lower bound of n/(n + z²). No rows give [0, 1] and a doubt.
 * @throws RangeError for counts that are none or contradict each other, and an alpha outside (0, 0.5).
 */
export function wilsonInterval({ successes, n, degreesOfFreedom }: ProportionCounts, alpha: number): Interval {
  checkAlpha(alpha)
  if (degreesOfFreedom === undefined) checkProportion({ successes, n })
  else checkWorth({ successes, n })
  if (n === 0) return { estimate: Number.NaN, lower: 0, upper: 1, doubt: 'too-few-rows' }
  const zz = studentTQuantile(alpha, degreesOfFreedom ?? Infinity) ** 2
  const failures = n - successes
  const lower = lowerBound(successes, failures, zz)
  return { estimate: successes / n, lower, upper: 1 - lowerBound(failures, successes, zz), doubt: undefined }
}

/** The smaller root of (n + z²)p² - (2s + z²)p + s²/n = 0, in the form that does not cancel. */
function lowerBound(successes: number, failures: number, zz: number): number {
  const n = successes + failures
  const spread = Math.sqrt(zz * (zz + (4 * successes * failures) / n))
  return (2 * successes * successes) / (n * (2 * successes + zz + spread))
}

/** @throws RangeError for counts that are none or contradict each other. */
export function checkProportion({ successes, n }: ProportionCounts): void {
  checkCounts({ successes, n })
  if (successes > n) throw new RangeError(`${successes} successes do not fit into ${n} rows`)
}
