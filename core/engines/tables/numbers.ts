import { ConfigError } from '../../errors/errors.ts'
import type { Fault, FileSource } from '../../errors/fault.ts'

/** How many wrong cells are listed; the rest is counted. */
const mostFaults = 5

/** `12`, `-0.5`, `.5`, `1e-3`: what every language writes. No hexadecimal, no separators, no infinity. */
export const number = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/

/** One column, with what an error about a cell of it needs. */
export interface NumberColumn {
  readonly name: string
  /** Texts, or numbers with NaN where one is missing. */
  readonly cells: readonly string[] | Float64Array
  /** Where a row is in the file. */
  readonly placeOf: (row: number) => FileSource
}

/**
 * Reads a column as finite numbers. An empty cell and `nan` are missing values.
 *
 * @throws ConfigError TY0304 with the places of what is not a number.
 */
export function parseNumbers({ name, cells, placeOf }: NumberColumn, missing: 'refuse' | 'nan'): Float64Array {
  const faults: Fault[] = []
  let count = 0
  const refuse = (row: number, isMissing: boolean): void => {
    if (++count > mostFaults) return
    const problem = isMissing ? 'is missing' : 'is not a finite number'
    const value = isMissing ? {} : { value: String(cells[row]) }
    faults.push({ subject: `column ${name}`, source: placeOf(row), problem, ...value })
  }
  const values = new Float64Array(cells.length)
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row] ?? ''
    const value = typeof cell === 'string' ? numberOf(cell) : cell
    const isMissing = Number.isNaN(value)
    values[row] = value ?? Number.NaN
    if (!Number.isFinite(value) && !(isMissing && missing === 'nan')) refuse(row, isMissing)
  }
  const rest = count > mostFaults ? `${count - mostFaults} more cells of column ${name} are not numbers.` : ''
  if (faults.length > 0) throw new ConfigError({ code: 'TY0304', faults, details: rest })
  return values
}

/** The number that a text is written for, NaN for a missing one; undefined for any other text. */
export function numberOf(text: string): number | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.toLowerCase() === 'nan') return Number.NaN
  const value = number.test(trimmed) ? Number(trimmed) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}
