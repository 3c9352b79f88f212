import type { Slices } from './read.ts'

/** A division of all rows: the part that each of them is in, by its place among so many. */
export interface Partition {
  readonly partOf: Int32Array
  readonly parts: number
}

/** The slice that each row is in: each is in exactly one. */
export function partitionBy({ rows: slices }: Pick<Slices, 'rows'>, rows: number): Partition {
  const partOf = new Int32Array(rows)
  for (const [part, members] of slices.entries()) for (const row of members) partOf[row] = part
  return { partOf, parts: slices.length }
}

/** How many rows each part of one shares with each part of the other, at part · (parts of the other) + part of the other. */
export function sharedRows(one: Partition, other: Partition): Int32Array {
  const shared = new Int32Array(one.parts * other.parts)
  for (let row = 0; row < one.partOf.length; row++) {
    const at = (one.partOf[row] ?? 0) * other.parts + (other.partOf[row] ?? 0)
    shared[at] = (shared[at] ?? 0) + 1
  }
  return shared
}
