import { ascendingOrder } from '../order.ts'
import { type Evaluated, perDistribution } from '../row-values.ts'
import { shares } from '../units.ts'
import type { RowInfluence } from './row-influence.ts'

/** Bins of equally many rows. */
const BINS = 15

/**
 * The expected calibration error: over 15 bins of equally many rows, sorted by how sure the model is, the mean distance between
 * that and how often it is right. Two classes: the probability of class 1, and how often it is true. More: the highest
 * probability, and how often its class is the true one. Rows of equal probability stay in one bin.
 *
 * It is never below 0 and biased upward, the more the fewer rows a bin has, and no interval of it or of a difference is known
 * to hold: it always carries the doubt `no-interval`.
 *
 * Source: M. P. Naeini, G. Cooper, M. Hauskrecht, AAAI 2015, 2901-2907, with bins of equal mass (K. Nguyen, B. O'Connor, EMNLP 2015, 1587-1598).
 * @throws RangeError as `logLossRows`, and for weights that `Units` does not allow.
 */
export function calibrationError(evaluated: Evaluated): RowInfluence {
  const n = evaluated.labels.length
  const confidence = new Float64Array(n)
  let at = 0
  const outcome = perDistribution(evaluated, (probabilities, label) => {
    const isBinary = probabilities.length === 2
    const sure = isBinary ? (probabilities[1] ?? Number.NaN) : Math.max(...probabilities)
    confidence[at++] = sure
    return (isBinary ? 1 : probabilities.indexOf(sure)) === label ? 1 : 0
  })
  const order = ascendingOrder(confidence)
  const share = shares(n, evaluated)
  let estimate = n === 0 ? Number.NaN : 0
  for (const [from, to] of binsOf(order, confidence)) {
    let gap = 0
    for (const row of order.subarray(from, to))
      gap += (share[row] ?? 0) * ((outcome[row] ?? Number.NaN) - (confidence[row] ?? Number.NaN))
    estimate += Math.abs(gap)
  }
  return { estimate, influence: new Float64Array(n), doubt: n === 0 ? 'too-few-rows' : 'no-interval' }
}

/** Where each bin begins and ends, among the sorted rows. */
function* binsOf(order: Uint32Array, confidence: Float64Array): Generator<readonly [from: number, to: number]> {
  const n = order.length
  const value = (place: number) => confidence[order[place] ?? 0]
  let from = 0
  for (let bin = 1; bin <= BINS; bin++) {
    let to = Math.floor((n * bin) / BINS)
    while (to > 0 && to < n && value(to) === value(to - 1)) to++
    if (to <= from) continue
    yield [from, to]
    from = to
  }
}
