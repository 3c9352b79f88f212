import type { Table } from '../engines/tables/table.ts'
import { ConfigError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'
import { cellFault, isNoName, shortened } from './faults.ts'
import { metricOf } from './metric-of.ts'
import type { Slices } from './slices/read.ts'
import type { Slicing } from './slices/shape.ts'

/**
 * The place of each row's query, in the order in which queries first occur; undefined where the criteria name no column.
 *
 * @throws ConfigError TY0304 for a column that is missing, and for rows without a query.
 */
export function readQueries(column: string | undefined, table: Table): Int32Array | undefined {
  if (column === undefined) return undefined
  const places = new Map<string, number>()
  const faults: Fault[] = []
  const queries = Int32Array.from(table.column(column), (value, row) => {
    if (isNoName(value)) faults.push(cellFault({ table, row, column, value, problem: 'names no query' }))
    const place = places.get(value) ?? places.size
    places.set(value, place)
    return place
  })
  refuse(faults)
  return queries
}

/**
 * Demands that labels are relevances.
 *
 * @throws ConfigError TY0304 with the lines of negative ones.
 */
export function demandRelevances(
  labels: Float64Array,
  { table, column }: { readonly table: Table; readonly column: string },
): void {
  const faults: Fault[] = []
  for (const [row, label] of labels.entries()) {
    if (label >= 0) continue
    faults.push(cellFault({ table, row, column, value: String(label), problem: 'is no relevance, which is 0 or more' }))
  }
  refuse(faults)
}

interface Queried {
  readonly queries: Int32Array
  readonly table: Table
  /** Of the queries. */
  readonly column: string
}

interface Divided extends Queried {
  readonly slices: readonly (readonly Slices[])[]
}

/**
 * Demands that no query is cut by a slice of a metric that ranks its rows: half of a list is another list.
 *
 * @throws ConfigError TY0304 with the column, and the line where a query is in a second slice.
 */
export function demandWholeQueries(slicings: readonly Slicing[], { slices, queries, table, column }: Divided): void {
  const faults: Fault[] = []
  for (const [entry, slicing] of slicings.entries()) {
    if (metricOf(slicing).unit !== 'query') continue
    for (const set of slices[entry] ?? []) faults.push(...cut(set, { queries, table, column }))
  }
  refuse(faults)
}

/**
 * Demands that all rows of a query are of one cluster.
 *
 * @throws ConfigError TY0304 with the line where a query is in a second cluster.
 */
export function demandOneCluster(clusters: Int32Array, about: Queried): void {
  refuse(unlike(clusters.entries(), about, () => 'is a query whose rows are in two clusters'))
}

/**
 * Demands that all rows of a query weigh the same, which is then what the query weighs.
 *
 * @throws ConfigError TY0304 with the query, and the line where it has a second weight.
 */
export function demandOneWeight(weights: Float64Array, about: Queried): void {
  const problem = (first: number, other: number) =>
    `is a query whose rows weigh ${first} and ${other}; a metric of queries needs one weight for all rows of a query`
  refuse(unlike(weights.entries(), about, problem))
}

/** The first row of each query that is in another slice than the rows of it before. */
function cut({ names, rows }: Slices, about: Queried): readonly Fault[] {
  const problem = (first: number, other: number) =>
    `is a query whose rows are in two slices, ${names[first]} and ${names[other]}; a metric of queries can be sliced by what is the same for all rows of a query`
  return unlike(sliceOfRows(rows), about, problem)
}

function* sliceOfRows(slices: Slices['rows']): Iterable<readonly [row: number, slice: number]> {
  for (const [slice, rows] of slices.entries()) for (const row of rows) yield [row, slice]
}

/** For each query that has rows of two kinds, a fault at the first row of another kind than the one that came first. */
function unlike(
  kinds: Iterable<readonly [row: number, kind: number]>,
  { queries, table, column }: Queried,
  problem: (first: number, other: number) => string,
): readonly Fault[] {
  const firstOf = new Map<number, number>()
  const faulty = new Map<number, Fault>()
  for (const [row, kind] of kinds) {
    const query = queries[row] ?? -1
    const first = firstOf.get(query) ?? kind
    firstOf.set(query, first)
    if (kind === first || faulty.has(query)) continue
    const value = table.column(column)[row] ?? ''
    faulty.set(query, cellFault({ table, row, column, value, problem: problem(first, kind) }))
  }
  return [...faulty.values()]
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new ConfigError({ code: 'TY0304', faults: shortened(faults) })
}
