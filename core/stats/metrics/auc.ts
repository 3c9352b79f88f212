import { checkPaired, finite } from '../check.ts'
import { ascendingOrder, endsOfTies } from '../order.ts'
import type { Evaluated } from '../row-values.ts'
import { effectiveByGroup, shares } from '../units.ts'
import { type RowInfluence, undefinedOn, unitsOf } from './row-influence.ts'

/**
 * The area under the ROC curve by placement values: for each row, the weight of the other class's rows that it is ranked
 * rightly against, ties counting half, as a share of that class. Influence of a row: its placement less the AUC, over its
 * class's share of all. Undefined where a class is absent. O(n log n).
 *
 * Its interval by influence values stands where DeLong's does not, for weights and clusters; without those it differs from
 * DeLong's only in how it counts degrees of freedom.
 * @throws RangeError for labels other than 0 and 1, scores that are NaN or infinite, and unequally many of both.
 */
export function aucInfluence(evaluated: Evaluated): RowInfluence {
  const { labels } = evaluated
  const n = labels.length
  checkBinary(evaluated)
  const share = shares(n, evaluated)
  const placements = new Float64Array(n)
  const mass = [0, 0]
  for (let row = 0; row < n; row++) mass[labels[row] ?? 0] = (mass[labels[row] ?? 0] ?? 0) + (share[row] ?? 0)
  const [negative = 0, positive = 0] = mass
  if (!(negative > 0 && positive > 0)) return undefinedOn(n)
  place({ evaluated, share, negative, positive }, placements)
  let estimate = 0
  for (let row = 0; row < n; row++)
    if (labels[row] === 1) estimate += ((share[row] ?? 0) * (placements[row] ?? 0)) / positive
  const influence = placements.map(
    (placement, row) => (n * (share[row] ?? 0) * (placement - estimate)) / (labels[row] === 1 ? positive : negative),
  )
  const fewest = Math.min(...effectiveByGroup({ ...evaluated, group: labels, groups: 2 }))
  return { estimate, influence, fewest, ...unitsOf(evaluated) }
}

interface Placing {
  readonly evaluated: Evaluated
  readonly share: Float64Array
  readonly negative: number
  readonly positive: number
}

/** From the lowest score up, rows of one score together. */
function place({ evaluated, share, negative, positive }: Placing, into: Float64Array): void {
  const { labels, predictions } = evaluated
  const order = ascendingOrder(predictions)
  let [below, found, from] = [0, 0, 0]
  for (const to of endsOfTies(order, predictions)) {
    let [zeros, ones] = [0, 0]
    for (let at = from; at < to; at++) {
      const row = order[at] ?? 0
      if (labels[row] === 1) ones += share[row] ?? 0
      else zeros += share[row] ?? 0
    }
    const [wins, losses] = [(below + zeros / 2) / negative, 1 - (found + ones / 2) / positive]
    for (; from < to; from++) {
      const row = order[from] ?? 0
      into[row] = labels[row] === 1 ? wins : losses
    }
    below += zeros
    found += ones
  }
}

/** Throws RangeError unless labels are 0 or 1, scores finite, and both equally many. */
export function checkBinary({ labels, predictions }: Evaluated): void {
  checkPaired(labels, predictions)
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]
    if (label !== 0 && label !== 1) throw new RangeError(`row ${row}: a binary label is 0 or 1, got ${label}`)
    finite(predictions[row], row)
  }
}
