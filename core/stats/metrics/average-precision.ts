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
  const estimate = steps.reduce((sum, { ones, precision }) => sum + ones * precision, 0) / positives
  const influence = new Float64Array(n)
  // From the lowest score up: the sums run over the positives whose score is no higher.
  let [weights, weighted] = [0, 0]
  for (const { rows, ones, above, precision } of steps.toReversed()) {
    weights += ones / above
    weighted += (ones / above) * precision
    for (const row of rows) {
      const y = labels[row] ?? 0
      const moved = (y * (precision - estimate) + y * weights - weighted) / positives
      influence[row] = n * (share[row] ?? 0) * moved
    }
  }
  const fewest = Math.min(...effectiveByGroup({ ...evaluated, group: labels, groups: 2 }))
  return { estimate, influence, fewest, ...unitsOf(evaluated) }
}

/** Rows of one score. */
interface Step {
  readonly rows: readonly number[]
  /** The share of all weights that positives of this score have. */
  readonly ones: number
  /** The share of all weights of this score or a higher one, and the share of positives among them. */
  readonly above: number
  readonly precision: number
}

function stepsOf({ labels, predictions }: Evaluated, share: Float64Array): readonly Step[] {
  const score = (row: number | undefined) => predictions[row ?? 0] ?? 0
  const order = Array.from(labels, (_, row) => row).sort((a, b) => score(b) - score(a))
  const steps: Step[] = []
  let [above, found] = [0, 0]
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && score(order[to]) === score(order[from])) to++
    const rows = order.slice(from, to)
    let ones = 0
    for (const row of rows) {
      const own = share[row] ?? 0
      above += own
      if (labels[row] === 1) ones += own
    }
    found += ones
    steps.push({ rows, ones, above, precision: found / above })
    from = to
  }
  return steps
}
