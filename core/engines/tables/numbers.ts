import { ConfigError } from '../../errors/errors.ts'
import type { Fault } from '../../errors/fault.ts'

/** How many wrong cells are listed; the rest is counted. */
const mostFaults = 5

/** `12`, `-0.5`, `.5`, `1e-3`: what every language writes. No hexadecimal, no separators, no infinity. */
export const number = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/

/** One column, with what an error about a cell of it needs. */
export interface TextColumn {
  readonly file: string
  readonly name: string
  readonly texts: readonly string[]
  readonly lines: Uint32Array
}

/**
 * Reads a column as finite numbers. An empty cell and `nan` are missing values.
 *
 * @throws ConfigError TY0304 with the lines of what is not a number.
 */
export function parseNumbers({ file, name, texts, lines }: TextColumn, missing: 'refuse' | 'nan'): Float64Array {
  const faults: Fault[] = []
  let count = 0
  const values = Float64Array.from(texts, (text, row) => {
    const trimmed = text.trim()
    const value = number.test(trimmed) ? Number(trimmed) : Number.NaN
    const isMissing = trimmed === '' || trimmed.toLowerCase() === 'nan'
    if (Number.isFinite(value) || (isMissing && missing === 'nan')) return value
    if (++count <= mostFaults) {
      const source = { kind: 'file', file, line: lines[row] ?? 0 } as const
      const problem = isMissing ? 'is missing' : 'is not a finite number'
      faults.push({ subject: `column ${name}`, source, problem, ...(isMissing ? {} : { value: text }) })
    }
    return value
  })
  const rest = count > mostFaults ? `${count - mostFaults} more cells of column ${name} are not numbers.` : ''
  if (faults.length > 0) throw new ConfigError({ code: 'TY0304', faults, details: rest })
  return values
}
