import { basename } from 'node:path'
import { readTable, type Table } from '../../engines/tables/table.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { Fault } from '../../errors/fault.ts'
import type { Criteria } from '../criteria.ts'
import { classesOf, type Evaluation, isAboutNumbers } from '../evaluation.ts'
import { customsOf } from '../customs/customs.ts'
import type { Predictions } from '../facts.ts'
import { cellFault, isNoName, shortened } from '../faults.ts'
import { plainName, writtenElsewhere } from '../spelling.ts'
import { classified } from './classified.ts'
import { demandOrder } from './labels.ts'

interface PredictionFile {
  readonly file: string
  readonly evaluation: Evaluation
  readonly criteria: Criteria
}

/**
 * Reads a prediction file and joins it to the evaluation data by the id column. Its columns: `prediction` (a class or a
 * number), and for probabilities `probability` (of the last of two classes) or `probability_<class>` for each class.
 * Where only probabilities are given, the most probable class is the predicted one.
 *
 * @throws ConfigError TY0304 when an id is missing, unknown or repeated, or a prediction is not a number or class.
 */
export async function readPredictions({ file, evaluation, criteria }: PredictionFile): Promise<Predictions> {
  const { id } = criteria.data
  const only = [id, ...columnsOf(criteria)]
  const table = await readTable(file, { needed: [id], only, like: { [id]: evaluation.idPlaces } })
  const faults: Fault[] = []
  const order = join({ table, id, evaluation, faults })
  const { prediction, probabilities, columns } = read(table, { criteria, faults })
  faults.push(...missingColumns(table, criteria))
  if (faults.length > 0) throw new ConfigError({ code: 'TY0304', faults: shortened(faults) })

  const given = prediction === undefined ? undefined : aligned(prediction, order)
  const customs = customColumns(table, criteria, order)
  if (isAboutNumbers(criteria)) return { ...(given && { values: given }), ...customs }
  if (probabilities === undefined) return { ...(given && { classes: given }), ...customs }
  const joined = interleave(probabilities.map((values) => aligned(values, order)))
  const said = { probabilities: joined, columns, given, criteria, ids: evaluation.ids, source: table.file }
  const { classes } = criteria.data
  if (given !== undefined) demandOrder({ given, probabilities: joined, columns, classes, side: basename(table.file) })
  return { ...classified(said), ...customs }
}

/** What a prediction file may say. */
function columnsOf(criteria: Criteria): readonly string[] {
  const probabilities = criteria.data.classes.map((name) => `probability_${name}`)
  const customs = customsOf(criteria).flatMap(({ column }) => column ?? [])
  return ['prediction', 'score', 'probability', ...probabilities, ...customs]
}

/** The columns of metrics of the project's own, by their names; those that are not there are found lacking later. */
function customColumns(table: Table, criteria: Criteria, order: Int32Array): Pick<Predictions, 'customs'> {
  const customs = customsOf(criteria).flatMap(({ name, column }) =>
    column === undefined || !table.names.includes(column)
      ? []
      : [[name, aligned(table.numbers(column), order)] as const],
  )
  return customs.length === 0 ? {} : { customs: Object.fromEntries(customs) }
}

/** The columns of a prediction file, in its own order. */
interface Columns {
  readonly prediction: Float64Array | undefined
  readonly probabilities: readonly Float64Array[] | undefined
  /** How many probabilities a row has. */
  readonly columns: number
}

function read(table: Table, { criteria, faults }: { readonly criteria: Criteria; readonly faults: Fault[] }): Columns {
  const { classes } = criteria.data
  const has = (column: string) => table.names.includes(column)
  if (isAboutNumbers(criteria)) {
    const column = has('prediction')
      ? 'prediction'
      : criteria.data.query !== undefined && has('score')
        ? 'score'
        : undefined
    const prediction = column === undefined ? undefined : table.numbers(column)
    return { prediction, probabilities: undefined, columns: 0 }
  }
  const names =
    classes.length === 2 && has('probability') ? ['probability'] : classes.map((name) => `probability_${name}`)
  return {
    prediction: has('prediction') ? classesOf({ table, column: 'prediction', classes, faults }) : undefined,
    probabilities: names.every(has) ? names.map((name) => table.numbers(name)) : undefined,
    columns: names.length,
  }
}

/** Where a file has no column that the criteria could read, or probabilities of some classes alone. */
function missingColumns({ names, file }: Table, criteria: Criteria): readonly Fault[] {
  const source = { kind: 'file', file } as const
  const isThere = (name: string) => names.includes(name)
  const { classes, query } = criteria.data
  const perClass = isAboutNumbers(criteria) ? [] : classes.map((name) => `probability_${name}`)
  const absent = perClass.filter((name) => !isThere(name))
  if (absent.length > 0 && absent.length < perClass.length && !(classes.length === 2 && isThere('probability')))
    return absent.map((name) => ({
      subject: `column ${name}`,
      source,
      problem: 'is missing beside the other classes’',
    }))
  const single = isAboutNumbers(criteria) ? (query === undefined ? [] : ['score']) : ['probability']
  const known = ['prediction', ...single, ...perClass, ...customsOf(criteria).flatMap(({ column }) => column ?? [])]
  if (known.some(isThere)) return []
  return [
    {
      subject: 'the predictions',
      source,
      problem: `are in none of its columns ${names.join(', ')}`,
      rule: known.join(' or '),
    },
  ]
}

function aligned(values: Float64Array, order: Int32Array): Float64Array {
  const joined = new Float64Array(order.length)
  for (let at = 0; at < order.length; at++) joined[at] = values[order[at] ?? -1] ?? Number.NaN
  return joined
}

/** Columns as rows, one after another. */
function interleave(columns: readonly Float64Array[]): Float64Array {
  const [first] = columns
  if (first === undefined || columns.length === 1) return first ?? new Float64Array()
  return Float64Array.from(
    { length: first.length * columns.length },
    (_, at) => columns[at % columns.length]?.[Math.floor(at / columns.length)] ?? Number.NaN,
  )
}

interface Joining {
  readonly table: Table
  readonly id: string
  readonly evaluation: Evaluation
  readonly faults: Fault[]
}

/** For every row of the evaluation data, the row of the prediction file. */
function join({ table, id, evaluation, faults }: Joining): Int32Array {
  const { ids, idPlaces } = evaluation
  const writtenThere = spellings(ids)
  const order = new Int32Array(ids.length).fill(-1)
  for (const [row, name] of table.column(id).entries()) {
    const place = ids[row] === name ? row : idPlaces.placeOf(name)
    const problem = place < 0 ? unknown(name, writtenThere) : order[place] === -1 ? undefined : 'is predicted twice'
    if (problem !== undefined) faults.push(cellFault({ table, row, column: id, value: name, problem }))
    if (place >= 0) order[place] = row
  }
  for (const [place, row] of order.entries()) {
    if (row >= 0) continue
    const value = ids[place] ?? ''
    faults.push({ subject: id, source: { kind: 'file', file: table.file }, problem: 'is not predicted', value })
  }
  return order
}

function unknown(name: string, writtenThere: (name: string) => string | undefined): string {
  if (isNoName(name)) return 'names no row'
  const other = writtenThere(name)
  const hint = other === undefined ? '' : writtenElsewhere(name, { there: other, verb: 'writes' })
  return `is not a row of the evaluation data${hint}`
}

/** How one list of names writes what another writes differently: 1.0 for 1, or with blanks. Made when something is looked up. */
function spellings(names: readonly string[]): (name: string) => string | undefined {
  let found: ReadonlyMap<string, string> | undefined
  return (name) => {
    found ??= new Map(names.map((one) => [plainName(one), one]))
    return found.get(plainName(name))
  }
}
