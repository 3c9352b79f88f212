import type { RocCurve } from '../../records/gate-shape.ts'
import type { Units } from '../../stats/units.ts'
import { FEWEST_SHOWN } from '../slices/shape.ts'

/** How many points a curve has at most, but for a few at its ends. */
const mostPoints = 90

/** Two classes (1 for the positive one, else 0), the rows' scores, and the places of these in ascending order. */
export interface Scored {
  readonly labels: Float64Array
  readonly scores: Float64Array
  readonly order: Uint32Array
  /** What rows count for, and which depend on each other. */
  readonly units?: Units | undefined
}

/** How many rows are positive. */
export function positivesOf(labels: Float64Array): number {
  let positives = 0
  for (const label of labels) positives += label
  return positives
}

/**
 * The ROC curve of scores for two classes, thinned: its points are exact, there are at most a hundred (or as many as asked), and ten rows or more lie between
 * two of them. Shares are by weight, where rows have weights. Undefined with fewer than ten rows of a class.
 */
export function rocOf(scored: Scored, most = mostPoints): RocCurve | undefined {
  const { labels, scores, order, units: { weights } = {} } = scored
  const counted = positivesOf(labels)
  if (Math.min(counted, labels.length - counted) < FEWEST_SHOWN) return undefined
  let [positives, negatives] = [0, 0]
  for (const [row, label] of labels.entries()) {
    const weight = weights?.[row] ?? 1
    if (label === 1) positives += weight
    else negatives += weight
  }
  const points: { readonly x: number; readonly y: number; readonly rows: number }[] = [{ x: 0, y: 0, rows: 0 }]
  const n = order.length
  const placeOf = (at: number) => order[n - 1 - at] ?? 0
  let [right, wrong, area] = [0, 0, 0]
  for (let at = 0; at < n; ) {
    const [score, rightBefore, wrongBefore] = [scores[placeOf(at)], right, wrong]
    for (; at < n && scores[placeOf(at)] === score; at++) {
      const weight = weights?.[placeOf(at)] ?? 1
      if (labels[placeOf(at)] === 1) right += weight
      else wrong += weight
    }
    // Rows with equal scores are a straight stretch, so that ties count half.
    area += (((right + rightBefore) / 2) * (wrong - wrongBefore)) / (positives * negatives)
    const [point, last] = [{ x: wrong / negatives, y: right / positives, rows: at }, points.at(-1)]
    if (last === undefined) continue
    // So far along both axes together a point lies from the one before it, unless equal scores carry it farther.
    const isFar = point.x - last.x + (point.y - last.y) >= 2 / most
    const isLast = at === n
    if (isLast || (isFar && at - last.rows >= FEWEST_SHOWN)) {
      // The last step, too, has ten rows.
      if (isLast && at - last.rows < FEWEST_SHOWN) points.pop()
      points.push(point)
    }
  }
  // Sums of weights round; the last point is all rows.
  return { auc: area, points: points.map(({ x, y, rows }) => (rows === n ? [1, 1] : [x, y])) }
}
