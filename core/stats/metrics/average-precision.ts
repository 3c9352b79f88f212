import { checkPaired, finite } from '../check.ts'
import type { Evaluated } from '../row-values.ts'
import { type RowInfluence, undefinedOn } from './row-influence.ts'

/**
 * Average precision, the area under the precision-recall curve by steps: the mean, over the positives i, of the precision
 * at i's own score, P(y = 1 | s ≥ s_i); rows of equal scores stand together. Undefined without positives.
 *
 * Influence of row j, with π the share of positives and B(t) = P(s ≥ t):
 * [ y_j (prec(s_j) - AP) + E_i y_i 1{s_j ≥ s_i} (y_j - prec(s_i)) / B(s_i) ] / π, the delta method on its two means.
 * O(n log n).
 * @throws RangeError for labels other than 0 and 1, scores that are NaN or infinite, and unequally many of both.
 */
export function averagePrecision({ labels, predictions: scores }: Evaluated): RowInfluence {
  checkPaired(labels, scores)
  const n = labels.length
  const positives = countPositives(labels, scores)
  if (positives === 0) return undefinedOn(n)
  const steps = stepsOf(labels, scores)
  const estimate = steps.reduce((sum, { ones, precision }) => sum + ones * precision, 0) / positives
  const influence = new Float64Array(n)
  // From the lowest score up: the sums run over the positives whose score is no higher.
  let [weights, weighted] = [0, 0]
  for (const { rows, ones, above, precision } of steps.toReversed()) {
    weights += ones / above
    weighted += (ones / above) * precision
    for (const row of rows) {
      const y = labels[row] ?? 0
      influence[row] = ((y * (precision - estimate) + y * weights - weighted) * n) / positives
    }
  }
  return { estimate, influence, fewest: Math.min(positives, n - positives) }
}

/** Rows of one score. */
interface Step {
  readonly rows: readonly number[]
  readonly ones: number
  /** Rows of this score or a higher one, and the share of positives among them. */
  readonly above: number
  readonly precision: number
}

function stepsOf(labels: ArrayLike<number>, scores: ArrayLike<number>): readonly Step[] {
  const score = (row: number | undefined) => scores[row ?? 0] ?? 0
  const order = Array.from(labels, (_, row) => row).sort((a, b) => score(b) - score(a))
  const steps: Step[] = []
  let found = 0
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && score(order[to]) === score(order[from])) to++
    const rows = order.slice(from, to)
    const ones = rows.filter((row) => labels[row] === 1).length
    found += ones
    steps.push({ rows, ones, above: to, precision: found / to })
    from = to
  }
  return steps
}

function countPositives(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  let positives = 0
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]
    if (label !== 0 && label !== 1) throw new RangeError(`row ${row}: a binary label is 0 or 1, got ${label}`)
    finite(scores[row], row)
    positives += label
  }
  return positives
}
