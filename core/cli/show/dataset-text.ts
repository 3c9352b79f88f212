import type { Change, ColumnDifference, DatasetDifference, TableDifference } from '../../main/dataset/difference.ts'
import type { ColumnFacts, TableFacts } from '../../main/dataset/facts.ts'
import { barWords, distinctWords, percent, typeWords, value } from '../../main/dataset/words.ts'
import { counted } from '../../main/words.ts'
import { harmless, textTable } from '../text-table.ts'
import { type Branch, textTree } from '../text-tree.ts'

/** A table with its columns. */
export function tableText({ file, files, rows, columns }: TableFacts): string {
  const more = files === 1 ? '' : ` and ${counted(files - 1, 'file')} more`
  return [
    `${harmless(file)}${more}: ${counted(rows, 'row')}`,
    textTable(
      ['column', 'type', 'missing', 'distinct', 'range', 'median', 'distribution'],
      columns.map((column) => [
        column.name,
        typeWords(column),
        percent(column.missing, rows),
        distinctWords(column),
        ...numberCells(column),
        distribution(column, rows),
      ]),
    ),
  ].join('\n')
}

function numberCells(column: ColumnFacts): readonly string[] {
  const { numbers, type } = column
  if (numbers === undefined) return ['', '']
  const { min, max, quantiles } = numbers
  // To the day: a time of day would take the room of everything else.
  const of = { type: type === 'time' ? ('date' as const) : type }
  return [`${value(min, of)} … ${value(max, of)}`, quantiles['p50'] === undefined ? '' : value(quantiles['p50'], of)]
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

/** What differs between two versions, as a tree; a column in which nothing changed is left out. */
export function differenceText({ tables, added, removed }: DatasetDifference, versions: Change<string>): string {
  return textTree({
    text: `${versions.from} → ${versions.to}`,
    below: [
      ...tables.map(tableBranch),
      ...added.map((file) => ({ text: `+ table ${file}` })),
      ...removed.map((file) => ({ text: `- table ${file}` })),
    ],
  })
}

function tableBranch({ file, rows, added, removed, columns }: TableDifference): Branch {
  return {
    text: `${file}  ${rows.from.toLocaleString('en-US')} → ${counted(rows.to, 'row')}`,
    below: [
      ...added.map((name) => ({ text: `+ column ${name}` })),
      ...removed.map((name) => ({ text: `- column ${name}` })),
      ...columns.flatMap((column) => {
        const below = differences(column).map((text) => ({ text }))
        return below.length === 0 ? [] : [{ text: `~ column ${column.name}`, below }]
      }),
    ],
  }
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
    ...names('new among the frequent', levels?.added ?? []),
    ...names('no longer among the frequent', levels?.removed ?? []),
  ].filter((part) => part !== '')
}

function names(what: string, all: readonly string[]): readonly string[] {
  return all.length === 0 ? [] : [`${what}: ${all.join(', ')}`]
}

/** Nothing where both are the same to the digits that are shown. */
function both<T>(what: string, change: Change<T> | undefined, words: (part: T) => string): string {
  if (change === undefined) return ''
  const [before, after] = [words(change.from), words(change.to)]
  return before === after ? '' : `${what} ${before} → ${after}`
}
