import { ConfigError } from '../../errors/errors.ts'
import { cellsFor, type Columns, isKept, LineList, type TableOptions } from './columns.ts'
import { textOf } from './text.ts'
import type { TypedCells } from './typed-cells.ts'

/** What csv-parse tells about a fault; its class is loaded lazily, with the rest of it. */
interface ParseFault {
  readonly code: string
  readonly lines: number
  readonly message: string
}

/** What takes in a table row by row. */
export interface RowSink {
  /** The columns' names, before any row. */
  header(names: readonly string[]): void
  /** The texts of a row, and its line, or the one that it ends on. */
  row(cells: readonly string[], line: number): void
}

/**
 * Reads a CSV file with a header into columns. Every cell stays the text that it is.
 *
 * @throws ConfigError as `scanCsv`.
 */
export async function readCsv(file: string, delimiter: ',' | '\t', options: TableOptions = {}): Promise<Columns> {
  const filling = new Filling(options)
  await scanCsv(file, delimiter, filling)
  return filling.columns()
}

/**
 * Hands the rows of a CSV file with a header to a sink, one after another: a file of any size takes little memory.
 *
 * @throws ConfigError with file and line where the file is not CSV, a row has another number of cells than the header, or a
 *   column's name is empty or repeated.
 */
export async function scanCsv(file: string, delimiter: ',' | '\t', sink: RowSink): Promise<void> {
  const { parse } = await import('csv-parse')
  const scan = new Scan(file, sink)
  const parser = parse({
    delimiter,
    skip_empty_lines: true,
    on_record: (record: string[], { lines }) => {
      scan.take(record, lines)
      // Nothing is kept twice: the parser's own list of rows stays empty.
      return null
    },
  })
  try {
    await feed(parser, textOf(file))
  } catch (error) {
    throw inWords(error, { file, lineOf: (counted) => scan.lineOf(counted) })
  }
  scan.end()
}

/** Writes all text and reads to the end; rejects with the first fault of either side. */
async function feed(parser: NodeJS.ReadWriteStream, texts: AsyncIterable<string>): Promise<void> {
  const { pipeline } = await import('node:stream/promises')
  parser.resume()
  await pipeline(texts, parser)
}

class Scan {
  readonly #file: string
  readonly #sink: RowSink
  #hasHeader = false
  #doubled = 0

  constructor(file: string, sink: RowSink) {
    this.#file = file
    this.#sink = sink
  }

  /** The line that csv-parse means: it counts `\r\n` inside quotes twice. */
  lineOf(counted: number): number {
    return counted - this.#doubled
  }

  take(record: readonly string[], counted: number): void {
    for (const cell of record) if (cell.includes('\r\n')) this.#doubled += cell.split('\r\n').length - 1
    const line = this.lineOf(counted)
    if (this.#hasHeader) {
      this.#sink.row(record, line)
      return
    }
    this.#sink.header(this.#checked(record, line))
    this.#hasHeader = true
  }

  end(): void {
    if (!this.#hasHeader) throw refusal({ file: this.#file, line: 1, problem: 'is empty; expected a header' })
  }

  #checked(names: readonly string[], line: number): readonly string[] {
    const bad = names.find((name, at) => name === '' || names.indexOf(name) !== at)
    if (bad === undefined) return names
    const problem =
      bad === ''
        ? 'has a column without a name (pandas writes one for its index, but not with index=False)'
        : `has two columns called ${bad}`
    throw refusal({ file: this.#file, line, problem })
  }
}

class Filling implements RowSink {
  readonly #lines = new LineList()
  #names: readonly string[] = []
  #cells: ReadonlyArray<TypedCells | undefined> = []
  readonly #options: TableOptions

  constructor(options: TableOptions) {
    this.#options = options
  }

  header(names: readonly string[]): void {
    this.#names = names
    this.#cells = names.map((name) => cellsFor(name, undefined, this.#options))
  }

  row(cells: readonly string[], line: number): void {
    this.#lines.add(line)
    if (this.#lines.length === (this.#options.wholeUpTo ?? 0) + 1) this.#letGo()
    for (let at = 0; at < cells.length; at++) this.#cells[at]?.addText(cells[at] ?? '')
  }

  /** Of a table that turns out to be large. */
  #letGo(): void {
    const isKeptOn = (name: string) => isKept(name, this.#lines.length, this.#options)
    this.#cells = this.#names.map((name, at) => (isKeptOn(name) ? this.#cells[at] : undefined))
  }

  columns(): Columns {
    const columns = new Map<string, TypedCells>()
    for (const [at, name] of this.#names.entries()) {
      const cells = this.#cells[at]
      if (cells !== undefined) columns.set(name, cells)
    }
    return { names: this.#names, columns, rows: this.#lines.length, lines: this.#lines.values() }
  }
}

function refusal({ file, line, problem }: { file: string; line: number; problem: string }): ConfigError {
  return new ConfigError({ faults: [{ subject: 'the table', source: { kind: 'file', file, line }, problem }] })
}

interface Places {
  readonly file: string
  readonly lineOf: (counted: number) => number
}

function inWords(error: unknown, { file, lineOf }: Places): unknown {
  if (!isParseFault(error)) return error
  const problem =
    error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH'
      ? 'has a row with another number of cells than its header'
      : `is not CSV: ${error.message}`
  return new ConfigError({
    faults: [{ subject: 'the table', source: { kind: 'file', file, line: lineOf(error.lines) }, problem }],
    cause: error,
  })
}

function isParseFault(error: unknown): error is Error & ParseFault {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_') && 'lines' in error
}
