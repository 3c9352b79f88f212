import type { AsyncBuffer, FileMetaData, ParquetScan, SchemaTree } from 'hyparquet'
import { ConfigError, errorMessage } from '../../../errors/errors.ts'
import { TableSketch } from '../../../stats/profile/table-sketch.ts'
import { addValue, type Reading, type TypedReading } from './cell.ts'

/** So many rows of one column are in memory at a time, where the file's row groups are larger. */
const rowsAtOnce = 2 ** 17

/**
 * Sketches a Parquet file (https://parquet.apache.org/docs/file-format/) one column of one row group at a time. Lists,
 * structures and bytes are only counted.
 *
 * @throws ConfigError when it is no Parquet file, is cut off, or uses what the reader does not know.
 */
export async function sketchParquet(file: string, reading: Reading): Promise<TableSketch> {
  const [{ asyncBufferFromFile, parquetMetadataAsync, parquetScan, parquetSchema }, { compressors }] =
    await Promise.all([import('hyparquet'), import('hyparquet-compressors')])
  try {
    const buffer: AsyncBuffer = await asyncBufferFromFile(file)
    const metadata: FileMetaData = await parquetMetadataAsync(buffer)
    const scan = await parquetScan({ file: buffer, metadata, compressors, geoparquet: false })
    const table = new TableSketch()
    for (const column of parquetSchema(metadata).children) await sketchColumn({ table, scan, column, reading })
    table.addRows(Number(metadata.num_rows))
    return table
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError || reading.signal?.aborted === true) throw error
    const source = { kind: 'file', file } as const
    const problem = `is no Parquet file that can be read: ${errorMessage(error)}`
    throw new ConfigError({ faults: [{ subject: 'the table', source, problem }], cause: error })
  }
}

interface ColumnScan {
  readonly table: TableSketch
  readonly scan: ParquetScan
  readonly column: SchemaTree
  readonly reading: Reading
}

async function sketchColumn({ table, scan, column, reading }: ColumnScan): Promise<void> {
  const { name } = column.element
  const sketch = table.column(name)
  const typed = typedReading(column, reading)
  const isText = reading.texts.has(name)
  for (const range of scan.ranges) {
    for (let rowStart = range.rowStart; rowStart < range.rowEnd; rowStart += rowsAtOnce) {
      reading.signal?.throwIfAborted()
      const rowEnd = Math.min(range.rowEnd, rowStart + rowsAtOnce)
      for (const value of await scan.readColumn({ column: name, rowStart, rowEnd }))
        addValue(sketch, isText && isNumber(value) ? String(value) : value, typed)
    }
  }
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function typedReading({ element }: SchemaTree, reading: Reading): TypedReading {
  const logical = element.logical_type?.type
  const isDecimal = element.type === 'FLOAT' || element.type === 'DOUBLE' || logical === 'FLOAT16'
  return {
    ...reading,
    isDecimal: isDecimal || element.converted_type === 'DECIMAL' || logical === 'DECIMAL',
    isDay: element.converted_type === 'DATE' || logical === 'DATE',
  }
}
