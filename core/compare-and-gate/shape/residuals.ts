import type { Residuals } from '../../records/gate-shape.ts'
import { ascendingOrder } from '../../stats/order.ts'
import { FEWEST_SHOWN } from '../slices/shape.ts'
import { equalParts, meanAt } from './bins.ts'

const shares = [0.05, 0.25, 0.5, 0.75, 0.95]

/**
 * How far predicted numbers are from the true ones: quantiles of truth minus prediction, each the mean of the ten rows around its
 * place, as far as there are so many; and mean prediction against mean truth, in about ten bins of equally many rows.
 */
export function residualsOf(labels: Float64Array, values: Float64Array): Residuals {
  const sorted = labels.map((label, row) => label - (values[row] ?? 0)).sort()
  const half = FEWEST_SHOWN / 2
  const quantiles = shares.flatMap((share) => {
    const first = Math.round(share * sorted.length) - half
    const rows = sorted.subarray(Math.max(0, first), first + FEWEST_SHOWN)
    if (first < 0 || rows.length < FEWEST_SHOWN) return []
    return [{ share, value: rows.reduce((sum, value) => sum + value, 0) / rows.length }]
  })
  const bins = equalParts(values, ascendingOrder(values)).map((rows) => ({
    n: rows.length,
    predicted: meanAt(values, rows),
    actual: meanAt(labels, rows),
  }))
  return { quantiles, bins }
}
