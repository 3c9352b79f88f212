import { ConfigError } from '../../errors/errors.ts'
import type { Signature, TensorSignature } from '../../records/model.ts'
import { type Column, cast, demandKind, joined, type KnownType, type TensorData } from './tensors.ts'

/** What the runtime is given at once. */
export interface Batch {
  readonly feeds: Readonly<Record<string, Feed>>
  /** Rows of the data in it. */
  readonly rows: number
  /** Rows that the model sees: more than `rows` where it demands a number and the data ended. */
  readonly size: number
  /** The share of the data that is done after it. */
  readonly done: number
}

/** One input's values of one batch. */
export interface Feed {
  readonly type: KnownType
  readonly data: TensorData
  readonly dims: readonly number[]
}

/** The data that is to be cut into batches. */
export interface Data {
  readonly columns: Readonly<Record<string, Column>>
  readonly rows: number
  readonly largest: number
}

/**
 * Cuts columns into what a model takes at once. A model with a fixed number of rows gets that number; the last batch is
 * filled up by repeating the last row.
 *
 * @throws ConfigError TY0304 when the columns do not fit the signature, TY0403 when the signature has no dimension for rows.
 */
export function* batches(signature: Signature, { columns, rows, largest }: Data): Generator<Batch> {
  if (rows === 0) return
  const size = fixedRows(signature) ?? largest
  const inputs = signature.inputs.map((input) => prepared(input, columns[input.name], rows))
  for (let start = 0; start < rows; start += size) {
    const taken = Math.min(size, rows - start)
    // Only a model that demands a number of rows is given more than there are.
    const given = fixedRows(signature) === undefined ? taken : size
    const feeds = inputs.map(({ input, column, row }) => {
      const width = row.reduce((product, dimension) => product * dimension, 1)
      // Piece by piece: the whole column twice would be too much of a million rows.
      const { type, data } = cast(input, column.slice(start * width, (start + taken) * width), start * width)
      return [input.name, { type, data: filledUp(data, { taken, given, width }), dims: [given, ...row] }] as const
    })
    yield { feeds: Object.fromEntries(feeds), rows: taken, size: given, done: (start + taken) / rows }
  }
}

function fixedRows({ inputs }: Signature): number | undefined {
  return inputs.map(({ shape }) => shape[0]).find((first) => first !== undefined && first > 0)
}

/** One input's whole column, and the shape of one row of it. */
interface Prepared {
  readonly input: TensorSignature
  readonly column: Column
  readonly row: readonly number[]
}

function prepared(input: TensorSignature, column: Column | undefined, rows: number): Prepared {
  if (column === undefined)
    throw new ConfigError({ code: 'TY0304', details: `There is no column for the input ${input.name}` })
  demandKind(input, column)
  return { input, column, row: rowShape(input, column.length, rows) }
}

function rowShape({ name, shape }: TensorSignature, length: number, rows: number): readonly number[] {
  const [first, ...row] = shape
  const free = row.filter((dimension) => dimension < 0).length
  if (first === undefined || free > 1) {
    const details = `The input ${name} has the shape [${shape.join(', ')}]; expected a first dimension for rows and at most one more free one`
    throw new ConfigError({ code: 'TY0403', details })
  }
  const known = row.filter((dimension) => dimension >= 0).reduce((product, dimension) => product * dimension, 1)
  const width = free === 0 ? known : length / rows
  if (length !== rows * width || (free === 1 && width % known !== 0)) {
    const details = `The column ${name} holds ${length} values for ${rows} rows; the model takes ${free === 0 ? known : `a multiple of ${known}`} a row`
    throw new ConfigError({ code: 'TY0304', details })
  }
  return row.map((dimension) => (dimension < 0 ? width / known : dimension))
}

interface Piece {
  readonly taken: number
  readonly given: number
  readonly width: number
}

function filledUp(data: TensorData, { taken, given, width }: Piece): TensorData {
  if (given === taken) return data
  // Any real row would do to fill up with; zeros might be no valid input.
  const last = data.slice((taken - 1) * width, taken * width)
  return joined([data, ...Array.from({ length: given - taken }, () => last)])
}
