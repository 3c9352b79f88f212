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

interface Divided {
  readonly slices: readonly (readonly Slices[])[]
  readonly queries: Int32Array
  readonly table: Table
  /** Of the queries. */
  readonly column: string
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
export function demandOneCluster(
  clusters: Int32Array,
  { queries, table, column }: Pick<Divided, 'queries' | 'table' | 'column'>,
): void {
  const clusterOf = new Map<number, number>()
  const faulty = new Map<number, Fault>()
  for (const [row, query] of queries.entries()) {
    const first = clusterOf.get(query) ?? clusters[row] ?? -1
    clusterOf.set(query, first)
    if (clusters[row] === first || faulty.has(query)) continue
    const value = table.column(column)[row] ?? ''
    faulty.set(query, cellFault({ table, row, column, value, problem: 'is a query whose rows are in two clusters' }))
  }
  refuse([...faulty.values()])
}

/**
 * Demands that all rows of a query weigh the same, which is then what the query weighs.
 *
 * @throws ConfigError TY0304 with the query, and the line where it has a second weight.
 */
export function demandOneWeight(
  weights: Float64Array,
  { queries, table, column }: Pick<Divided, 'queries' | 'table' | 'column'>,
): void {
  const firstOf = new Map<number, number>()
  const faulty = new Map<number, Fault>()
  for (const [row, query] of queries.entries()) {
    const [weight = 0] = weights.subarray(row)
    const first = firstOf.get(query) ?? weight
    firstOf.set(query, first)
    if (weight === first || faulty.has(query)) continue
    const problem = `is a query whose rows weigh ${first} and ${weight}; a metric of queries needs one weight for all rows of a query`
    faulty.set(query, cellFault({ table, row, column, value: table.column(column)[row] ?? '', problem }))
  }
  refuse([...faulty.values()])
}

/** The first row of each query that is in another slice than the rows of it before. */
function cut({ names, rows }: Slices, { queries, table, column }: Omit<Divided, 'slices'>): readonly Fault[] {
  const sliceOf = new Map<number, number>()
  const faulty = new Map<number, Fault>()
  for (const [slice, own] of rows.entries()) {
    for (const row of own) {
      const query = queries[row] ?? -1
      const first = sliceOf.get(query) ?? slice
      sliceOf.set(query, first)
      if (first === slice || faulty.has(query)) continue
      const value = table.column(column)[row] ?? ''
      const problem = `is a query whose rows are in two slices, ${names[first]} and ${names[slice]}; a metric of queries can be sliced by what is the same for all rows of a query`
      faulty.set(query, cellFault({ table, row, column, value, problem }))
    }
  }
  return [...faulty.values()]
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new ConfigError({ code: 'TY0304', faults: shortened(faults) })
}
