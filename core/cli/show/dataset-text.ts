import type { Change, ColumnDifference, DatasetDifference, TableDifference } from '../../main/dataset/difference.ts'
import type { ColumnFacts, TableFacts } from '../../main/dataset/facts.ts'
import { barWords, distinctWords, percent, typeWords, value } from '../../main/dataset/words.ts'
import { counted } from '../../main/words.ts'
import { harmless, textTable } from '../text-table.ts'

/** Wider than the usual hundred: what is cut is the list of levels. */
const width = 130
const mostNames = 5

/** A table with its columns. */
export function tableText({ file, files, rows, columns }: TableFacts): string {
  const more = files === 1 ? '' : ` and ${counted(files - 1, 'file')} more`
  return [
    `${harmless(file)}${more}: ${counted(rows, 'row')}`,
    textTable(
      ['column', 'type', 'missing', 'distinct', 'range', 'median', 'mean', 'distribution'],
      columns.map((column) => [
        column.name,
        typeWords(column),
        percent(column.missing, rows),
        distinctWords(column),
        ...numberCells(column),
        distribution(column, rows),
      ]),
      width,
    ),
  ].join('\n')
}

function numberCells(column: ColumnFacts): readonly string[] {
  const { numbers, type } = column
  if (numbers === undefined) return ['', '', '']
  const { min, max, mean, quantiles } = numbers
  // To the day: a time of day would take the room of everything else.
  const of = { type: type === 'time' ? ('date' as const) : type }
  return [
    `${value(min, of)} … ${value(max, of)}`,
    quantiles['p50'] === undefined ? '' : value(quantiles['p50'], of),
    mean === undefined ? '' : value(mean, of),
  ]
}

function distribution({ numbers, levels }: ColumnFacts, rows: number): string {
  if (numbers !== undefined) return barWords(numbers)
  if (levels === undefined) return ''
  const top = levels.top.map(({ name, rows: count }) => `${name} ${percent(count, rows)}`)
  const others =
    levels.others === 0
      ? []
      : [`other ${levels.others === undefined ? 'in fewer than 10 rows' : percent(levels.others, rows)}`]
  return [...top, ...others].join(', ')
}

/** What differs between two versions. */
export function differenceText({ tables, added, removed }: DatasetDifference, versions: Change<string>): string {
  return [
    `${versions.from} → ${versions.to}`,
    ...tables.map(tableDifferenceText),
    ...added.map((file) => `+ table ${harmless(file)}`),
    ...removed.map((file) => `- table ${harmless(file)}`),
  ].join('\n\n')
}

function tableDifferenceText({ file, rows, added, removed, columns }: TableDifference): string {
  return [
    `${harmless(file)}: ${rows.from.toLocaleString('en-US')} → ${counted(rows.to, 'row')}`,
    ...added.map((name) => `+ column ${harmless(name)}`),
    ...removed.map((name) => `- column ${harmless(name)}`),
    ...columns.flatMap((column) => {
      const parts = differences(column)
      return parts.length === 0 ? [] : [`~ column ${harmless(column.name)}: ${harmless(parts.join(', '))}`]
    }),
  ].join('\n')
}

/** What changed in a column, each part with its numbers before and after. */
function differences(column: ColumnDifference): readonly string[] {
  const { type, missing, distinct, min, max, mean, median, levels } = column
  const of = { type: type.to }
  const number = (at: number) => value(at, of)
  return [
    both('type', type, String),
    both('missing', missing, (share) => percent(share, 1)),
    both('distinct', distinct, (count) => count.toLocaleString('en-US')),
    both('min', min, number),
    both('max', max, number),
    both('mean', mean, number),
    both('median', median, number),
    ...names('+', levels?.added ?? []),
    ...names('-', levels?.removed ?? []),
  ].filter((part) => part !== '')
}

function names(sign: string, all: readonly string[]): readonly string[] {
  const rest = all.length - mostNames
  return [...all.slice(0, mostNames).map((name) => `${sign}${name}`), ...(rest > 0 ? [`${sign}${rest} more`] : [])]
}

/** Nothing where both are the same to the digits that are shown. */
function both<T>(what: string, change: Change<T> | undefined, words: (part: T) => string): string {
  if (change === undefined) return ''
  const [before, after] = [words(change.from), words(change.to)]
  return before === after ? '' : `${what} ${before} → ${after}`
}
