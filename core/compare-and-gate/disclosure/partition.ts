/** A division of all rows: the part that each of them is in, by its place among so many. */
export interface Partition {
  readonly partOf: Int32Array
  readonly parts: number
}

/** The part that each row is in, from the rows of each part: each is in exactly one. */
export function partitionBy(parts: readonly ArrayLike<number>[], rows: number): Partition {
  const partOf = new Int32Array(rows)
  for (const [part, members] of parts.entries())
    for (let at = 0; at < members.length; at++) partOf[members[at] ?? 0] = part
  return { partOf, parts: parts.length }
}

/** How many rows each part of one shares with each part of the other, at part · (parts of the other) + part of the other. */
function sharedRows(one: Partition, other: Partition): Int32Array {
  const shared = new Int32Array(one.parts * other.parts)
  for (let row = 0; row < one.partOf.length; row++) {
    const at = (one.partOf[row] ?? 0) * other.parts + (other.partOf[row] ?? 0)
    shared[at] = (shared[at] ?? 0) + 1
  }
  return shared
}

/** The parts of several divisions of the same rows as one list of cells, those of the first division first. */
export interface Cells {
  readonly divisions: readonly Partition[]
  /** How many rows there are in all. */
  readonly rows: number
  readonly sizes: readonly number[]
  /** The division of each cell. */
  readonly divisionOf: readonly number[]
  /** The cells of each division. */
  readonly within: readonly (readonly number[])[]
  /** How many rows two cells share. */
  readonly shared: (one: number, other: number) => number
}

/** Counts what the parts of all divisions share: once for each two of them. */
export function cellsOf(divisions: readonly Partition[]): Cells {
  const rows = divisions[0]?.partOf.length ?? 0
  const starts = divisions.map((_, at) => divisions.slice(0, at).reduce((sum, { parts }) => sum + parts, 0))
  const divisionOf = divisions.flatMap(({ parts }, division) => Array.from({ length: parts }, () => division))
  const sizes = divisions.flatMap(({ partOf, parts }) => {
    const of = Array.from({ length: parts }, () => 0)
    for (let row = 0; row < partOf.length; row++) {
      const part = partOf[row] ?? 0
      of[part] = (of[part] ?? 0) + 1
    }
    return of
  })
  const tables = divisions.map((one, at) => divisions.slice(at + 1).map((other) => sharedRows(one, other)))
  const shared = (one: number, other: number): number => {
    const [a, b] = one < other ? [one, other] : [other, one]
    const [from, to] = [divisionOf[a] ?? 0, divisionOf[b] ?? 0]
    if (from === to) return a === b ? (sizes[a] ?? 0) : 0
    const place = (a - (starts[from] ?? 0)) * (divisions[to]?.parts ?? 0) + b - (starts[to] ?? 0)
    return tables[from]?.[to - from - 1]?.[place] ?? 0
  }
  const within = divisions.map(({ parts }, at) => Array.from({ length: parts }, (_, part) => (starts[at] ?? 0) + part))
  return { divisions, rows, sizes, divisionOf, within, shared }
}
