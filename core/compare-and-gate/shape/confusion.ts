import type { ConfusedPair, Confusion } from '../../records/gate-shape.ts'
import { withheldMatrix } from '../disclosure/matrix.ts'
import { withheldParts } from '../disclosure/withhold.ts'
import { FEWEST_SHOWN } from '../slices/shape.ts'

/** Classes of more than this make a matrix that nobody reads. */
const mostClasses = 12
/** How many pairs are listed then. */
const mostPairs = 12

/** The true class of each row and what both models take it for, by places in `classes`. */
export interface Classified {
  readonly classes: readonly string[]
  readonly labels: Float64Array
  readonly candidate: Float64Array
  readonly champion?: Float64Array | undefined
  /** How much each row counts for. */
  readonly weights?: ArrayLike<number> | undefined
}

/** How many rows are of each class. */
export function classSizes({ classes, labels }: Pick<Classified, 'classes' | 'labels'>): readonly number[] {
  const sizes = classes.map(() => 0)
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1
  return sizes
}

/** Which classes have a size that must not become known: those under ten rows, and what hides them (see `withheldParts`). */
export function secretClasses(rows: Pick<Classified, 'classes' | 'labels'>): readonly boolean[] {
  return withheldParts([classSizes(rows)])
}

/** Confusion matrices of both models side by side, or the most confused pairs where there are many classes. */
export function confusionOf(
  rows: Classified,
): { readonly confusion: Confusion } | { readonly confused: readonly ConfusedPair[] } {
  const { classes, labels, candidate, champion, weights } = rows
  const size = classes.length
  const own = count(labels, candidate, { size })
  const other = champion && count(labels, champion, { size })
  if (size > mostClasses) return { confused: pairs(classes, own, other) }
  const secrets = secretClasses(rows)
  const told = { candidate: withheldMatrix(own, secrets), ...(other && { champion: withheldMatrix(other, secrets) }) }
  if (weights === undefined) return { confusion: { classes, ...told } }
  // A share of weight is told where its count is.
  const shares = (said: Float64Array, counts: Told): Told =>
    count(labels, said, { size, weights }).map((row, truth) => {
      const total = row.reduce((sum, weight) => sum + weight, 0)
      return row.map((weight, at) => (typeof counts[truth]?.[at] === 'number' ? weight / total : null))
    })
  const byWeight = {
    candidate: shares(candidate, told.candidate),
    ...(champion && told.champion && { champion: shares(champion, told.champion) }),
  }
  return { confusion: { classes, ...told, weighted: byWeight } }
}

type Told = readonly (readonly (number | null)[])[]

interface Counting {
  /** How many classes there are. */
  readonly size: number
  readonly weights?: ArrayLike<number>
}

function count(labels: Float64Array, said: Float64Array, { size, weights }: Counting): Matrix {
  const matrix = Array.from({ length: size }, () => Array.from({ length: size }, () => 0))
  for (const [row, label] of labels.entries()) {
    const of = matrix[label]
    const place = said[row]
    if (of !== undefined && place !== undefined) of[place] = (of[place] ?? 0) + (weights?.[row] ?? 1)
  }
  return matrix
}

type Matrix = readonly (readonly number[])[]

/** The pairs that the candidate confuses most. What is confused besides, in sum, is ten rows or more on either side. */
function pairs(classes: readonly string[], candidate: Matrix, champion: Matrix | undefined): readonly ConfusedPair[] {
  const all = classes.flatMap((truth, at) =>
    classes.flatMap((predicted, to) =>
      at === to ? [] : [{ truth, predicted, own: candidate[at]?.[to] ?? 0, other: champion?.[at]?.[to] ?? 0 }],
    ),
  )
  const shown = all
    .filter(({ own, other }) => own >= FEWEST_SHOWN && (champion === undefined || other >= FEWEST_SHOWN))
    .toSorted((a, b) => b.own + b.other - (a.own + a.other))
    .slice(0, mostPairs)
  const besides = (side: 'own' | 'other') => total(all, side) - total(shown, side)
  const isTold = (side: 'own' | 'other') => besides(side) < FEWEST_SHOWN
  while (shown.length > 0 && (isTold('own') || (champion !== undefined && isTold('other')))) shown.pop()
  return shown.map(({ truth, predicted, own, other }) => ({
    truth,
    predicted,
    candidate: own,
    ...(champion && { champion: other }),
  }))
}

function total(all: readonly { readonly own: number; readonly other: number }[], side: 'own' | 'other'): number {
  return all.reduce((sum, pair) => sum + pair[side], 0)
}
