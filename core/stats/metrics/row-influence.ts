import { checkPaired } from '../check.ts'
import { influenceInterval } from '../influence.ts'
import { type Direction, type Doubt, type Range, type TInterval, tInterval } from '../interval.ts'

/** A metric's value with the influence of each row on it. */
export interface RowInfluence {
  /** NaN where the metric is undefined on these rows. */
  readonly estimate: number
  /** How far each row moves the estimate, times n; zeros where it is undefined. */
  readonly influence: Float64Array
  /** Why the influence values are not to be trusted. */
  readonly doubt?: Doubt | undefined
}

/** Fewer rows of a class than this, and the delta method is not to be trusted: as for DeLong's variance. */
export const FEWEST_OF_A_CLASS = 10

/** What a metric is where it is undefined: not 0, but a doubt. */
export function undefinedOn(n: number): RowInfluence {
  return { estimate: Number.NaN, influence: new Float64Array(n), doubt: n === 0 ? 'too-few-rows' : 'undefined' }
}

/**
 * The t interval of one model's metric by its influence values (the delta method), inside `range`.
 * @throws RangeError for an alpha outside (0, 0.5).
 */
export function rowInfluenceInterval(of: RowInfluence, range: Range, alpha: number): TInterval {
  if (of.doubt === undefined) return influenceInterval({ ...of, range }, alpha)
  const degreesOfFreedom = of.influence.length - 1
  const standardError = Number.NaN
  return tInterval({ estimate: of.estimate, standardError, degreesOfFreedom, alpha, range, doubt: of.doubt })
}

/** The influence values of two models on the same rows. */
export interface PairedInfluence {
  readonly candidate: RowInfluence
  readonly champion: RowInfluence
}

/**
 * The paired t interval of the difference of two models' metrics, oriented so that higher is better, by the row-wise
 * difference of their influence values. A doubt about either is a doubt about the difference.
 * @throws RangeError for unequally many rows and for an alpha outside (0, 0.5).
 */
export function pairedRowInfluenceInterval(pair: PairedInfluence, direction: Direction, alpha: number): TInterval {
  const { candidate, champion } = pair
  checkPaired(candidate.influence, champion.influence)
  const way = direction === 'higher' ? 1 : -1
  const difference: RowInfluence = {
    estimate: way * (candidate.estimate - champion.estimate),
    influence: candidate.influence.map((value, row) => way * (value - (champion.influence[row] ?? Number.NaN))),
    doubt: candidate.doubt ?? champion.doubt,
  }
  return rowInfluenceInterval(difference, { lower: -Infinity, upper: Infinity }, alpha)
}
