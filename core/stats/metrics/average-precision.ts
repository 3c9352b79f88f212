import { ranking } from '../order.ts'
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
  let [squared, squaredWeighted, bias] = [0, 0, 0]
  for (let step = 0, from = 0; step < ends.length; step++) {
    const own = precision[step] ?? 0
    weights += (ones[step] ?? 0) / (above[step] ?? 0)
    weighted += ((ones[step] ?? 0) / (above[step] ?? 0)) * own
    squared += (ones[step] ?? 0) / (above[step] ?? 0) ** 2
    squaredWeighted += ((ones[step] ?? 0) / (above[step] ?? 0) ** 2) * own
    for (; from < (ends[step] ?? 0); from++) {
      const row = order[from] ?? 0
      const y = labels[row] ?? 0
      const moved = (y * (own - estimate) + y * weights - weighted) / positives
      influence[row] = n * (share[row] ?? 0) * moved
      const bent = (y * (1 - own)) / (above[step] ?? 0) - (y * squared - squaredWeighted) - y * moved
      bias += ((share[row] ?? 0) ** 2 * bent) / positives
    }
  }
  const fewest = Math.min(...effectiveByGroup({ ...evaluated, group: labels, groups: 2 }))
  const along = (direction: Float64Array) => bendOf({ labels, share, ...ranking(evaluated.predictions) }, direction)
  return { estimate, influence, fewest, curvature: { bias, along, isArea: true }, ...unitsOf(evaluated) }
}

interface Ranked {
  readonly labels: ArrayLike<number>
  readonly share: Float64Array
  readonly order: Uint32Array
  readonly ends: Uint32Array
}

/**
 * Half the second derivative of the average precision by ε, for weights share · (1 + ε · direction), from those of the sums that
 * it is made of: Σ w y A / B over Σ w y, with A and B the weights of positives and of all from a score on.
 */
function bendOf({ labels, share, order, ends }: Ranked, direction: Float64Array): number {
  let [above, aboveBy, found, foundBy] = [0, 0, 0, 0]
  let [sum, sumBy, sumBent] = [0, 0, 0]
  for (let step = ends.length - 1; step >= 0; step--) {
    let [ones, onesBy] = [0, 0]
    for (let at = step === 0 ? 0 : (ends[step - 1] ?? 0); at < (ends[step] ?? 0); at++) {
      const row = order[at] ?? 0
      const weight = share[row] ?? 0
      const by = weight * (direction[row] ?? Number.NaN)
      above += weight
      aboveBy += by
      if (labels[row] !== 1) continue
      ones += weight
      onesBy += by
    }
    found += ones
    foundBy += onesBy
    const precision = found / above
    const precisionBy = (foundBy - precision * aboveBy) / above
    sum += ones * precision
    sumBy += onesBy * precision + ones * precisionBy
    sumBent += (onesBy - (ones * aboveBy) / above) * precisionBy
  }
  const relative = foundBy / found
  return (sumBent - sumBy * relative + sum * relative ** 2) / found
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
  const { order, ends } = ranking(predictions)
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
