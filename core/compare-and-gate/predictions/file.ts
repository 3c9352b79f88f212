import { readTable, type Table } from '../../engines/tables/table.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { Fault } from '../../errors/fault.ts'
import type { Criteria } from '../criteria.ts'
import { cellFault, classesOf, type Evaluation, isAboutNumbers, shortened } from '../evaluation.ts'
import type { Predictions } from '../facts.ts'

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
  const { id, classes } = criteria.data
  const table = await readTable(file, { needed: [id] })
  const faults: Fault[] = []
  const order = join({ table, id, evaluation, faults })
  const has = (column: string) => table.names.includes(column)
  const aligned = (values: Float64Array) => Float64Array.from(order, (row) => values[row] ?? Number.NaN)

  const predictions = isAboutNumbers(criteria)
    ? numeric({ table, has, aligned })
    : probabilistic({ table, classes, faults, has, aligned })
  if (faults.length > 0) throw new ConfigError({ code: 'TY0304', faults: shortened(faults) })
  return predictions
}

interface Reading {
  readonly table: Table
  readonly classes: readonly string[]
  readonly faults: Fault[]
  has(column: string): boolean
  aligned(values: Float64Array): Float64Array
}

function numeric({ table, has, aligned }: Pick<Reading, 'table' | 'has' | 'aligned'>): Predictions {
  return has('prediction') ? { values: aligned(table.numbers('prediction')) } : {}
}

function probabilistic({ table, classes, faults, has, aligned }: Reading): Predictions {
  const columns =
    classes.length === 2 && has('probability') ? ['probability'] : classes.map((name) => `probability_${name}`)
  const probabilities = columns.every(has) ? interleave(columns.map((name) => aligned(table.numbers(name)))) : undefined
  const given = has('prediction') ? aligned(classesOf({ table, column: 'prediction', classes, faults })) : undefined
  const predicted = given ?? (probabilities === undefined ? undefined : mostProbable(probabilities, columns.length))
  return {
    ...(predicted === undefined ? {} : { classes: predicted }),
    ...(probabilities === undefined ? {} : { probabilities }),
  }
}

/** The class with the highest probability in each row; with one column, the probability of the second of two classes. */
export function mostProbable(probabilities: Float64Array, columns: number): Float64Array {
  if (columns === 1) return probabilities.map((p) => (p >= 0.5 ? 1 : 0))
  return Float64Array.from({ length: probabilities.length / columns }, (_, row) => {
    const of = probabilities.subarray(row * columns, (row + 1) * columns)
    return of.indexOf(Math.max(...of))
  })
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
  const rows = new Map<string, number>()
  const known = new Set(evaluation.ids)
  for (const [row, name] of table.column(id).entries()) {
    if (rows.has(name)) faults.push(cellFault({ table, row, column: id, value: name, problem: 'is predicted twice' }))
    else if (!known.has(name))
      faults.push(cellFault({ table, row, column: id, value: name, problem: 'is not a row of the evaluation data' }))
    rows.set(name, row)
  }
  return Int32Array.from(evaluation.ids, (name) => {
    const row = rows.get(name)
    if (row !== undefined) return row
    faults.push({ subject: id, source: { kind: 'file', file: table.file }, problem: 'is not predicted', value: name })
    return -1
  })
}
