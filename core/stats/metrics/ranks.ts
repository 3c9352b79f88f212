import { ranking } from '../order.ts'

/** Scores of rows of two classes, 1 and 0, and what each row counts; one each where nothing is said. */
export interface Ranked {
  readonly labels: ArrayLike<number>
  readonly scores: ArrayLike<number>
  readonly weights?: Float64Array
}

/** For each row: what the rows of the other class with a lower score count together, those with the same score by half. */
export interface Ranks {
  readonly below: Float64Array
  /** What all rows of each class count. */
  readonly ones: number
  readonly zeros: number
}

/** Ranks each class inside the other one, which is what midranks amount to, by one order of all scores. O(n). */
export function ranksOf({ labels, scores, weights }: Ranked): Ranks {
  const { order, ends } = ranking(scores)
  const below = new Float64Array(order.length)
  let [zerosBelow, onesBelow, from] = [0, 0, 0]
  for (const to of ends) {
    let [zeros, ones] = [0, 0]
    for (let at = from; at < to; at++) {
      const row = order[at] ?? 0
      const weight = weights === undefined ? 1 : (weights[row] ?? 0)
      if (labels[row] === 1) ones += weight
      else zeros += weight
    }
    for (; from < to; from++) {
      const row = order[from] ?? 0
      below[row] = labels[row] === 1 ? zerosBelow + zeros / 2 : onesBelow + ones / 2
    }
    zerosBelow += zeros
    onesBelow += ones
  }
  return { below, ones: onesBelow, zeros: zerosBelow }
}
