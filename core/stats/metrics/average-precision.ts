import { ascendingOrder, endsOfTies } from '../order.ts'
import type { Evaluated } from '../row-values.ts'
import { effectiveByGroup, shares } from '../units.ts'
import { checkBinary } from './auc.ts'
import { type RowInfluence, undefinedOn, unitsOf } from './row-influence.ts'

/**
 * Average precision, the area under the precision-recall curve by steps: the mean, over the positives i (by weights), of the precision
 * at i's own score, P(y = 1 | s ≥ s_i); rows of equal scores stand together. Undefined without positives.
 *
 * Influence of row j, with π the share of positives and B(t) = P(s ≥ t):
 * [ y_j (prec(s_j) - AP) + E_i y_i 1{s_j ≥ s_i} (y_j - prec(s_i)) / B(s_i) ] / π, the delta method on its two means.
 * O(n log n).
 * @throws RangeError for labels other than 0 and 1, scores that are NaN or infinite, and unequally many of both.
 */
export function averagePrecision(evaluated: Evaluated): RowInfluence {
  const { labels } = evaluated
  const n = labels.length
  checkBinary(evaluated)
  const share = shares(n, evaluated)
  const positives = share.reduce((sum, own, row) => sum + (labels[row] ?? 0) * own, 0)
  if (!(positives > 0)) return undefinedOn(n)
  const steps = stepsOf(evaluated, share)
  const { order, ends, ones, above, precision } = steps
  let sum = 0
  for (let step = 0; step < ends.length; step++) sum += (ones[step] ?? 0) * (precision[step] ?? 0)
  const estimate = sum / positives
  const influence = new Float64Array(n)
  // From the lowest score up: the sums run over the positives whose score is no higher.
  let [weights, weighted] = [0, 0]
  for (let step = 0, from = 0; step < ends.length; step++) {
    const own = precision[step] ?? 0
    weights += (ones[step] ?? 0) / (above[step] ?? 0)
    weighted += ((ones[step] ?? 0) / (above[step] ?? 0)) * own
    for (; from < (ends[step] ?? 0); from++) {
      const row = order[from] ?? 0
      const y = labels[row] ?? 0
      const moved = (y * (own - estimate) + y * weights - weighted) / positives
      influence[row] = n * (share[row] ?? 0) * moved
    }
  }
  const fewest = Math.min(...effectiveByGroup({ ...evaluated, group: labels, groups: 2 }))
  return { estimate, influence, fewest, ...unitsOf(evaluated) }
}

/** Rows from the lowest score to the highest, and what is to be known of each score. */
interface Steps {
  readonly order: Uint32Array
  /** Where the rows of each score end in the order. */
  readonly ends: Uint32Array
  /** The share of all weights that positives of each score have. */
  readonly ones: Float64Array
  /** The share of all weights of each score or a higher one, and the share of positives among them. */
  readonly above: Float64Array
  readonly precision: Float64Array
}

function stepsOf({ labels, predictions }: Evaluated, share: Float64Array): Steps {
  const order = ascendingOrder(predictions)
  const ends = endsOfTies(order, predictions)
  const [ones, above] = [new Float64Array(ends.length), new Float64Array(ends.length)]
  const precision = new Float64Array(ends.length)
  let [sum, found] = [0, 0]
  // From the highest score down, so that the sums are of what is at least as high.
  for (let step = ends.length - 1, at = order.length - 1; step >= 0; step--) {
    let own = 0
    for (const from = step === 0 ? 0 : (ends[step - 1] ?? 0); at >= from; at--) {
      const row = order[at] ?? 0
      const weight = share[row] ?? 0
      sum += weight
      if (labels[row] === 1) own += weight
    }
    found += own
    ones[step] = own
    above[step] = sum
    precision[step] = found / sum
  }
  return { order, ends, ones, above, precision }
}
