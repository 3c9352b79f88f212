import type { Table } from '../engines/tables/table.ts'
import type { Fault } from '../errors/fault.ts'

/** How many faults of one kind are listed; the rest is counted. */
const mostFaults = 5

interface Cell {
  readonly table: Table
  readonly row: number
  readonly column: string
  readonly value: string
  readonly problem: string
}

/** A fault about one cell, where it is. */
export function cellFault({ table, row, column, value, problem }: Cell): Fault {
  return { subject: column, value, problem, source: table.placeOf(row) }
}

/** The first few faults and a count of the others. */
export function shortened(faults: readonly Fault[]): readonly Fault[] {
  const last = faults[mostFaults]
  if (last === undefined) return faults
  const more = faults.length - mostFaults
  return [
    ...faults.slice(0, mostFaults),
    { subject: `${more} more places`, source: last.source, problem: 'are wrong too' },
  ]
}

/** Whether a cell of the id column is missing: it names no row, and two of them would be taken for one. */
export function isNoName(value: string): boolean {
  const trimmed = value.trim()
  return trimmed === '' || trimmed.toLowerCase() === 'nan'
}
