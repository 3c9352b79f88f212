import { stat } from 'node:fs/promises'
import { ConfigError } from '../../errors/errors.ts'
import type { Fault, FileSource } from '../../errors/fault.ts'
import type { Columns, TableOptions } from './columns.ts'
import { readCsv } from './csv.ts'
import { readJsonLines } from './json-lines.ts'
import { parseNumbers } from './numbers.ts'
import { readParquet } from './parquet.ts'
import type { TypedCells } from './typed-cells.ts'

/** A table with a header, read whole. */
export interface Table {
  readonly file: string
  readonly names: readonly string[]
  readonly rows: number
  /** @throws ConfigError when there is no such column, naming those that there are, or when it is none of texts and numbers. */
  column(name: string): readonly string[]
  /**
   * A column as numbers: decimal, with or without exponent. An empty cell or `nan` is a missing value.
   *
   * @throws ConfigError TY0304 with file and line of what is not a finite number, and of missing values unless they are let through as NaN.
   */
  numbers(name: string, options?: NumberOptions): Float64Array
  /**
   * The line of a row in the file, both counted as people do for lines (from 1) and programs for rows (from 0); in a file without
   * lines, the number of the row.
   */
  lineOf(row: number): number
  /** Where a row is, for an error: its line, or its number in a file without lines. */
  placeOf(row: number): FileSource
}

export interface NumberOptions {
  /** What a missing value is; refused by default, since nobody knows what it would do to a metric. */
  readonly missing?: 'refuse' | 'nan'
}

const readers = {
  '.csv': (file: string, options: TableOptions) => readCsv(file, ',', options),
  '.tsv': (file: string, options: TableOptions) => readCsv(file, '\t', options),
  '.jsonl': readJsonLines,
  '.ndjson': readJsonLines,
  '.parquet': readParquet,
} as const satisfies Record<string, (file: string, options: TableOptions) => Promise<Columns>>

/**
 * Reads a table: CSV or TSV in UTF-8 with a header (RFC 4180, https://www.rfc-editor.org/rfc/rfc4180), JSON Lines, or
 * Parquet.
 *
 * @throws ConfigError with file and line when it is none of these, breaks its format, or lacks a needed column.
 */
export async function readTable(file: string, options: TableOptions = {}): Promise<Table> {
  const { needed = [] } = options
  const ending = (Object.keys(readers) as ReadonlyArray<keyof typeof readers>).find((each) =>
    file.toLowerCase().endsWith(each),
  )
  if (ending === undefined) {
    const rule = `a name that ends in ${Object.keys(readers).join(', ')}`
    throw new ConfigError({ faults: [{ ...about(file), problem: 'is not a kind of table that can be read', rule }] })
  }
  await demandNoPipe(file)
  const columns = await readers[ending](file, options)
  const missing = needed.filter((name) => !columns.names.includes(name))
  if (missing.length > 0)
    throw new ConfigError({ code: 'TY0304', faults: missing.map((name) => noColumn(file, name, columns)) })
  return tableOf(file, columns)
}

/** A pipe that nobody writes to, or a device, would be read for ever. What is not there is told by who reads it. */
async function demandNoPipe(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (found === undefined || found.isFile() || found.isDirectory()) return
  throw new ConfigError({ faults: [{ ...about(file), problem: 'is a pipe or a device, and no file' }] })
}

function tableOf(file: string, table: Columns): Table {
  const { names, columns, rows, lines } = table
  const cells = (name: string): TypedCells => {
    const found = columns.get(name)
    if (found === undefined && isLeftOut(name, table)) throw new RangeError(`column ${name} was not asked for`)
    if (found === undefined) throw new ConfigError({ code: 'TY0304', faults: [noColumn(file, name, table)] })
    return found
  }
  const texts = new Map<string, readonly string[]>()
  const column = (name: string): readonly string[] => {
    const made = texts.get(name) ?? cells(name).texts()
    texts.set(name, made)
    return made
  }
  const lineOf = (row: number) => (lines === undefined ? row + 1 : (lines[row] ?? 0))
  const placeOf = (row: number): FileSource =>
    lines === undefined ? { kind: 'file', file, row: row + 1 } : { kind: 'file', file, line: lineOf(row) }
  const numbers: Table['numbers'] = (name, options = {}) => {
    const known = cells(name).numbers()
    return parseNumbers({ name, cells: known ?? column(name), placeOf }, options.missing ?? 'refuse')
  }
  return { file, names, rows, column, numbers, lineOf, placeOf }
}

function isLeftOut(name: string, { names, unreadable }: Columns): boolean {
  return names.includes(name) && unreadable?.has(name) !== true
}

function about(file: string): Pick<Fault, 'subject' | 'source'> {
  return { subject: 'the table', source: { kind: 'file', file } }
}

function noColumn(file: string, name: string, { names, unreadable, lines }: Columns): Fault {
  const subject = `column ${name}`
  const why = unreadable?.get(name)
  if (why !== undefined) return { subject, source: { kind: 'file', file }, problem: `${why}, and cannot be read` }
  return {
    subject,
    source: { kind: 'file', file, ...(lines === undefined ? {} : { line: 1 }) },
    problem: 'is missing',
    rule: names.length === 0 ? 'a header' : `one of ${names.join(', ')}${separatorHint(names)}`,
  }
}

/** A header that is one name with the marks that separate cells elsewhere. */
function separatorHint([first = '', ...others]: readonly string[]): string {
  const isOther = others.length === 0 && /[;\t|]/.test(first)
  return isOther ? ' (cells are separated by commas in .csv and by tabs in .tsv)' : ''
}
