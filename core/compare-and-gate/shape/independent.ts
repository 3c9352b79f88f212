import { type Partition, sharedRows } from '../slices/partition.ts'

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

/** Relative to the size of a part: what is smaller is rounding. */
const tolerance = 1e-7

/**
 * Whether the count of a part that is not told follows from those of all that are, by adding and subtracting: whether its rows,
 * as a vector of zeros and ones, are a linear combination of theirs. By Cholesky's decomposition of how many rows they share.
 */
export function isDerivable(divisions: readonly Told[]): boolean {
  const parts = divisions.flatMap(({ isTold }, division) =>
    isTold.map((told, part) => ({ division, part, isTold: told })),
  )
  const shared = divisions.map((one) => divisions.map((other) => sharedRows(one, other)))
  const rowsShared = (a: Part, b: Part) =>
    shared[a.division]?.[b.division]?.[a.part * (divisions[b.division]?.parts ?? 0) + b.part] ?? 0
  const basis: { readonly part: Part; readonly along: readonly number[] }[] = []
  const beyond = (part: Part) => {
    const along: number[] = []
    for (const { part: known, along: of } of basis) {
      const rest = rowsShared(part, known) - along.reduce((sum, value, at) => sum + value * (of[at] ?? 0), 0)
      along.push(rest / (of[along.length] ?? 1))
    }
    const size = rowsShared(part, part)
    const square = size - along.reduce((sum, value) => sum + value * value, 0)
    return { isBeyond: square > tolerance * size, along: [...along, Math.sqrt(Math.max(0, square))] }
  }
  for (const part of parts.filter(({ isTold }) => isTold)) {
    const { isBeyond, along } = beyond(part)
    if (isBeyond) basis.push({ part, along })
  }
  // Of a part without rows there is nothing to know.
  return parts.some((part) => !part.isTold && rowsShared(part, part) > 0 && !beyond(part).isBeyond)
}

interface Part {
  readonly division: number
  readonly part: number
}
