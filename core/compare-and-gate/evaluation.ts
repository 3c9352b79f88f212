import { basename, resolve } from 'node:path'
import { digestFile } from '../engines/code/digest.ts'
import { Names } from '../engines/tables/names.ts'
import { readTable, type Table } from '../engines/tables/table.ts'
import { ConfigError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'
import type { Digest } from '../records/digest.ts'
import { classesHint } from './class-hint.ts'
import { areAboutNumbers, askedMetrics, type Criteria } from './criteria.ts'
import { customsOf } from './customs/customs.ts'
import { cellFault, isNoName, shortened } from './faults.ts'
import { demandOneCluster, demandOneWeight, demandRelevances, demandWholeQueries, readQueries } from './queries.ts'
import { mostRows } from './repeats.ts'
import { nameOf, readGroups, readSlices, type Slices } from './slices/read.ts'
import { plainName, writtenElsewhere } from './spelling.ts'

/** What the rows count for, and which of them depend on each other. */
interface RowUnits {
  readonly weights?: Float64Array
  /** A cluster's place for each row, in the order in which the clusters first occur. */
  readonly clusters?: Int32Array
}

/** The evaluation data, read and checked. */
export interface Evaluation {
  readonly file: string
  /** The file's name for reports. */
  readonly name: string
  readonly digest: Digest
  readonly rows: number
  readonly table: Table
  /** What names each row; no two are equal. */
  readonly ids: readonly string[]
  /** The same, to be found. */
  readonly idPlaces: Names
  /** The truth: a class's place in the criteria's `classes`, or a number where every metric is about numbers. */
  readonly labels: Float64Array
  /** The place of each row's query, where the criteria name a column of queries. */
  readonly queries?: Int32Array | undefined
  /** How the rows divide, for each entry of the criteria's `slices` by each of its columns. */
  readonly slices: readonly (readonly Slices[])[]
  /** How the rows divide into groups, for each entry of the criteria's `fairness`. */
  readonly groups: readonly Slices[]
  /** What the rows count for, and which of them depend on each other. */
  readonly units: RowUnits
}

/** What is left of it when nothing is read or predicted any more: numbers, without the texts that they were, which take most memory. */
export type EvaluationNumbers = Omit<Evaluation, 'table' | 'ids' | 'idPlaces'>

/**
 * Reads the evaluation data that the criteria name.
 *
 * @throws ConfigError TY0304 when a column is missing, an id is repeated, or a label is not a class (or not a number),
 *   or a weight or cluster is none: with the lines. Rows are never dropped.
 */
export async function readEvaluation(source: {
  criteria: Criteria
  folder: string
  file: string | undefined
  /** Whether a model reads its features from the table: else those of a large one are not kept. */
  isForModels: boolean
}): Promise<Evaluation> {
  const { data } = source.criteria
  const file = source.file ?? resolve(source.folder, data.file)
  const needed = [data.id, data.label]
  const options = source.isForModels ? {} : { only: columnsOf(source.criteria), wholeUpTo: mostRows }
  const table = await readTable(file, { needed, ...options })
  const ids = table.column(data.id)
  const idPlaces = new Names(ids)
  const faults = [...repeated(table, data.id, idPlaces), ...(table.rows === 0 ? [noRows(table)] : [])]
  const areNumbers = isAboutNumbers(source.criteria)
  const labels = areNumbers
    ? table.numbers(data.label)
    : classesOf({ table, column: data.label, classes: data.classes, faults })
  const units = readUnits(data, table, faults)
  if (faults.length > 0) {
    const details = areNumbers ? '' : classesHint(table.column(data.label), data.classes)
    throw new ConfigError({ code: 'TY0304', faults: shortened(faults), details })
  }
  const slices = readSlices(source.criteria.slices ?? [], table)
  const groups = readGroups(source.criteria.fairness ?? [], table)
  const queries = readQueries(data.query, table)
  if (queries !== undefined) {
    const about = { queries, table, column: data.query ?? '' }
    if (units.clusters !== undefined) demandOneCluster(units.clusters, about)
    if (units.weights !== undefined) demandOneWeight(units.weights, about)
    demandRelevances(labels, { table, column: data.label })
    demandWholeQueries(source.criteria.slices ?? [], { slices, ...about })
  }
  const { digest } = await digestFile(file)
  const { rows } = table
  return { file, name: basename(file), digest, rows, table, ids, idPlaces, labels, queries, slices, groups, units }
}

/** The columns that the criteria name. */
function columnsOf(criteria: Criteria): readonly string[] {
  const { id, label, weight, cluster, query } = criteria.data
  const divisions = [
    ...(criteria.slices ?? []).flatMap(({ by }) => by),
    ...(criteria.fairness ?? []).map(({ groups }) => groups),
  ]
  return [
    ...[id, label, weight, cluster, query].flatMap((name) => name ?? []),
    ...divisions.flat().map(nameOf),
    ...customsOf(criteria).flatMap(({ columns = {} }) => Object.keys(columns)),
  ]
}

/** Whether the labels are numbers: every metric of the criteria looks at values. */
export function isAboutNumbers(criteria: Criteria): boolean {
  return areAboutNumbers(askedMetrics(criteria), criteria.data.classes)
}

interface Classes {
  readonly table: Table
  readonly column: string
  readonly classes: readonly string[]
  readonly faults: Fault[]
}

/** A column as places in the list of classes; what is no class becomes a fault with its line. */
export function classesOf({ table, column, classes, faults }: Classes): Float64Array {
  const places = new Map(classes.map((name, place) => [name, place]))
  const found = new Float64Array(table.rows)
  for (const [row, text] of table.column(column).entries()) {
    const place = places.get(text)
    found[row] = place ?? Number.NaN
    if (place !== undefined) continue
    const there = classes.find((name) => plainName(name) === plainName(text))
    const hint = there === undefined ? '' : writtenElsewhere(text, { there, verb: 'write' })
    const problem = `is not one of the classes ${classes.join(', ')}${hint}`
    faults.push(cellFault({ table, row, column, value: text, problem }))
  }
  return found
}

/** Ids that are missing, or there twice. */
function repeated(table: Table, column: string, places: Names): Fault[] {
  const faults: Fault[] = []
  for (const [row, value] of table.column(column).entries()) {
    if (isNoName(value)) faults.push(cellFault({ table, row, column, value, problem: 'names no row' }))
    else if (places.placeOf(value) < row)
      faults.push(cellFault({ table, row, column, value, problem: 'names a row that was there already' }))
  }
  return faults
}

/**
 * Reads the columns of weights and clusters that the criteria name. A weight of 0 is refused like one below it: a row that does
 * not count would be counted among the rows of a slice or a group. What is wrong becomes a fault with its line.
 *
 * @throws ConfigError TY0304 for a missing column, and for a weight that is missing or no number, with its line.
 */
function readUnits({ weight, cluster }: Criteria['data'], table: Table, faults: Fault[]): RowUnits {
  return {
    ...(weight !== undefined && { weights: weightsOf(weight, table, faults) }),
    ...(cluster !== undefined && { clusters: clustersOf(cluster, table, faults) }),
  }
}

function weightsOf(column: string, table: Table, faults: Fault[]): Float64Array {
  const weights = table.numbers(column)
  for (const [row, weight] of weights.entries()) {
    if (weight > 0) continue
    const problem = 'is a weight that is not above 0: leave out rows that do not count'
    faults.push(cellFault({ table, row, column, value: String(weight), problem }))
  }
  return weights
}

function clustersOf(column: string, table: Table, faults: Fault[]): Int32Array {
  const places = new Map<string, number>()
  return Int32Array.from(table.column(column), (name, row) => {
    // A row of nobody is no cluster of its own, and all of them together are none either.
    if (isNoName(name)) faults.push(cellFault({ table, row, column, value: name, problem: 'names no cluster' }))
    const place = places.get(name) ?? places.size
    places.set(name, place)
    return place
  })
}

function noRows(table: Table): Fault {
  return { subject: 'the data', source: { kind: 'file', file: table.file }, problem: 'has no rows' }
}
