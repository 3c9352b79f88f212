import { ConfigError } from '../../errors/errors.ts'
import type { Fault } from '../../errors/fault.ts'
import type { Signature, TensorSignature } from '../../records/model.ts'
import type { Column } from '../onnx/model.ts'
import type { Table } from './table.ts'

/** The values of a model's inputs by name, row after row. */
export type Columns = Readonly<Record<string, Column>>

/**
 * A table as a model's inputs: each input is the column of its name; or, for a model with one matrix input, the columns that
 * `features` lists, in order. An empty cell is a missing value.
 *
 * @throws ConfigError TY0304 when a column is missing, or holds what the model does not take.
 */
export function modelColumns({ inputs }: Signature, table: Table, features?: readonly string[]): Columns {
  const [only] = inputs
  if (only !== undefined && inputs.length === 1 && features !== undefined)
    return { [only.name]: matrix(table, features) }
  const missing = inputs.filter(({ name }) => !table.names.includes(name)).map(({ name }) => name)
  if (missing.length > 0) {
    const hint = inputs.length === 1 ? '; list the columns of a matrix as data.features in the criteria' : ''
    const details = `The data ${table.file} lacks columns that the model takes: ${missing.join(', ')}${hint}`
    throw new ConfigError({ code: 'TY0304', details })
  }
  return Object.fromEntries(inputs.map((input) => [input.name, columnOf(input, table)]))
}

/** The first rows of a table of so many; all, where it has fewer. */
export function firstRows(columns: Columns, { of, rows }: { readonly of: number; readonly rows: number }): Columns {
  if (rows >= of) return columns
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.slice(0, (column.length / of) * rows)]),
  )
}

function columnOf({ name, type }: TensorSignature, table: Table): Column {
  if (type === 'string') return table.column(name)
  // The engine casts, and refuses what the model's type cannot hold.
  return type === 'bool' ? flags(table, name) : table.numbers(name, { missing: 'nan' })
}

const truths: ReadonlyMap<string, number> = new Map([
  ['1', 1],
  ['true', 1],
  ['0', 0],
  ['false', 0],
])

function flags(table: Table, name: string): Uint8Array {
  const faults: Fault[] = []
  const values = Uint8Array.from(table.column(name), (text, row) => {
    const truth = truths.get(text.trim().toLowerCase())
    const source = table.placeOf(row)
    if (truth === undefined && faults.length === 0)
      faults.push({ subject: name, value: text, source, problem: 'is neither true nor false' })
    return truth ?? 0
  })
  if (faults.length > 0) throw new ConfigError({ code: 'TY0304', faults })
  return values
}

function matrix(table: Table, features: readonly string[]): Float64Array {
  const values = new Float64Array(table.rows * features.length)
  for (const [place, name] of features.entries()) {
    const column = table.numbers(name, { missing: 'nan' })
    for (let row = 0; row < column.length; row++) values[row * features.length + place] = column[row] ?? Number.NaN
  }
  return values
}
