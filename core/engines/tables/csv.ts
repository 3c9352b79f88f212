import { ConfigError } from '../../errors/errors.ts'
import { type Columns, LineList } from './columns.ts'
import { textOf } from './text.ts'

/** What csv-parse tells about a fault; its class is loaded lazily, with the rest of it. */
interface ParseFault {
  readonly code: string
  readonly lines: number
  readonly message: string
}

/**
 * Reads a CSV file with a header into columns. Every cell stays the text that it is.
 *
 * @throws ConfigError with file and line where the file is not CSV, a row has another number of cells than the header, or a
 *   column's name is empty or repeated.
 */
export async function readCsv(file: string, delimiter: ',' | '\t'): Promise<Columns> {
  const { parse } = await import('csv-parse')
  const filling = new Filling(file)
  const parser = parse({
    delimiter,
    skip_empty_lines: true,
    on_record: (record: string[], { lines }) => {
      filling.take(record, lines)
      // Nothing is kept twice: the parser's own list of rows stays empty.
      return null
    },
  })
  try {
    await feed(parser, textOf(file))
  } catch (error) {
    throw inWords(error, { file, lineOf: (counted) => filling.lineOf(counted) })
  }
  return filling.columns()
}

/** Writes all text and reads to the end; rejects with the first fault of either side. */
async function feed(parser: NodeJS.ReadWriteStream, texts: AsyncIterable<string>): Promise<void> {
  const { pipeline } = await import('node:stream/promises')
  parser.resume()
  await pipeline(texts, parser)
}

class Filling {
  readonly #file: string
  readonly #lines = new LineList()
  #names: readonly string[] | undefined
  #cells: readonly string[][] = []
  #doubled = 0

  constructor(file: string) {
    this.#file = file
  }

  /** The line that csv-parse means: it counts `\r\n` inside quotes twice. */
  lineOf(counted: number): number {
    return counted - this.#doubled
  }

  take(record: readonly string[], counted: number): void {
    for (const cell of record) if (cell.includes('\r\n')) this.#doubled += cell.split('\r\n').length - 1
    const line = this.lineOf(counted)
    if (this.#names === undefined) {
      this.#names = this.#checked(record, line)
      this.#cells = record.map(() => [])
      return
    }
    this.#lines.add(line)
    for (let at = 0; at < record.length; at++) this.#cells[at]?.push(record[at] ?? '')
  }

  columns(): Columns {
    const names = this.#names
    if (names === undefined) throw refusal({ file: this.#file, line: 1, problem: 'is empty; expected a header' })
    const columns = new Map(names.map((name, at) => [name, this.#cells[at] ?? []]))
    return { names, columns, rows: this.#lines.length, lines: this.#lines.values() }
  }

  #checked(names: readonly string[], line: number): readonly string[] {
    const bad = names.find((name, at) => name === '' || names.indexOf(name) !== at)
    if (bad === undefined) return names
    const problem = bad === '' ? 'has a column without a name' : `has two columns called ${bad}`
    throw refusal({ file: this.#file, line, problem })
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
