import type { Column } from '../../engines/onnx/model.ts'
import type { Table } from '../../engines/tables/table.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { Fault } from '../../errors/fault.ts'
import type { Signature, TensorSignature } from '../../records/model.ts'
import type { Criteria } from '../criteria.ts'
import { cellFault, shortened } from '../evaluation.ts'

/**
 * The columns of the data as a model's inputs: each input is the column of its name, or, for a model with one matrix input,
 * the columns that the criteria list as `features`. An empty cell is a missing value, which models may know how to take;
 * what they make of it is checked as a prediction.
 *
 * @throws ConfigError TY0304 when a column is missing, or holds what the model does not take.
 */
export function columnsOf({ inputs }: Signature, table: Table, criteria: Criteria): Readonly<Record<string, Column>> {
  const [only] = inputs
  const { features } = criteria.data
  if (only !== undefined && inputs.length === 1 && features !== undefined)
    return { [only.name]: matrix(table, features) }
  const missing = inputs.filter(({ name }) => !table.names.includes(name))
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ')
    const hint = inputs.length === 1 ? '; list the columns of a matrix as data.features in the criteria' : ''
    throw new ConfigError({
      code: 'TY0304',
      details: `The data ${table.file} lacks columns that the model takes: ${names}${hint}`,
    })
  }
  return Object.fromEntries(inputs.map((input) => [input.name, columnOf(input, table)]))
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
    if (truth === undefined)
      faults.push(cellFault({ table, row, column: name, value: text, problem: 'is neither true nor false' }))
    return truth ?? 0
  })
  if (faults.length > 0) throw new ConfigError({ code: 'TY0304', faults: shortened(faults) })
  return values
}

function matrix(table: Table, features: readonly string[]): Float64Array {
  const columns = features.map((name) => table.numbers(name, { missing: 'nan' }))
  return Float64Array.from(
    { length: table.rows * columns.length },
    (_, at) => columns[at % columns.length]?.[Math.floor(at / columns.length)] ?? Number.NaN,
  )
}
