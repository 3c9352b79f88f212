import { differences } from './differences.ts'
import { influenceInterval } from './influence.ts'
import type { TInterval } from './interval.ts'
import { moments } from './moments.ts'
import type { PairedRows } from './paired-t.ts'
import { STRAIGHT } from './second-order.ts'

/**
 * The interval of a root mean square, from per-row squared errors, by the influence values (e² - MSE) / (2 RMSE).
 * Doubts as in `influenceInterval`; an RMSE of zero has no variation.
 * @throws RangeError for NaN or infinite rows and for an alpha outside (0, 0.5).
 */
export function rootMeanInterval(squaredErrors: ArrayLike<number>, alpha: number): TInterval {
  const range = { lower: 0, upper: Infinity }
  return influenceInterval({ ...rootMean(squaredErrors), range, curvature: STRAIGHT }, alpha)
}

/**
 * The paired interval of RMSE(champion) - RMSE(candidate), from the squared errors of both models on the same rows:
 * oriented so that higher is better.
 * @throws RangeError for unequally many rows, NaN or infinite values, and an alpha outside (0, 0.5).
 */
export function pairedRootMeanInterval({ candidate, champion }: PairedRows, alpha: number): TInterval {
  const [mine, theirs] = [rootMean(candidate), rootMean(champion)]
  const influence = differences(theirs.influence, mine.influence)
  return influenceInterval({ estimate: theirs.estimate - mine.estimate, influence, curvature: STRAIGHT }, alpha)
}

function rootMean(squaredErrors: ArrayLike<number>): { estimate: number; influence: Float64Array } {
  const { mean } = moments(squaredErrors)
  const estimate = Math.sqrt(mean)
  // At zero every row is zero, and none of them moves the estimate.
  const influence = Float64Array.from(squaredErrors, (square) => (estimate > 0 ? (square - mean) / (2 * estimate) : 0))
  return { estimate, influence }
}
