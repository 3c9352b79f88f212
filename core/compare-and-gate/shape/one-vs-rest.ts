import type { ClassCurves, OneVsRest, Sides } from '../../records/gate-shape.ts'
import { ascendingOrder } from '../../stats/order.ts'
import type { Units } from '../../stats/units.ts'
import { FEWEST_SHOWN } from '../slices/shape.ts'
import { calibrationOf } from './calibration.ts'
import { classSizes, secretClasses } from './confusion.ts'
import { rocOf, type Scored } from './roc.ts'
import { sidesOf } from './sides.ts'

/** Of how many classes curves are drawn; half of them for their size, half for what changed. */
const mostClasses = 6
/** Of each of these small curves. */
const mostPoints = 40

/** What both models say of rows of more than two classes. */
export interface ManyClasses {
  readonly classes: readonly string[]
  /** The true class of each row, by its place. */
  readonly labels: Float64Array
  /** Of each model the probabilities of all classes, row after row. */
  readonly probabilities: Sides<Float64Array>
  /** Rows that one model has right and the other wrong, of each class. */
  readonly changed: readonly number[]
  readonly units: Units
}

/**
 * The ROC and calibration curves of a class against all others by its own probability, for the three most frequent classes and those
 * with most rows that flipped, six in all. A class whose size must not become known, or with fewer than ten rows on a side, has none.
 *
 * @param alpha One-sided error probability of each bin's interval.
 */
export function oneVsRestOf(rows: ManyClasses, alpha: number): OneVsRest | undefined {
  const { classes, labels } = rows
  const isSecret = secretClasses(rows)
  const sizes = classSizes(rows)
  const enough = [...classes.keys()].filter(
    (place) =>
      isSecret[place] !== true && Math.min(sizes[place] ?? 0, labels.length - (sizes[place] ?? 0)) >= FEWEST_SHOWN,
  )
  const bySize = (a: number, b: number) => (sizes[b] ?? 0) - (sizes[a] ?? 0)
  const chosen = chosenOf(enough.toSorted(bySize), rows.changed).toSorted(bySize)
  const told = chosen.flatMap((place) => curvesOf(place, rows, { n: sizes[place] ?? 0, alpha }) ?? [])
  return told.length === 0 ? undefined : { classes: told, others: classes.length - told.length }
}

/** @param places Of classes, those with most rows first. */
function chosenOf(places: readonly number[], changed: readonly number[]): readonly number[] {
  const frequent = places.slice(0, mostClasses / 2)
  const others = places
    .slice(mostClasses / 2)
    .toSorted((a, b) => (changed[b] ?? 0) - (changed[a] ?? 0))
    .slice(0, mostClasses / 2)
  return [...frequent, ...others]
}

function curvesOf(
  place: number,
  { classes, labels, probabilities, units }: ManyClasses,
  { n, alpha }: { readonly n: number; readonly alpha: number },
): ClassCurves | undefined {
  const own = labels.map((label) => (label === place ? 1 : 0))
  const scored = sidesOf(probabilities, (all): Scored => {
    const scores = Float64Array.from(labels, (_, row) => all[row * classes.length + place] ?? Number.NaN)
    return { labels: own, scores, order: ascendingOrder(scores), units }
  })
  const roc = scored && sidesOf(scored, (side) => rocOf(side, mostPoints))
  const calibration = scored && sidesOf(scored, (side) => calibrationOf(side, alpha))
  return roc && { name: classes[place] ?? '', n, roc, ...(calibration && { calibration }) }
}
