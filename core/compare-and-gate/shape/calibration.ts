import type { CalibrationBin } from '../../records/gate-shape.ts'
import { effectiveShare } from '../../stats/effective-counts.ts'
import { hasUnits, type Units } from '../../stats/units.ts'
import { wilsonInterval } from '../../stats/wilson.ts'
import { FEWEST_SHOWN } from '../slices/shape.ts'
import { equalParts, meanAt } from './bins.ts'
import { positivesOf, type Scored } from './roc.ts'

/**
 * Predicted probabilities against what happened, in about ten bins of equally many rows. Undefined where the scores are no
 * probabilities, or with fewer than ten rows of a class. Means and shares are by weight, where rows have weights; then, and where rows
 * depend on each other, the interval is Wilson's for what they are worth, and says nothing where that is too little.
 *
 * @param alpha One-sided error probability of each bin's interval.
 */
export function calibrationOf(scored: Scored, alpha: number): readonly CalibrationBin[] | undefined {
  const { labels, scores, order, units = {} } = scored
  const positives = positivesOf(labels)
  if (Math.min(positives, labels.length - positives) < FEWEST_SHOWN) return undefined
  if (!scores.every((p) => p >= 0 && p <= 1)) return undefined
  return equalParts(scores, order).map((rows) => {
    const n = rows.length
    const [predicted, observed] = [meanAt(scores, rows, units.weights), meanAt(labels, rows, units.weights)]
    const { lower: low, upper: high } = hasUnits(units)
      ? intervalByUnits(labels, rows, { units, alpha })
      : wilsonInterval({ successes: Math.round(observed * n), n }, alpha)
    return { n, predicted, observed, interval: { low, high, level: 1 - 2 * alpha } }
  })
}

interface Judged {
  readonly units: Units
  readonly alpha: number
}

function intervalByUnits(labels: Float64Array, rows: Uint32Array, { units, alpha }: Judged) {
  const pick = (of: ArrayLike<number> | undefined) => of && Float64Array.from(rows, (row) => of[row] ?? Number.NaN)
  const { doubt, ...worth } = effectiveShare(
    Float64Array.from(rows, (row) => labels[row] ?? Number.NaN),
    {
      weights: pick(units.weights),
      clusters: pick(units.clusters),
    },
  )
  return doubt === undefined ? wilsonInterval(worth, alpha) : { lower: 0, upper: 1 }
}
