import type { SchemaTree } from 'hyparquet'
import { ConfigError } from '../../errors/errors.ts'
import { cellsFor, type Columns, type TableOptions } from './columns.ts'
import { type ParquetFile, withParquet } from './parquet-file.ts'
import { NoCell, type TypedCells } from './typed-cells.ts'

/**
 * Reads a Parquet file (https://parquet.apache.org/docs/file-format/) into columns. Whole numbers are exact, whatever their size;
 * null and NaN are missing values; true and false, days and times (ISO 8601) become their text. A column of anything else cannot
 * be read, and does no harm as long as nobody asks for it.
 *
 * @throws ConfigError when it is no Parquet file, is cut off, uses what the reader does not know, or has two columns of one name.
 */
export function readParquet(file: string, options: TableOptions = {}): Promise<Columns> {
  return withParquet(file, { parsers: { stringFromBytes: strictText } }, async (parquet) => {
    const names = parquet.columns.map(({ element }) => element.name)
    const twice = names.find((name, at) => names.indexOf(name) !== at)
    if (twice !== undefined) throw refusal(file, `has two columns called ${twice}`)
    const columns = new Map<string, TypedCells>()
    const unreadable = new Map<string, string>()
    for (const column of parquet.columns) {
      const { name } = column.element
      const cells = cellsFor(name, parquet.rows, options)
      if (cells === undefined) continue
      const problem = await fill(cells, parquet, column)
      if (problem === undefined) columns.set(name, cells)
      else unreadable.set(name, problem)
    }
    return { names, columns, unreadable, rows: parquet.rows, lines: undefined }
  })
}

/** Takes in the cells of a column; returns why that cannot be done. */
async function fill(cells: TypedCells, parquet: ParquetFile, column: SchemaTree): Promise<string | undefined> {
  const { element, children } = column
  if (children.length > 0 || element.repetition_type === 'REPEATED') return 'holds lists or structures'
  const logical = element.logical_type?.type
  const isDay = element.converted_type === 'DATE' || logical === 'DATE'
  const isDecimal = element.converted_type === 'DECIMAL' || logical === 'DECIMAL'
  try {
    for await (const values of parquet.values(element.name))
      for (let at = 0; at < values.length; at++) cells.add(values[at], { isDay, isDecimal })
  } catch (error) {
    if (error instanceof NoCell) return error.message
    throw error
  }
  return undefined
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The library would put a replacement in the place of what is no UTF-8: in an id, it would join the wrong rows. */
function strictText(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined
  try {
    return decoder.decode(bytes)
  } catch (error) {
    throw new NoCell('holds bytes that are no text in UTF-8', { cause: error })
  }
}

function refusal(file: string, problem: string): ConfigError {
  return new ConfigError({ faults: [{ subject: 'the table', source: { kind: 'file', file }, problem }] })
}
