import type { Table } from '../../engines/tables/table.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { SliceColumn, SlicesBy, Slicing } from './shape.ts'

/** Rows by their places in the table. */
export type Places = ArrayLike<number> & Iterable<number>

/** How a column, or a cross of columns, divides the rows. */
export interface Slices {
  /** What each slice is called: `country = DE`. */
  readonly names: readonly string[]
  /** The rows of each slice, by its place. */
  readonly rows: readonly Places[]
}

/** A column with more values than this is a name or a number, and makes no slices; nor does a cross with more combinations. */
const mostSlices = 200

/** What a slice is called says so many characters of a value. */
const longestValue = 80

/** More groups than this have too many pairs to be compared. */
const mostGroups = 20

/**
 * Divides the rows by every column and every cross of columns of every entry, in their order. Each row is in exactly one slice
 * of each; an empty cell is a slice of its own.
 *
 * @throws ConfigError TY0304 for a column that is missing, is no number where it has bins, or has too many values.
 */
export function readSlices(slicings: readonly Slicing[], table: Table): readonly (readonly Slices[])[] {
  const known = new Map<string, Slices>()
  // Several metrics on the same slices share their lists of rows: each is as long as the table.
  const divided = (by: SlicesBy) => {
    const key = JSON.stringify(by)
    const slices = known.get(key) ?? divide(by, table, { most: mostSlices, what: 'slices' })
    known.set(key, slices)
    return slices
  }
  return slicings.map(({ by }) => by.map(divided))
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
  const { names, places } = columns.map((column) => partsOf(column, table)).reduce(crossed)
  if (names.length > most) {
    const problem = `has ${names.length} ${columns.length > 1 ? 'combinations' : 'values'}, too many for ${what}`
    const rule = `at most ${most}; give bins for a column of numbers`
    throw new ConfigError({
      code: 'TY0304',
      faults: [{ subject: divisionName(by), source: { kind: 'file', file: table.file }, problem, rule }],
    })
  }
  return { names, rows: rowsBy(places, names.length) }
}

/** The rows of each part. */
function rowsBy(places: Uint32Array, parts: number): readonly Places[] {
  const sizes = new Uint32Array(parts)
  for (const place of places) sizes[place] = (sizes[place] ?? 0) + 1
  const rows = Array.from(sizes, (size) => new Uint32Array(size))
  const next = new Uint32Array(parts)
  for (const [row, place] of places.entries()) {
    const of = rows[place]
    const at = next[place] ?? 0
    if (of !== undefined) of[at] = row
    next[place] = at + 1
  }
  return rows
}

/** What a column, or a cross of columns, is called: `country`, `country × sex`. */
export function divisionName(by: SlicesBy): string {
  return (Array.isArray(by) ? by : [by]).map(nameOf).join(' × ')
}

/** The column that an entry divides by. */
export function nameOf(by: SliceColumn): string {
  return typeof by === 'string' ? by : by.column
}

/** What slices are called, in the order in which they first occur, and the place among them of each row's. */
interface Parts {
  readonly names: readonly string[]
  readonly places: Uint32Array
}

function partsOf(by: SliceColumn, table: Table): Parts {
  if (typeof by === 'string')
    return partsBy(table.column(by), (value) => (value === '' ? `${by} is empty` : `${by} = ${onOneLine(value)}`))
  const numbers = table.numbers(by.column, { missing: 'nan' })
  // The bin of a number, not the number, or every number would be a part of its own.
  const bins = numbers.map((value) => (Number.isNaN(value) ? -1 : by.bins.filter((edge) => value >= edge).length))
  return partsBy(bins, (bin) => binName(bin, by))
}

/** A value as part of a name: whole texts in a column would fill every page, and line breaks end lines of a log. */
function onOneLine(value: string): string {
  const line = value.replaceAll(/\s+/g, ' ')
  return line.length > longestValue ? `${line.slice(0, longestValue)}…` : line
}

/** Each combination of a part of one and a part of the other. */
function crossed(one: Parts, other: Parts): Parts {
  const among = other.names.length
  const pairs = Float64Array.from(one.places, (place, row) => place * among + (other.places[row] ?? 0))
  return partsBy(pairs, (pair) => `${one.names[Math.floor(pair / among)]}, ${other.names[pair % among]}`)
}

function partsBy<T>(values: Iterable<T> & { readonly length: number }, nameOf: (value: T) => string): Parts {
  const known = new Map<T, number>()
  const places = new Uint32Array(values.length)
  let row = 0
  for (const value of values) {
    const place = known.get(value) ?? known.size
    if (place === known.size) known.set(value, place)
    places[row++] = place
  }
  return { names: Array.from(known.keys(), nameOf), places }
}

/** @param bin How many edges the numbers reach; -1 for cells without one. */
function binName(bin: number, { column, bins }: { readonly column: string; readonly bins: readonly number[] }): string {
  if (bin < 0) return `${column} is empty`
  const [from, to] = [bins[bin - 1], bins[bin]]
  if (from === undefined) return `${column} < ${to}`
  return to === undefined ? `${column} ≥ ${from}` : `${from} ≤ ${column} < ${to}`
}
