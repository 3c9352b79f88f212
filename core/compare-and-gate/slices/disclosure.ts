import { type Partition, partitionBy, sharedRows } from './partition.ts'
import type { Slices } from './read.ts'
import { FEWEST_SHOWN } from './shape.ts'
import { isInSpan } from './span.ts'

interface Cell {
  readonly size: number
  isHidden: boolean
}

/** A division of all rows, with what is known of its cells. */
interface Divided extends Partition {
  readonly cells: readonly Cell[]
}

/** How two divisions cut each other. */
interface Cut {
  readonly fine: Divided
  readonly coarse: Divided
  /** See `sharedRows`. */
  readonly shared: Int32Array
}

/** A division and those of which it is a refinement, such as `country × sex` and `country`. */
interface Family {
  readonly fine: Divided
  /** `wholeOf` tells in which cell of the coarser one each of the finer cells lies. */
  readonly coarser: readonly { readonly partition: Divided; readonly wholeOf: readonly number[] }[]
}

/**
 * Which slices may be shown, for each set of slices in the order given. Not those with fewer than ten rows, and none from which such
 * a number could be computed by subtraction (complementary suppression):
 *
 * - in one division of the rows, what is hidden has no rows or ten at least together, because the total is known;
 * - so it is within each slice of a division of which the other is a refinement (`country` and `country × sex`), and
 *   no small slice of either is a linear combination of what is shown of both and of all other columns of the cross;
 * - a slice is hidden that lacks fewer than ten rows of another one (`age < 18` beside `age < 19`).
 *
 * What is hidden besides is the smallest slice that does it. Not looked at are equations over several crosses, and what the
 * reports of several evaluation sets tell together.
 */
export function shownSlices(sets: readonly Slices[], rows: number): readonly (readonly boolean[])[] {
  // The same columns under two metrics are one division, and hide the same.
  const byNames = new Map<string, Divided>()
  const partitions = sets.map((set) => {
    const key = JSON.stringify(set.names)
    const partition = byNames.get(key) ?? divided(set, rows)
    byNames.set(key, partition)
    return partition
  })
  const each = [...byNames.values()]
  const cuts = each.flatMap((fine) =>
    each.flatMap((coarse) => (fine === coarse ? [] : { fine, coarse, shared: sharedRows(fine, coarse) })),
  )
  const families = each.map((fine) => familyOf(fine, cuts))
  while (hideOnce(families, cuts)) {
    // Each round hides at least one slice more.
  }
  return partitions.map(({ cells }) => cells.map(({ isHidden }) => !isHidden))
}

function divided(slices: Slices, rows: number): Divided {
  const cells = slices.rows.map(({ length }) => ({ size: length, isHidden: length < FEWEST_SHOWN }))
  return { ...partitionBy(slices, rows), cells }
}

function familyOf(fine: Divided, cuts: readonly Cut[]): Family {
  const coarser = cuts.flatMap(({ fine: of, coarse: partition, shared }) => {
    if (of !== fine) return []
    const width = partition.cells.length
    const wholeOf = fine.cells.map(({ size }, cell) =>
      partition.cells.findIndex((_, whole) => shared[cell * width + whole] === size),
    )
    return wholeOf.includes(-1) ? [] : [{ partition, wholeOf }]
  })
  return { fine, coarser }
}

/** @returns Whether anything was hidden that was not before. */
function hideOnce(families: readonly Family[], cuts: readonly Cut[]): boolean {
  const changes = [
    ...families.map(({ fine }) => protect(fine.cells)),
    ...families.flatMap(protectParts),
    ...families.map(protectFromEquations),
    ...cuts.flatMap(hideNearlyEqual),
  ]
  return changes.includes(true)
}

/** Hides the smallest shown cell where all hidden ones together have some rows, but fewer than ten. */
function protect(cells: readonly Cell[]): boolean {
  const hidden = cells.reduce((sum, { size, isHidden }) => sum + (isHidden ? size : 0), 0)
  return hidden > 0 && hidden < FEWEST_SHOWN && hideSmallest(cells)
}

function hideSmallest(cells: readonly Cell[]): boolean {
  const [smallest] = cells.filter(({ isHidden }) => !isHidden).toSorted((a, b) => a.size - b.size)
  if (smallest !== undefined) smallest.isHidden = true
  return smallest !== undefined
}

function protectParts({ fine, coarser }: Family): readonly boolean[] {
  return coarser.flatMap(({ partition, wholeOf }) =>
    partition.cells.map((_, whole) => protect(fine.cells.filter((_cell, at) => wholeOf[at] === whole))),
  )
}

/** What is known of the hidden cells are sums: of all of them, and of those in a coarser cell that is shown. */
function protectFromEquations({ fine, coarser }: Family): boolean {
  const hidden = fine.cells.flatMap(({ isHidden }, cell) => (isHidden ? [cell] : []))
  const partsOf = (wholeOf: readonly number[], whole: number) => hidden.map((cell) => (wholeOf[cell] === whole ? 1 : 0))
  const wholes = coarser.flatMap(({ partition, wholeOf }) =>
    partition.cells.map((cell, whole) => ({ ...cell, parts: partsOf(wholeOf, whole) })),
  )
  const known = [hidden.map(() => 1), ...wholes.flatMap(({ isHidden, parts }) => (isHidden ? [] : [parts]))]
  const small = [
    ...hidden.flatMap((cell, at) =>
      (fine.cells[cell]?.size ?? 0) < FEWEST_SHOWN ? [hidden.map((_, other) => (other === at ? 1 : 0))] : [],
    ),
    ...wholes.flatMap(({ size, parts }) => (size < FEWEST_SHOWN ? [parts] : [])),
  ]
  return isInSpan(known, small) && hideSmallest(fine.cells)
}

function hideNearlyEqual({ fine, coarse, shared }: Cut): readonly boolean[] {
  const width = coarse.cells.length
  return fine.cells.flatMap((cell, from) =>
    coarse.cells.map((other, to) => {
      const isInside = (shared[from * width + to] ?? 0) === cell.size
      const lacks = other.size - cell.size
      if (cell.isHidden || other.isHidden || !isInside || lacks === 0 || lacks >= FEWEST_SHOWN) return false
      cell.isHidden = true
      return true
    }),
  )
}
