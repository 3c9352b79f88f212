import { checkPaired } from '../check.ts'
import type { Evaluated } from '../row-values.ts'
import { shares, weightedMean } from '../units.ts'
import { type RowInfluence, undefinedOn, unitsOf } from './row-influence.ts'

/**
 * The mean of one value per row by the rows' weights. Influence of a row: its distance from the mean.
 * @throws RangeError for weights that `Units` does not allow, and unequally many of them.
 */
export function meanInfluence(rows: Float64Array, evaluated: Evaluated): RowInfluence {
  checkPaired(rows, evaluated.labels)
  const n = rows.length
  if (n === 0) return undefinedOn(n)
  const estimate = weightedMean(rows, evaluated)
  const share = shares(n, evaluated)
  const influence = rows.map((value, row) => n * (share[row] ?? 0) * (value - estimate))
  return { estimate, influence, ...unitsOf(evaluated) }
}

/**
 * The root of such a mean of squares. Influence of a row: (e² - MSE) / (2 RMSE); none at an RMSE of zero, where every row
 * is zero.
 * @throws RangeError as `meanInfluence`.
 */
export function rootMeanInfluence(squares: Float64Array, evaluated: Evaluated): RowInfluence {
  const mean = meanInfluence(squares, evaluated)
  const estimate = Math.sqrt(mean.estimate)
  return { ...mean, estimate, influence: mean.influence.map((value) => (estimate > 0 ? value / (2 * estimate) : 0)) }
}
