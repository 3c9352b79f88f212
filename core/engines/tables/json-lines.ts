import { ConfigError, errorMessage } from '../../errors/errors.ts'
import { cellsFor, type Columns, isKept, LineList, type TableOptions } from './columns.ts'
import { textOf } from './text.ts'
import type { TypedCells } from './typed-cells.ts'

/**
 * Reads JSON Lines (https://jsonlines.org): one object a line. Numbers and booleans become their text; null and an absent
 * key become the empty text, which is a missing value.
 *
 * @throws ConfigError with file and line where a line is no flat object, or holds a whole number too large to be exact.
 */
export async function readJsonLines(file: string, options: TableOptions = {}): Promise<Columns> {
  const cells = new Map<string, TypedCells | undefined>()
  const lines = new LineList()
  for await (const { object, line } of scanJsonLines(file)) {
    const row = lines.length
    if (row === options.wholeUpTo)
      for (const name of cells.keys()) if (!isKept(name, row + 1, options)) cells.set(name, undefined)
    for (const [name, value] of Object.entries(object)) {
      if (!cells.has(name)) cells.set(name, cellsFor(name, row + 1, options))
      const column = cells.get(name)
      const text = cellOf(value, { file, line, name })
      if (column !== undefined) filled(column, row).addText(text)
    }
    lines.add(line)
  }
  const columns = new Map<string, TypedCells>()
  for (const [name, column] of cells) if (column !== undefined) columns.set(name, filled(column, lines.length))
  return { names: [...cells.keys()], columns, rows: lines.length, lines: lines.values() }
}

/** A column with so many cells: those of rows without its key are missing. */
function filled(column: TypedCells, rows: number): TypedCells {
  while (column.length < rows) column.addText('')
  return column
}

/**
 * The objects of a JSON Lines file, one after another, each with its line.
 *
 * @throws ConfigError with file and line where a line is no object.
 */
export async function* scanJsonLines(file: string): AsyncGenerator<{ readonly object: object; readonly line: number }> {
  let line = 0
  for await (const text of linesOf(textOf(file))) {
    line += 1
    if (text.trim() !== '') yield { object: objectOf(text, { file, line }), line }
  }
}

async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const text of texts) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

/** Where something stands in a file. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly name?: string
}

function objectOf(text: string, place: Place): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw refusal(place, `is not JSON: ${errorMessage(error)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusal(place, 'is not a JSON object')
  return value
}

function cellOf(value: unknown, place: Place): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'number') throw refusal(place, 'is neither text, number nor true or false')
  // Above 2^53 two neighbours read as the same number: as ids, they would join the wrong rows.
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21)
    throw refusal(place, 'is a whole number too large to be read exactly; write it as text')
  return String(value)
}

/** The error about a line of a file, or about a key in it. */
export function refusal({ file, line, name }: Place, problem: string): ConfigError {
  const subject = name === undefined ? 'the line' : `key ${name}`
  return new ConfigError({ faults: [{ subject, source: { kind: 'file', file, line }, problem }] })
}
