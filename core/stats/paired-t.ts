import { differences } from './differences.ts'
import { influenceInterval } from './influence.ts'
import { type Direction, type TInterval, tInterval } from './interval.ts'
import { moments } from './moments.ts'

/** The same per-row quantity of both models; place i is the same row in both. */
export interface PairedRows {
  readonly candidate: ArrayLike<number>
  readonly champion: ArrayLike<number>
}

/** Fewer rows on which two models differ than this, and what they have in common says nothing of how far they can differ. */
export const FEWEST_DIFFERING = 10

/**
 * The t interval of a mean of independent rows, for instance a model's mean loss against an absolute floor. Fewer than
 * two rows and rows without any variation give ±Infinity and a `doubt`: a spread of zero is the absence of information.
 * @throws RangeError for a row that is NaN or infinite and for an alpha outside (0, 0.5).
 */
export function meanInterval(rows: ArrayLike<number>, alpha: number): TInterval {
  return influenceInterval({ estimate: moments(rows).mean, influence: rows }, alpha)
}

/**
 * The paired t interval of the mean difference between candidate and champion, oriented so that higher is better
 * whichever way the metric points. Doubts as in `meanInterval`: two models with equal losses on every row are
 * inconclusive here, not proven equal.
 *
 * Where they are equal on some rows, the degrees of freedom are those of the rows that differ, and fewer than ten of these
 * are the doubt `too-few-differ`: what is lost on a few rows is skewed, and easily not seen at all. (By simulation with
 * costs of 1 and 10 and 50 rows of which 5 % differ, n - 1 degrees of freedom pass 39 % of what they should pass 5 % of.)
 * @throws RangeError for unequally many rows, NaN or infinite values, and an alpha outside (0, 0.5).
 */
export function pairedTInterval(rows: PairedRows, direction: Direction, alpha: number): TInterval {
  const by = orientedDifferences(rows, direction)
  const bare = meanInterval(by, alpha)
  const differing = by.reduce((count, value) => (value === 0 ? count : count + 1), 0)
  if (differing === by.length || bare.doubt !== undefined) return bare
  const { estimate, standardError, skew } = bare
  const doubt = differing < FEWEST_DIFFERING ? 'too-few-differ' : undefined
  return tInterval({ estimate, standardError, degreesOfFreedom: differing - 1, alpha, skew, doubt })
}

/**
 * Candidate minus champion per row, sign changed where lower is better: positive means that the candidate is better.
 * @throws RangeError for unequally many rows.
 */
export function orientedDifferences({ candidate, champion }: PairedRows, direction: Direction): Float64Array {
  return direction === 'higher' ? differences(candidate, champion) : differences(champion, candidate)
}
