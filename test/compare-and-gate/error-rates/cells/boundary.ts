import type { Cell } from '../cell.ts'
import { families } from '../families.ts'
import { atTheBoundary } from '../simulate.ts'

/** Rows of a gate. */
export const sizes = [50, 200, 1000]

/** For each of `families` a cell for each of `sizes`: every gate is asked everything. */
export const boundaryCells: readonly Cell[] = families.flatMap((family) =>
  sizes.map((n) => ({
    name: `boundary: ${family.name}, ${n} rows`,
    count: (draws) => atTheBoundary(family, { n, ...draws }),
  })),
)
