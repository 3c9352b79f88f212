import type { ColumnFacts, TableFacts } from '../main/dataset/facts.ts'
import { barWords, distinctWords, percent, typeWords, value } from '../main/dataset/words.ts'
import { code, plain, table } from '../main/markdown.ts'
import { counted, sized } from '../main/words.ts'
import { shortDigest } from '../records/digest.ts'
import type { DatasetVersion } from '../records/model.ts'

/** A summary page has a limit; the command line shows all columns. */
const mostColumns = 100
const mostTables = 10
const mostLevels = 3

/** What is told beside the record itself. */
export interface SummaryFacts {
  readonly tables: readonly TableFacts[]
  readonly isNew: boolean
  /** What would break a reader of the version before. */
  readonly warning: readonly string[]
}

/** The page about a registration: what it is, and a table of the columns of each of its tables. */
export function summaryOf(dataset: DatasetVersion, { tables, isNew, warning }: SummaryFacts): string {
  const { name, version, files, description, tags, address, isByReference } = dataset
  const facts = [
    ['files', `${sized(files)}${isByReference === true ? ', by reference' : ''}`],
    ['digest', code(shortDigest(files.digest))],
    ...(address === undefined ? [] : [['address', code(address)]]),
    ...(description === undefined ? [] : [['description', code(description)]]),
    ...Object.entries(tags).map(([tag, said]) => ['tag', code(`${tag}=${said}`)]),
  ]
  const reference = code(`${name}@${version}`)
  const heading = `### Dataset ${reference} ${isNew ? 'is registered' : 'was registered before'}`
  return [heading, '', table(['dataset', reference], facts), '', ...changes(warning), ...tableSections(tables)].join(
    '\n',
  )
}

/** The page about a schema that was refused. */
export function refusedSummary(name: string, tables: readonly TableFacts[], broken: readonly string[]): string {
  return [
    `### Dataset ${code(name)}: the schema changed, nothing was registered`,
    '',
    ...changes(broken),
    ...tableSections(tables),
  ].join('\n')
}

function changes(sentences: readonly string[]): readonly string[] {
  return sentences.length === 0 ? [] : ['The schema changed:', '', ...sentences.map((one) => `- ${plain(one)}`), '']
}

function tableSections(tables: readonly TableFacts[]): readonly string[] {
  const rest = tables.length - mostTables
  return [
    ...tables.slice(0, mostTables).flatMap(tableSection),
    ...(rest > 0 ? [`${counted(rest, 'more table')}: \`trainyard dataset\` shows all.`, ''] : []),
  ]
}

function tableSection({ file, files, rows, columns }: TableFacts): readonly string[] {
  const more = files === 1 ? '' : ` and ${counted(files - 1, 'file')} more`
  const rest = columns.length - mostColumns
  return [
    `#### ${code(file)}${more}: ${counted(rows, 'row')}`,
    '',
    table(
      ['column', 'type', 'missing', 'distinct', '5 % · median · 95 %, or most frequent', ''],
      columns
        .slice(0, mostColumns)
        .map((column) => [
          code(column.name),
          typeWords(column),
          percent(column.missing, rows),
          distinctWords(column),
          distribution(column, rows),
          column.numbers === undefined ? '' : code(barWords(column.numbers)),
        ]),
    ),
    '',
    ...(rest > 0 ? [`${counted(rest, 'more column')}: \`trainyard dataset\` shows all.`, ''] : []),
  ]
}

function distribution(column: ColumnFacts, rows: number): string {
  const { numbers, levels } = column
  if (numbers !== undefined) {
    const { p5, p50, p95 } = numbers.quantiles
    return [p5, p50, p95].map((quantile) => (quantile === undefined ? '–' : value(quantile, column))).join(' · ')
  }
  if (levels === undefined) return ''
  return levels.top
    .slice(0, mostLevels)
    .map((level) => `${code(level.name)} ${percent(level.rows, rows)}`)
    .join(', ')
}
