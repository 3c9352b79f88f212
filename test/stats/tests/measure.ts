// How often bounds and tests err on simulated rows of known truth. Pure but for the seeded generator that is passed in.
import type { Interval } from '../../../core/stats/interval.ts'
import type { Random } from '../../../core/stats/random.ts'
import { seededRandom } from '../../../core/stats/random.ts'

/** Nominal error of each bound and of each test in all tables. */
export const ALPHA = 0.05

/** Rows of known truth, and the interval that is to cover it. */
export interface Coverage {
  readonly method: string
  readonly rows: string
  readonly truth: number
  readonly interval: (random: Random) => Interval
  /** What one interval costs against that of a mean: so many times fewer are drawn. */
  readonly cost?: number
}

/** How often the bounds of an interval lie on the wrong side of the truth; both are to be 0.05 or less. */
export interface CoverageErrors {
  readonly runs: number
  readonly lower: number
  readonly upper: number
  /** How often it said nothing, with a doubt. */
  readonly doubtful: number
}

/** Two samples, or one, from what the null hypothesis says, and the p-value of a test. */
export interface Level {
  readonly method: string
  readonly rows: string
  readonly pValue: (random: Random) => number
  readonly cost?: number
}

/** @param runs How many intervals of the least cost. */
export function coverageErrors({ truth, interval, cost = 1 }: Coverage, runs: number, seed = 1): CoverageErrors {
  const random = seededRandom(seed)
  const count = Math.max(1, Math.round(runs / cost))
  const missed = { lower: 0, upper: 0, doubtful: 0 }
  for (let run = 0; run < count; run++) {
    const { lower, upper, doubt } = interval(random)
    if (doubt !== undefined) missed.doubtful++
    else if (lower > truth) missed.lower++
    else if (upper < truth) missed.upper++
  }
  return { runs: count, lower: missed.lower / count, upper: missed.upper / count, doubtful: missed.doubtful / count }
}

/** The share of refuted true hypotheses. */
export function levelOf(
  { pValue, cost = 1 }: Level,
  runs: number,
  seed = 1,
): { readonly runs: number; readonly error: number } {
  const random = seededRandom(seed)
  const count = Math.max(1, Math.round(runs / cost))
  let refuted = 0
  for (let run = 0; run < count; run++) if (pValue(random) <= ALPHA) refuted++
  return { runs: count, error: refuted / count }
}
