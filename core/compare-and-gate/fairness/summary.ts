import { plain, table } from '../../main/markdown.ts'
import type { FairnessResult } from '../../records/verdict.ts'
import { significant } from '../words.ts'

/** The groups of every entry, with their rates. */
export function fairnessSummary(results: readonly FairnessResult[]): string {
  const hidden = results.reduce((sum, one) => sum + one.hidden, 0)
  const notes = [
    hidden > 0
      ? `Of ${hidden} more ${hidden === 1 ? 'group' : 'groups'} nothing is shown: they have fewer than ten rows that count, or would tell of one that has.`
      : '',
    'Rows are those that the rate counts; “between” is for each group alone.',
  ]
  return [
    '#### Groups',
    table(['rate', 'group', 'rows', 'candidate', 'between', 'champion', ''], results.flatMap(rows)),
    notes.filter((note) => note !== '').join(' '),
  ].join('\n\n')
}

function rows({ metric, groups, isRequired }: FairnessResult): readonly (readonly string[])[] {
  return groups.map(({ group, n, rate, interval, champion, hasEnough }) => [
    `${metric}${isRequired ? '' : ' *(informative)*'}`,
    plain(group),
    n.toLocaleString('en-US'),
    significant(rate),
    interval === undefined ? '' : `${significant(interval.low)} … ${significant(interval.high)}`,
    champion === undefined ? '' : significant(champion),
    hasEnough ? '' : '❔ too few rows',
  ])
}
