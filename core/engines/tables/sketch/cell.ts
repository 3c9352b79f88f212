import type { ColumnSketch } from '../../../stats/profile/column-sketch.ts'
import { number } from '../numbers.ts'

/** How the cells of a table are to be understood. */
export interface Reading {
  /** Words that stand for a missing value, besides the empty cell and `nan`. */
  readonly missing: ReadonlySet<string>
  /** Columns that are text though they look like numbers, such as postal codes. */
  readonly texts: ReadonlySet<string>
  /** Ends the reading where it is aborted, with its reason. */
  readonly signal?: AbortSignal
}

/** A whole number as people write one; with leading zeros it is a code and not a number. */
const whole = /^[+-]?(0|[1-9]\d*)$/
const leadingZero = /^[+-]?0\d/
/** ISO 8601, with a blank allowed where it has its T. */
const day = /^\d{4}-\d{2}-\d{2}$/
const time = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?$/
const zone = /(Z|[+-]\d{2}(:?\d{2})?)$/

/** Adds a cell that is text in its file: a number, a day, a time, true or false where it is written like one. */
export function addTextCell(column: ColumnSketch, text: string, { missing }: Reading): void {
  if (text === '' || missing.has(text)) {
    column.addMissing()
    return
  }
  const cell = text.trim()
  const first = cell.charCodeAt(0)
  // Digits, signs and the point: what numbers and days begin with.
  if ((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46) {
    if (!addNumberCell(column, cell) && !addTimeCell(column, cell)) column.addText(text)
    return
  }
  const word = cell.length <= 5 ? cell.toLowerCase() : ''
  if (cell === '' || word === 'nan') column.addMissing()
  else if (word === 'true' || word === 'false') column.addBoolean(word === 'true')
  else column.addText(text)
}

/** Adds a text that is to stay one. */
export function addPlainText(column: ColumnSketch, text: string, { missing }: Reading): void {
  if (text === '' || missing.has(text)) column.addMissing()
  else column.addText(text)
}

/** How the values of a column that has a type are to be understood. */
export interface TypedReading extends Reading {
  /** They are numbers that need not be whole. */
  readonly isDecimal?: boolean
  /** They are days, without a time. */
  readonly isDay?: boolean
}

/** Adds a value of a file that has types of its own. */
export function addValue(column: ColumnSketch, value: unknown, reading: TypedReading): void {
  if (value === null || value === undefined) column.addMissing()
  else if (typeof value === 'number') column.addNumber(value, reading.isDecimal === true ? 'decimal' : undefined)
  else if (typeof value === 'string') addPlainText(column, value, reading)
  else if (typeof value === 'boolean') column.addBoolean(value)
  else if (typeof value === 'bigint') addBigInt(column, value)
  else if (value instanceof Date && !Number.isNaN(value.getTime()))
    column.addTime(value.getTime(), reading.isDay === true ? 'date' : 'time')
  else column.addOther()
}

/** Beyond 2^53 two neighbours are the same number: there a whole number is a name. */
function addBigInt(column: ColumnSketch, value: bigint): void {
  const near = Number(value)
  if (Number.isSafeInteger(near)) column.addNumber(near)
  else column.addText(value.toString())
}

function addNumberCell(column: ColumnSketch, cell: string): boolean {
  if (!number.test(cell) || leadingZero.test(cell)) return false
  const value = Number(cell)
  const isWhole = whole.test(cell)
  if (!Number.isFinite(value) || (isWhole && !Number.isSafeInteger(value))) return false
  column.addNumber(value, isWhole ? 'integer' : 'decimal')
  return true
}

function addTimeCell(column: ColumnSketch, cell: string): boolean {
  if (day.test(cell)) return addTime(column, Date.parse(cell), 'date')
  if (!time.test(cell)) return false
  const iso = cell.replace(' ', 'T').replace(',', '.')
  return addTime(column, Date.parse(zone.test(iso.slice(11)) ? iso : `${iso}Z`), 'time')
}

function addTime(column: ColumnSketch, timeMs: number, kind: 'date' | 'time'): boolean {
  if (Number.isNaN(timeMs)) return false
  column.addTime(timeMs, kind)
  return true
}
