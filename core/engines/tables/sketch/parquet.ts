import type { SchemaTree } from 'hyparquet'
import { TableSketch } from '../../../stats/profile/table-sketch.ts'
import { type ParquetFile, withParquet } from '../parquet-file.ts'
import { addValue, type Reading, type TypedReading } from './cell.ts'

/**
 * Sketches a Parquet file one column of one row group at a time. Lists, structures and bytes are only counted.
 *
 * @throws ConfigError when it is no Parquet file, is cut off, or uses what the reader does not know.
 */
export function sketchParquet(file: string, reading: Reading): Promise<TableSketch> {
  return withParquet(file, { signal: reading.signal }, async (parquet) => {
    const table = new TableSketch()
    for (const column of parquet.columns) await sketchColumn({ table, parquet, column, reading })
    table.addRows(parquet.rows)
    return table
  })
}

interface ColumnScan {
  readonly table: TableSketch
  readonly parquet: ParquetFile
  readonly column: SchemaTree
  readonly reading: Reading
}

async function sketchColumn({ table, parquet, column, reading }: ColumnScan): Promise<void> {
  const { name } = column.element
  const sketch = table.column(name)
  const typed = typedReading(column, reading)
  const isText = reading.texts.has(name)
  for await (const values of parquet.values(name, reading.signal)) {
    for (const value of Array.from(values)) addValue(sketch, isText && isNumber(value) ? String(value) : value, typed)
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
