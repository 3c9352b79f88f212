import type { Table } from '../../engines/tables/table.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { SliceColumn, SlicesBy, Slicing } from './shape.ts'

/** How a column, or a cross of columns, divides the rows. */
export interface Slices {
  /** What each slice is called: `country = DE`. */
  readonly names: readonly string[]
  /** The rows of each slice, by its place. */
  readonly rows: readonly (readonly number[])[]
}

/** A column with more values than this is a name or a number, and makes no slices; nor does a cross with more combinations. */
const mostSlices = 200

/** More groups than this have too many pairs to be compared. */
const mostGroups = 20

/**
 * Divides the rows by every column and every cross of columns of every entry, in their order. Each row is in exactly one slice
 * of each; an empty cell is a slice of its own.
 *
 * @throws ConfigError TY0304 for a column that is missing, is no number where it has bins, or has too many values.
 */
export function readSlices(slicings: readonly Slicing[], table: Table): readonly (readonly Slices[])[] {
  return slicings.map(({ by }) => by.map((column) => divide(column, table, { most: mostSlices, what: 'slices' })))
}

/**
 * Divides the rows into the groups of every entry of the criteria's `fairness`, in their order.
 *
 * @throws ConfigError as `readSlices`, for more than twenty groups.
 */
export function readGroups(entries: readonly { readonly groups: SlicesBy }[], table: Table): readonly Slices[] {
  return entries.map(({ groups }) => divide(groups, table, { most: mostGroups, what: 'groups' }))
}

function divide(by: SlicesBy, table: Table, { most, what }: { most: number; what: string }): Slices {
  const columns = Array.isArray(by) ? by : [by]
  const names = columns.map((column) => namesIn(column, table))
  const slices = new Map<string, number[]>()
  for (let row = 0; row < table.rows; row++) {
    const name = names.map((column) => column[row] ?? '').join(', ')
    const rows = slices.get(name)
    if (rows === undefined) slices.set(name, [row])
    else rows.push(row)
  }
  if (slices.size > most) {
    const problem = `has ${slices.size} ${columns.length > 1 ? 'combinations' : 'values'}, too many for ${what}`
    const rule = `at most ${most}; give bins for a column of numbers`
    throw new ConfigError({
      code: 'TY0304',
      faults: [{ subject: divisionName(by), source: { kind: 'file', file: table.file }, problem, rule }],
    })
  }
  return { names: [...slices.keys()], rows: [...slices.values()] }
}

/** What a column, or a cross of columns, is called: `country`, `country × sex`. */
export function divisionName(by: SlicesBy): string {
  return (Array.isArray(by) ? by : [by]).map(nameOf).join(' × ')
}

function nameOf(by: SliceColumn): string {
  return typeof by === 'string' ? by : by.column
}

/** What each row's slice of a column is called. */
function namesIn(by: SliceColumn, table: Table): readonly string[] {
  return typeof by === 'string'
    ? table.column(by).map((value) => (value === '' ? `${by} is empty` : `${by} = ${value}`))
    : Array.from(table.numbers(by.column, { missing: 'nan' }), (value) => binOf(value, by))
}

function binOf(value: number, { column, bins }: { readonly column: string; readonly bins: readonly number[] }): string {
  if (Number.isNaN(value)) return `${column} is empty`
  const next = bins.findIndex((edge) => value < edge)
  const [from, to] = next < 0 ? [bins.at(-1), undefined] : [bins[next - 1], bins[next]]
  if (from === undefined) return `${column} < ${to}`
  return to === undefined ? `${column} ≥ ${from}` : `${from} ≤ ${column} < ${to}`
}
