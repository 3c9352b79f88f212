import { plain, table } from '../../main/markdown.ts'
import type { SliceResult, SliceVerdict } from '../../records/verdict.ts'
import { countedUnits } from '../units.ts'
import { probability, signed, significant } from '../words.ts'

/** How many slices the page shows; the evidence has them all. */
const mostShown = 20

const marks = {
  harmed: '❌ harmed',
  'no harm shown': 'no harm shown',
  proven: '✅ proven',
  inconclusive: '❔ inconclusive',
} as const

/** The slices sorted by harm, and what is not shown of them. */
export function slicesSummary(slices: SliceVerdict): string {
  const { results, hidden } = slices
  const more = results.length - mostShown
  const notes = [
    more > 0 ? `${more} more slices stand in the evidence.` : '',
    hidden > 0
      ? `Of ${hidden} more ${hidden === 1 ? 'slice' : 'slices'} nothing is shown: they have fewer than ten rows, or would tell of one that has.`
      : '',
    'p: how probably chance alone shows so much harm, given how many slices are looked at (Holm). “Between” is for each slice alone. That no harm is shown does not prove that there is none.',
  ]
  // Where nothing is harmed, nobody has to read a row for each slice first.
  const isFolded = !results.some(({ kind }) => kind === 'harmed')
  const title = slicesTitle(slices)
  return [
    isFolded ? `<details><summary>${title}</summary>` : `#### ${title}`,
    table(
      ['slice', 'metric', 'rows', 'candidate', 'champion', 'difference', 'between', 'p', ''],
      results.slice(0, mostShown).map(row),
    ),
    notes.filter((note) => note !== '').join(' '),
    ...(isFolded ? ['</details>'] : []),
  ].join('\n\n')
}

function row(result: SliceResult): readonly string[] {
  const { slice, metric, n, unit, candidate, champion, difference, interval, pValue, kind, isRequired, needed } = result
  return [
    plain(slice),
    `${metric}${isRequired ? '' : ' *(informative)*'}`,
    unit === undefined ? n.toLocaleString('en-US') : countedUnits(n, unit),
    candidate === undefined ? '' : significant(candidate),
    champion === undefined ? '' : significant(champion),
    difference === undefined ? '' : signed(difference),
    interval === undefined ? '' : `${significant(interval.low)} … ${significant(interval.high)}`,
    pValue === undefined ? '' : probability(pValue),
    `${marks[kind]}${needed === undefined ? '' : `, takes about ${needed.toLocaleString('en-US')}`}`,
  ]
}

/** How many slices say what: `Slices: 1 harmed, 3 without harm shown, 2 inconclusive`. */
export function slicesTitle({
  results,
  hidden,
}: {
  readonly results: readonly Pick<SliceResult, 'kind'>[]
  readonly hidden: number
}): string {
  const count = (wanted: SliceResult['kind']) => results.filter(({ kind }) => kind === wanted).length
  const told = [
    [count('proven'), 'proven'],
    [count('no harm shown'), 'without harm shown'],
    [count('inconclusive'), 'inconclusive'],
    [hidden, 'not shown'],
  ] as const
  const parts = [
    `${count('harmed')} harmed`,
    ...told.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`),
  ]
  return `Slices: ${parts.join(', ')}`
}
