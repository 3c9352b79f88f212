import type { RocCurve } from '../../records/gate-shape.ts'
import { FEWEST_SHOWN } from '../slices/shape.ts'

/** How far along both axes together a point lies from the one before it, unless rows with equal scores carry it farther. */
const step = 2 / 90

/** Two classes (1 for the positive one, else 0), the rows' scores, and the places of these in ascending order. */
export interface Scored {
  readonly labels: Float64Array
  readonly scores: Float64Array
  readonly order: Uint32Array
}

/**
 * The ROC curve of scores for two classes, thinned: its points are exact, there are at most a hundred, and ten rows or more lie between
 * two of them. Undefined with fewer than ten rows of a class.
 */
export function rocOf({ labels, scores, order }: Scored): RocCurve | undefined {
  const positives = labels.reduce((sum, label) => sum + label, 0)
  const negatives = labels.length - positives
  if (Math.min(positives, negatives) < FEWEST_SHOWN) return undefined
  const points: { readonly x: number; readonly y: number; readonly rows: number }[] = [{ x: 0, y: 0, rows: 0 }]
  const n = order.length
  const placeOf = (at: number) => order[n - 1 - at] ?? 0
  let [right, area] = [0, 0]
  for (let at = 0; at < n; ) {
    const [score, rightBefore, before] = [scores[placeOf(at)], right, at]
    for (; at < n && scores[placeOf(at)] === score; at++) right += labels[placeOf(at)] ?? 0
    // Rows with equal scores are a straight stretch, so that ties count half.
    area += (((right + rightBefore) / 2) * (at - before - (right - rightBefore))) / (positives * negatives)
    const [point, last] = [{ x: (at - right) / negatives, y: right / positives, rows: at }, points.at(-1)]
    if (last === undefined) continue
    const isFar = point.x - last.x + (point.y - last.y) >= step
    const isLast = at === n
    if (isLast || (isFar && at - last.rows >= FEWEST_SHOWN)) {
      // The last step, too, has ten rows.
      if (isLast && at - last.rows < FEWEST_SHOWN) points.pop()
      points.push(point)
    }
  }
  return { auc: area, points: points.map(({ x, y }) => [x, y] as const) }
}
