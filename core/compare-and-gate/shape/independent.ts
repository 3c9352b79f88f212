import { Equations } from '../disclosure/equations.ts'
import { cellsOf, type Partition } from '../disclosure/partition.ts'
import { relationsAmong } from '../disclosure/relations.ts'

/** A way to divide all rows, as far as counts of its parts are told. */
export interface Told extends Partition {
  /** Whether the counts of each part are told. */
  readonly isTold: readonly boolean[]
}

/**
 * Whether two ways to divide the same rows have only the total over all rows in common. They have more in common where a part of the
 * one, or several together, is a union of parts of the other (countries and cities, ages cut twice): then what is withheld of the one
 * could be had by subtraction from the other.
 */
export function isIndependent(one: Told, other: Told): boolean {
  // Parts that share a row are joined; all of them end up in one set where the columns are unrelated.
  const above = Array.from({ length: one.parts + other.parts }, (_, part) => part)
  const setOf = (part: number): number => {
    let at = part
    while (above[at] !== at) at = above[at] ?? at
    return at
  }
  let sets = above.length
  for (let row = 0; row < one.partOf.length && sets > 1; row++) {
    const [a, b] = [setOf(one.partOf[row] ?? 0), setOf(one.parts + (other.partOf[row] ?? 0))]
    if (a === b) continue
    above[a] = b
    sets -= 1
  }
  return sets === 1
}

/**
 * Whether the count of a part that is not told follows from those of all that are, by adding and subtracting. Of a part without rows
 * there is nothing to know.
 */
export function isDerivable(divisions: readonly Told[]): boolean {
  const cells = cellsOf(divisions)
  const isTold = divisions.flatMap((division) => division.isTold)
  const hidden = isTold.flatMap((told, cell) => (told ? [] : [cell]))
  return new Equations(relationsAmong(cells), hidden).solved().some((of) => of.hidden.length === 1)
}
