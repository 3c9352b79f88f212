import type { ColumnType } from '../../stats/profile/column-sketch.ts'
import type { ColumnFacts, TableFacts } from './facts.ts'

/** What differs between a table and the one that it is held against. Numbers, and no verdict about them. */
export interface TableDifference {
  readonly file: string
  readonly rows: Change<number>
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly columns: readonly ColumnDifference[]
}

/** Before and after. */
export interface Change<T> {
  readonly from: T
  readonly to: T
}

/** A column that both have. Shares are of all rows, from 0 to 1. */
export interface ColumnDifference {
  readonly name: string
  readonly type: Change<ColumnType>
  readonly missing: Change<number>
  readonly distinct: Change<number>
  readonly min?: Change<number>
  readonly max?: Change<number>
  readonly mean?: Change<number>
  readonly median?: Change<number>
  /** Texts that at least ten rows of the one hold and that are not among the frequent ones of the other. */
  readonly levels?: { readonly added: readonly string[]; readonly removed: readonly string[] }
}

/** What differs between two versions of a dataset. */
export interface DatasetDifference {
  readonly tables: readonly TableDifference[]
  /** Tables that only one of them has, by their first file. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** Holds a version against another one: tables that share most columns are the same table. */
export function differenceOf(before: readonly TableFacts[], after: readonly TableFacts[]): DatasetDifference {
  const left = new Set(before)
  const tables: TableDifference[] = []
  const added: string[] = []
  for (const table of after) {
    const [nearest] = [...left]
      .map((other) => ({ other, shared: sharedColumns(table, other) }))
      .sort((a, b) => b.shared - a.shared)
    if (nearest === undefined || nearest.shared === 0) {
      added.push(table.file)
      continue
    }
    left.delete(nearest.other)
    tables.push(tableDifference(nearest.other, table))
  }
  return { tables, added, removed: [...left].map(({ file }) => file) }
}

/** What would break a program that reads the columns by name: each in a sentence. A whole number is a number, too. */
export function breaks({ tables, removed }: DatasetDifference): readonly string[] {
  return [
    ...removed.map((file) => `the table ${file} is gone`),
    ...tables.flatMap((table) => [
      ...table.removed.map((name) => `${table.file}: the column ${name} is gone`),
      ...table.columns
        .filter(({ type }) => isBreak(type))
        .map(({ name, type }) => `${table.file}: the column ${name} was ${type.from} and is ${type.to}`),
    ]),
  ]
}

function isBreak({ from, to }: Change<ColumnType>): boolean {
  const isNumber = (type: ColumnType) => type === 'integer' || type === 'number'
  if (from === to || from === 'empty' || to === 'empty') return false
  return !(isNumber(from) && isNumber(to))
}

function sharedColumns(a: TableFacts, b: TableFacts): number {
  const names = new Set(b.columns.map(({ name }) => name))
  return a.columns.filter(({ name }) => names.has(name)).length
}

function tableDifference(before: TableFacts, after: TableFacts): TableDifference {
  const old = new Map(before.columns.map((column) => [column.name, column]))
  const now = new Set(after.columns.map(({ name }) => name))
  return {
    file: after.file,
    rows: { from: before.rows, to: after.rows },
    added: [...now].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    columns: after.columns.flatMap((column) => {
      const other = old.get(column.name)
      return other === undefined
        ? []
        : [columnDifference({ column: other, rows: before.rows }, { column, rows: after.rows })]
    }),
  }
}

interface Side {
  readonly column: ColumnFacts
  readonly rows: number
}

function columnDifference({ column: old, rows: oldRows }: Side, { column, rows }: Side): ColumnDifference {
  const change = (pick: (facts: ColumnFacts) => number | undefined): Change<number> | undefined => {
    const [from, to] = [pick(old), pick(column)]
    return from === undefined || to === undefined ? undefined : { from, to }
  }
  const share = (missing: number, of: number) => (of === 0 ? 0 : missing / of)
  const parts = {
    min: change(({ numbers }) => numbers?.min),
    max: change(({ numbers }) => numbers?.max),
    mean: change(({ numbers }) => numbers?.mean),
    median: change(({ numbers }) => numbers?.quantiles['p50']),
    levels: levelDifference(old, column),
  }
  return {
    name: column.name,
    type: { from: old.type, to: column.type },
    missing: { from: share(old.missing, oldRows), to: share(column.missing, rows) },
    distinct: { from: old.distinct.count, to: column.distinct.count },
    ...Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)),
  }
}

function levelDifference(old: ColumnFacts, column: ColumnFacts): ColumnDifference['levels'] | undefined {
  const [before, after] = [old, column].map(({ levels }) => levels?.top.map(({ name }) => name))
  if (before === undefined || after === undefined) return undefined
  const added = after.filter((name) => !before.includes(name))
  const removed = before.filter((name) => !after.includes(name))
  return added.length === 0 && removed.length === 0 ? undefined : { added, removed }
}
