import type { Count } from '../../records/gate-shape.ts'
import { FEWEST_SHOWN } from '../slices/shape.ts'

/** One of several sets of counts that are shown or withheld together. */
export interface Cell {
  /** What is counted; the same place in every cell adds up to a total that is known. */
  readonly counts: readonly number[]
  /** Withheld whatever its counts are. */
  readonly isSecret?: boolean
}

/**
 * Which cells of a whole are withheld, when the total over all cells is known: every cell with a count under ten, and as many of
 * the next smaller ones as it takes that at least two are withheld with ten rows or more in each of their counts together. So what
 * is withheld can be had from the total by subtraction only as a sum of ten or more.
 */
export function withheld(cells: readonly Cell[]): readonly boolean[] {
  const isHidden = cells.map(({ counts, isSecret }) => isSecret === true || counts.some(isFew))
  const bySize = cells.map(({ counts }, place) => ({ place, size: Math.min(...counts) }))
  for (const { place } of bySize.toSorted((a, b) => a.size - b.size)) {
    if (isSafe(cells.filter((_, at) => isHidden[at]))) break
    isHidden[place] = true
  }
  return isHidden
}

function isFew(count: number): boolean {
  return count < FEWEST_SHOWN
}

/** Whether nothing is withheld, or enough that it hides in its sum. */
function isSafe(hidden: readonly Cell[]): boolean {
  const [first] = hidden
  if (first === undefined) return true
  return hidden.length > 1 && first.counts.every((_, at) => !isFew(sum(hidden.map(({ counts }) => counts[at] ?? 0))))
}

/**
 * A confusion matrix with cells withheld so that none under ten can be had from the others, though the size of each class of ten
 * rows and more is known, and the number of rows that are right: both follow from metrics that the evidence states. All cells that are
 * withheld look the same: which of them are small is not told.
 *
 * @param matrix Rows by true class, then by predicted class.
 * @param isSecret Classes whose size must not become known: their rows are withheld whole.
 */
export function withheldMatrix(
  matrix: readonly (readonly number[])[],
  isSecret: readonly boolean[],
): readonly (readonly Count[])[] {
  const cells = matrix.flatMap((row, truth) => row.map((count, said) => ({ truth, said, count })))
  const isHidden = cells.map(({ truth, count }) => isSecret[truth] === true || isFew(count))
  const totals = [
    ...matrix.map((_, truth) => places(cells, (cell) => cell.truth === truth)),
    places(cells, ({ truth, said }) => truth === said),
    places(cells, ({ truth, said }) => truth !== said),
  ]
  for (let isStable = false; !isStable; ) {
    isStable = true
    for (const total of totals) {
      const of = total.map((place) => ({ counts: [cells[place]?.count ?? 0], isSecret: isHidden[place] === true }))
      for (const [at, isNow] of withheld(of).entries()) {
        const place = total[at]
        if (place === undefined || isHidden[place] === isNow) continue
        isHidden[place] = isNow
        isStable = false
      }
    }
  }
  return matrix.map((row, truth) =>
    row.map((count, said) => (isHidden[truth * matrix.length + said] === true ? null : count)),
  )
}

function places<T>(all: readonly T[], isWanted: (one: T) => boolean): readonly number[] {
  return all.flatMap((one, place) => (isWanted(one) ? [place] : []))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
