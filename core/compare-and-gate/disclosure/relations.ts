import type { Cells } from './partition.ts'

/** A weighted sum of cells that everybody knows, whatever is told of each: the weight of every cell. */
export type Relation = Float64Array

/** Of a cell's rows: a smaller part of them that no other cells account for is rounding. */
const tolerance = 1e-9
/** Weights are small fractions; a smaller one is rounding. */
const nothing = 1e-6

/**
 * How cells follow from one another and from the number of all rows: a basis of all weighted sums of cells, taken as vectors of ones
 * for their rows and zeros, that are the same for every row. By Cholesky's decomposition of how many rows they share, so that
 * the cost does not depend on the number of rows.
 *
 * Cells without rows are in none: of them there is nothing to know.
 */
export function relationsAmong({ rows, sizes, shared }: Pick<Cells, 'rows' | 'sizes' | 'shared'>): readonly Relation[] {
  // What is known besides, the number of all rows, comes first: a cell as any other.
  const sharedWith = (cell: number, other: number) => (other < 0 ? (sizes[cell] ?? 0) : shared(cell, other))
  const basis: { readonly cell: number; readonly along: Float64Array }[] = []
  const relations: Relation[] = []
  if (rows > 0) basis.push({ cell: -1, along: Float64Array.of(Math.sqrt(rows)) })
  for (const [cell, size] of sizes.entries()) {
    if (size === 0) continue
    const along = new Float64Array(basis.length + 1)
    let square = size
    for (const [at, { cell: known, along: of }] of basis.entries()) {
      let rest = sharedWith(cell, known)
      for (let before = 0; before < at; before++) rest -= (along[before] ?? 0) * (of[before] ?? 0)
      along[at] = rest / (of[at] ?? 1)
      square -= (along[at] ?? 0) ** 2
    }
    if (square > tolerance * size) {
      along[basis.length] = Math.sqrt(square)
      basis.push({ cell, along })
      continue
    }
    relations.push(relationOf(cell, along, { basis, cells: sizes.length }))
  }
  return relations
}

interface Known {
  readonly basis: readonly { readonly cell: number; readonly along: Float64Array }[]
  readonly cells: number
}

/** Writes a cell that is a combination of the known ones as such: by back substitution. */
function relationOf(cell: number, along: Float64Array, { basis, cells }: Known): Relation {
  const relation = new Float64Array(cells)
  relation[cell] = -1
  for (let at = basis.length - 1; at >= 0; at--) {
    const { cell: known, along: of } = basis[at] ?? { cell: -1, along: along.subarray(0, 0) }
    const weight = (along[at] ?? 0) / (of[at] ?? 1)
    if (Math.abs(weight) < nothing) continue
    for (let before = 0; before < at; before++) along[before] = (along[before] ?? 0) - weight * (of[before] ?? 0)
    // Most weights are whole numbers, which rounding must not make others.
    if (known >= 0) relation[known] = Math.abs(weight - Math.round(weight)) < nothing ? Math.round(weight) : weight
  }
  return relation
}
