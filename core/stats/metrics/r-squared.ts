import { moments } from '../moments.ts'
import { type Evaluated, squaredErrorRows } from '../row-values.ts'
import { type RowInfluence, undefinedOn } from './row-influence.ts'

/**
 * R² = 1 - MSE / V, with V the variance of the labels (divisor n). Undefined for equal labels. Influence of a row:
 * -(e² - MSE) / V + MSE ((y - mean y)² - V) / V².
 * @throws RangeError for NaN or infinite entries and for unequally many labels and predictions.
 */
export function rSquared(evaluated: Evaluated): RowInfluence {
  const squares = squaredErrorRows(evaluated)
  const { labels } = evaluated
  const { n, mean, variance } = moments(labels)
  if (!(n > 1 && variance > 0)) return undefinedOn(n)
  const spread = (variance * (n - 1)) / n
  const { mean: mse } = moments(squares)
  const influence = squares.map((square, row) => {
    const distance = ((labels[row] ?? Number.NaN) - mean) ** 2
    return (mse - square) / spread + (mse * (distance - spread)) / spread ** 2
  })
  return { estimate: 1 - mse / spread, influence }
}
