import type { ColumnSketch } from '../../../stats/profile/column-sketch.ts'
import { TableSketch } from '../../../stats/profile/table-sketch.ts'
import { scanCsv } from '../csv.ts'
import { scanJsonLines } from '../json-lines.ts'
import { addPlainText, addTextCell, addValue, type Reading } from './cell.ts'

/** Rows between two looks at whether the reading was aborted. */
const rowsBetweenLooks = 4096

/** Sketches a CSV or TSV file row by row. @throws ConfigError as `scanCsv`. */
export async function sketchCsv(file: string, delimiter: ',' | '\t', reading: Reading): Promise<TableSketch> {
  const table = new TableSketch()
  let columns: readonly (readonly [ColumnSketch, typeof addTextCell])[] = []
  await scanCsv(file, delimiter, {
    header(names) {
      columns = names.map((name) => [table.column(name), reading.texts.has(name) ? addPlainText : addTextCell])
    },
    row(cells) {
      for (const [at, [column, add]] of columns.entries()) add(column, cells[at] ?? '', reading)
      table.addRows()
      if (table.rows % rowsBetweenLooks === 0) reading.signal?.throwIfAborted()
    },
  })
  return table
}

/** Sketches a JSON Lines file line by line; lists and objects in it are only counted. @throws ConfigError as `scanJsonLines`. */
export async function sketchJsonLines(file: string, reading: Reading): Promise<TableSketch> {
  const table = new TableSketch()
  for await (const { object } of scanJsonLines(file)) {
    for (const [name, value] of Object.entries(object)) addNamed(table, { name, value, reading })
    table.addRows()
    if (table.rows % rowsBetweenLooks === 0) reading.signal?.throwIfAborted()
  }
  table.fill()
  return table
}

interface NamedValue {
  readonly name: string
  readonly value: unknown
  readonly reading: Reading
}

function addNamed(table: TableSketch, { name, value, reading }: NamedValue): void {
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  addValue(table.column(name), isNumber && reading.texts.has(name) ? String(value) : value, reading)
}
