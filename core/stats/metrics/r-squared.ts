import { type Evaluated, squaredErrorRows } from '../row-values.ts'
import { shares, weightedMean } from '../units.ts'
import { type RowInfluence, undefinedOn, unitsOf } from './row-influence.ts'

/**
 * R² = 1 - MSE / V, with V the variance of the labels (divisor n), both by weights. Undefined for equal labels. Influence of a row:
 * -(e² - MSE) / V + MSE ((y - mean y)² - V) / V².
 * @throws RangeError for NaN or infinite entries and for unequally many labels and predictions.
 */
export function rSquared(evaluated: Evaluated): RowInfluence {
  const squares = squaredErrorRows(evaluated)
  const labels = Float64Array.from(evaluated.labels)
  const n = labels.length
  const mean = weightedMean(labels, evaluated)
  const distances = labels.map((label) => (label - mean) ** 2)
  const spread = weightedMean(distances, evaluated)
  if (!(n > 1 && spread > 0)) return undefinedOn(n)
  const share = shares(n, evaluated)
  const mse = weightedMean(squares, evaluated)
  const influence = squares.map((square, row) => {
    const distance = distances[row] ?? Number.NaN
    return n * (share[row] ?? 0) * ((mse - square) / spread + (mse * (distance - spread)) / spread ** 2)
  })
  return { estimate: 1 - mse / spread, influence, ...unitsOf(evaluated) }
}
