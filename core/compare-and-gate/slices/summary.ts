import { plain, table } from '../../main/markdown.ts'
import type { SliceResult, SliceVerdict } from '../../records/verdict.ts'
import { signed, significant } from '../words.ts'

/** How many slices the page shows; the evidence has them all. */
const mostShown = 20

const marks = { harmed: '❌ harmed', 'no harm shown': 'no harm shown', inconclusive: '❔ inconclusive' } as const

/** The slices sorted by harm, and what is not shown of them. */
export function slicesSummary({ results, hidden }: SliceVerdict): string {
  const more = results.length - mostShown
  const harmed = results.filter(({ kind }) => kind === 'harmed').length
  const open = results.filter(({ kind }) => kind === 'inconclusive').length
  const notes = [
    more > 0 ? `${more} more slices stand in the evidence.` : '',
    hidden > 0
      ? `${hidden} more ${hidden === 1 ? 'slice has' : 'slices have'} fewer than ten rows each, and nothing is shown of them.`
      : '',
    'p is of harm, after Holm over all slices; “between” is for each slice alone. That no harm is shown does not prove that there is none.',
  ]
  return [
    `#### Slices: ${harmed} harmed, ${results.length - harmed - open} without harm shown, ${open + hidden} inconclusive`,
    table(
      ['slice', 'metric', 'rows', 'candidate', 'champion', 'difference', 'between', 'p', ''],
      results.slice(0, mostShown).map(row),
    ),
    notes.filter((note) => note !== '').join(' '),
  ].join('\n\n')
}

function row(result: SliceResult): readonly string[] {
  const { slice, metric, n, candidate, champion, difference, interval, pValue, kind, isRequired } = result
  return [
    plain(slice),
    `${metric}${isRequired ? '' : ' *(informative)*'}`,
    n.toLocaleString('en-US'),
    candidate === undefined ? '' : significant(candidate),
    champion === undefined ? '' : significant(champion),
    difference === undefined ? '' : signed(difference),
    interval === undefined ? '' : `${significant(interval.low)} … ${significant(interval.high)}`,
    pValue === undefined ? '' : pValue < 0.0001 ? '< 0.0001' : String(Number(pValue.toPrecision(2))),
    marks[kind],
  ]
}
