import { checkPaired, finite } from '../check.ts'
import type { Evaluated } from '../row-values.ts'
import { effectiveByGroup, shares } from '../units.ts'
import { ranksOf } from './ranks.ts'
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
  const { below } = ranksOf({ labels, scores: evaluated.predictions, weights: share })
  const mass = [0, 0]
  for (let row = 0; row < n; row++) mass[labels[row] ?? 0] = (mass[labels[row] ?? 0] ?? 0) + (share[row] ?? 0)
  const [negative = 0, positive = 0] = mass
  if (!(negative > 0 && positive > 0)) return undefinedOn(n)
  const placements = below.map((under, row) => (labels[row] === 1 ? under / negative : 1 - under / positive))
  let estimate = 0
  for (let row = 0; row < n; row++)
    if (labels[row] === 1) estimate += ((share[row] ?? 0) * (placements[row] ?? 0)) / positive
  const influence = placements.map(
    (placement, row) => (n * (share[row] ?? 0) * (placement - estimate)) / (labels[row] === 1 ? positive : negative),
  )
  const fewest = Math.min(...effectiveByGroup({ ...evaluated, group: labels, groups: 2 }))
  return { estimate, influence, fewest, ...unitsOf(evaluated) }
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
