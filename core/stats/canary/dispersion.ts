import { chiSquareQuantile } from '../chi-square.ts'
import { expectedErrors, type Stratum } from './strata.ts'

/** How much more the canary's part of the errors varies from window to window than chance alone would have it. */
export interface Dispersion {
  /** Windows in which anything failed; at least 3. */
  readonly windows: number
  /** Pearson's statistic over its degrees of freedom, at least 1: 1 where errors come independently. */
  readonly estimate: number
  /** An upper bound of it (90 %), at least 1. Evidence is divided by this. */
  readonly upper: number
}

/** The bound is exceeded by the truth in a tenth of all cases. */
const doubt = 0.1

/**
 * Two windows agree by luck too often: with bursts of a coefficient of variation of .5, waiting for the third takes a quarter to
 * a third off the false rollbacks, and real ones come no later.
 */
const fewest = 3

/**
 * Errors that come in bursts on one side (one bad replica, one user who tries again and again) look like evidence and are
 * none. Their variation between windows is measured at the `ratio` of error rates seen so far, and its upper bound taken,
 * since a point estimate from few windows is too small half of the time. A quasi-likelihood device: there is no theorem, but
 * simulations with known truth (test/stats/canary, test/sim).
 *
 * @returns undefined where fewer than three windows have errors: nothing is known of it then
 */
export function dispersionOf(
  windows: readonly { readonly strata: readonly Stratum[] }[],
  ratio: number,
): Dispersion | undefined {
  let count = 0
  let pearson = 0
  for (const { strata } of windows) {
    if (strata.length === 0) continue
    const { mean, variance } = expectedErrors(strata, ratio)
    const seen = strata.reduce((sum, { canaryErrors }) => sum + canaryErrors, 0)
    pearson += (seen - mean) ** 2 / variance
    count++
  }
  if (count < fewest) return undefined
  const freedom = count - 1
  return {
    windows: count,
    estimate: Math.max(1, pearson / freedom),
    upper: Math.max(1, pearson / chiSquareQuantile(doubt, freedom)),
  }
}
