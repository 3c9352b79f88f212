import type { CalibrationBin } from '../../records/gate-shape.ts'
import { wilsonInterval } from '../../stats/wilson.ts'
import { FEWEST_SHOWN } from '../slices/shape.ts'
import { equalParts, meanAt } from './bins.ts'
import type { Scored } from './roc.ts'

/**
 * Predicted probabilities against what happened, in about ten bins of equally many rows. Undefined where the scores are no
 * probabilities, or with fewer than ten rows of a class.
 *
 * @param alpha One-sided error probability of each bin's interval.
 */
export function calibrationOf({ labels, scores, order }: Scored, alpha: number): readonly CalibrationBin[] | undefined {
  const positives = labels.reduce((sum, label) => sum + label, 0)
  if (Math.min(positives, labels.length - positives) < FEWEST_SHOWN) return undefined
  if (!scores.every((p) => p >= 0 && p <= 1)) return undefined
  return equalParts(scores, order).map((rows) => {
    const n = rows.length
    const observed = meanAt(labels, rows)
    const { lower, upper } = wilsonInterval({ successes: Math.round(observed * n), n }, alpha)
    const interval = { low: lower, high: upper, level: 1 - 2 * alpha }
    return { n, predicted: meanAt(scores, rows), observed, interval }
  })
}
