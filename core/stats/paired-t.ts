import { differences } from './differences.ts'
import { influenceInterval } from './influence.ts'
import type { Direction, TInterval } from './interval.ts'
import { moments } from './moments.ts'

/** The same per-row quantity of both models; place i is the same row in both. */
export interface PairedRows {
  readonly candidate: ArrayLike<number>
  readonly champion: ArrayLike<number>
}

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
 * @throws RangeError for unequally many rows, NaN or infinite values, and an alpha outside (0, 0.5).
 */
export function pairedTInterval(rows: PairedRows, direction: Direction, alpha: number): TInterval {
  return meanInterval(orientedDifferences(rows, direction), alpha)
}

/**
 * Candidate minus champion per row, sign changed where lower is better: positive means that the candidate is better.
 * @throws RangeError for unequally many rows.
 */
export function orientedDifferences({ candidate, champion }: PairedRows, direction: Direction): Float64Array {
  return direction === 'higher' ? differences(candidate, champion) : differences(champion, candidate)
}
