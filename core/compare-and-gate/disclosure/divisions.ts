import { FEWEST_SHOWN } from '../slices/shape.ts'
import { type Cells, cellsOf, partitionBy } from './partition.ts'
import { type Relation, relationsAmong } from './relations.ts'
import { type Counts, withheld } from './withhold.ts'

/** A way to divide all rows into parts, and what could be told of them. */
export interface Division {
  readonly names: readonly string[]
  readonly rows: readonly ArrayLike<number>[]
  /** Counts of each part besides its rows, by what is counted; told or withheld with it. */
  readonly counts?: Readonly<Record<string, readonly number[]>>
}

/** More cells than this take too long to be compared. */
const mostCells = 2000

/**
 * Which parts may be shown of each division, such that none with fewer than ten rows (or with a smaller count of another kind) can be computed
 * from what is shown of all divisions together, by sums and differences: columns, crosses of columns, crosses of those, and bins. Nor can
 * the few rows that a part lacks of another one (`age < 18` beside `age < 19`), or that two parts share where they make up a third or all rows.
 *
 * What is hidden besides the small ones is the smallest part that does it; see `withheld`. Of divisions with more than 2,000 parts in all, those
 * with most parts are hidden whole. Not looked at is what reports on several evaluation sets tell together.
 */
export function shownParts(divisions: readonly Division[], rows: number): readonly (readonly boolean[])[] {
  // The same columns under two metrics are one division, and hide the same.
  const byNames = new Map<string, Division>()
  const keys = divisions.map(({ names, rows: parts, counts }) => {
    const key = JSON.stringify([names, counts !== undefined])
    byNames.set(key, { names, rows: parts, ...merged(byNames.get(key)?.counts, counts) })
    return key
  })
  const kept = fewest([...byNames])
  const isHidden = withheldOf(
    kept.map(([, division]) => division),
    rows,
  )
  let next = 0
  const shown = new Map(kept.map(([key, { names }]) => [key, names.map(() => isHidden[next++] !== true)]))
  return divisions.map(({ names }, at) => shown.get(keys[at] ?? '') ?? names.map(() => false))
}

function merged(some: Division['counts'], more: Division['counts']): Pick<Division, 'counts'> {
  return more === undefined ? {} : { counts: { ...some, ...more } }
}

/** The divisions with the fewest parts, as many as can be compared, in their order. */
function fewest<T extends readonly [string, Division]>(all: readonly T[]): readonly T[] {
  const kept = new Set<T>()
  let cells = 0
  for (const one of all.toSorted(([, a], [, b]) => a.names.length - b.names.length)) {
    cells += one[1].names.length
    if (cells <= mostCells) kept.add(one)
  }
  return all.filter((one) => kept.has(one))
}

/** Of the parts of all divisions, one after another. */
function withheldOf(divisions: readonly Division[], rows: number): readonly boolean[] {
  const cells = cellsOf(divisions.map(({ rows: parts }) => partitionBy(parts, rows)))
  const slivers = sliversOf(cells)
  const ofRows = kindOf({ cells, slivers, counts: [...cells.sizes, ...slivers.map(({ size }) => size)] })
  const kinds = [...new Set(divisions.flatMap(({ counts = {} }) => Object.keys(counts)))]
  const others = kinds.map((kind) => {
    const counts = divisions.flatMap(({ names, counts: own }) =>
      names.map((_, part): number | undefined => own?.[kind]?.[part]),
    )
    return kindOf({ cells, slivers: [], counts: [...counts, ...slivers.map(() => undefined)] })
  })
  // A column is worth more than its crosses.
  const worth = cells.divisionOf.map((division) => -(cells.within[division]?.length ?? 0))
  return withheld([ofRows, ...others], { worth })
}

/** The few rows by which cells differ, or that they share: a cell of its own that is never told. */
interface Sliver {
  readonly size: number
  /** Of which cells its rows are a sum, with 1 and -1; the number of all rows aside. */
  readonly terms: readonly (readonly [cell: number, weight: number])[]
}

interface Known {
  readonly cells: Cells
  readonly slivers: readonly Sliver[]
  readonly counts: readonly (number | undefined)[]
}

/** Counts of one kind: the divisions in which they are told, each adding up to a total, as each part does that others divide. */
function kindOf({ cells, slivers, counts }: Known): Counts {
  const isTold = cells.within.map((own) => own.every((cell) => counts[cell] !== undefined))
  const totals = cells.within.flatMap((own, division) =>
    isTold[division] === true ? [own, ...partsOfWholes(cells, { own, isTold })] : [],
  )
  const isSecret = counts.some((count) => count !== undefined && count < FEWEST_SHOWN)
  const relations = isSecret ? relationsOf(cells, { slivers, isTold, width: counts.length }) : []
  return { counts, totals, relations }
}

/** The cells of a division that make up each cell of a coarser one of which it is a refinement (`country × sex` and `country`). */
function partsOfWholes(
  { within, sizes, shared }: Cells,
  { own, isTold }: { readonly own: readonly number[]; readonly isTold: readonly boolean[] },
): readonly (readonly number[])[] {
  return within.flatMap((wholes, at) => {
    if (wholes === own || isTold[at] !== true) return []
    const wholeOf = own.map((cell) => wholes.find((whole) => shared(cell, whole) === sizes[cell]))
    if (wholeOf.includes(undefined)) return []
    return wholes.map((whole) => own.filter((_, place) => wholeOf[place] === whole))
  })
}

/** All relations of the cells of some divisions and of slivers, over all of them. */
function relationsOf(
  cells: Cells,
  { slivers, isTold, width }: Pick<Known, 'slivers'> & { readonly isTold: readonly boolean[]; readonly width: number },
): readonly Relation[] {
  const some = cells.within.flatMap((own, division) => (isTold[division] === true ? own : []))
  const among = relationsAmong({
    rows: cells.rows,
    sizes: some.map((cell) => cells.sizes[cell] ?? 0),
    shared: (one, other) => cells.shared(some[one] ?? 0, some[other] ?? 0),
  })
  return [
    ...among.map((relation) =>
      widened(
        Array.from(relation, (weight, at) => [some[at] ?? 0, weight]),
        width,
      ),
    ),
    ...slivers.map(({ terms }, at) => widened([...terms, [cells.sizes.length + at, -1]], width)),
  ]
}

function widened(terms: readonly (readonly [cell: number, weight: number])[], width: number): Relation {
  const relation = new Float64Array(width)
  for (const [cell, weight] of terms) relation[cell] = weight
  return relation
}

function sliversOf(cells: Cells): readonly Sliver[] {
  const bySize = new Map<number, number[]>()
  for (const [cell, size] of cells.sizes.entries()) bySize.set(size, [...(bySize.get(size) ?? []), cell])
  const slivers: Sliver[] = []
  for (let one = 0; one < cells.sizes.length; one++) {
    for (let other = one + 1; other < cells.sizes.length; other++) {
      const found = sliverOf([one, other], cells, bySize)
      if (found !== undefined) slivers.push(found)
    }
  }
  return slivers
}

/** The few rows that a cell lacks of another which holds it, or that two cells share where they make up a third one or all rows. */
function sliverOf(
  [one, other]: readonly [number, number],
  { sizes, divisionOf, shared, rows }: Cells,
  bySize: ReadonlyMap<number, readonly number[]>,
): Sliver | undefined {
  const common = shared(one, other)
  if (common === 0 || divisionOf[one] === divisionOf[other]) return undefined
  const [own, others] = [sizes[one] ?? 0, sizes[other] ?? 0]
  if (common === Math.min(own, others)) {
    const lacks = Math.abs(others - own)
    const [inner, outer] = own <= others ? [one, other] : [other, one]
    return lacks > 0 && lacks < FEWEST_SHOWN ? sliver(lacks, { sum: [outer], less: [inner] }) : undefined
  }
  if (common >= FEWEST_SHOWN) return undefined
  const together = own + others - common
  const third = bySize.get(together)?.find((cell) => shared(one, cell) === own && shared(other, cell) === others)
  if (third !== undefined) return sliver(common, { sum: [one, other], less: [third] })
  return together === rows ? sliver(common, { sum: [one, other], less: [] }) : undefined
}

interface Summed {
  readonly sum: readonly number[]
  readonly less: readonly number[]
}

function sliver(size: number, { sum, less }: Summed): Sliver {
  return { size, terms: [...sum.map((cell) => [cell, 1] as const), ...less.map((cell) => [cell, -1] as const)] }
}
