import { slicesTitle } from '../../../compare-and-gate/slices/summary.ts'
import { probability, signed, significant } from '../../../compare-and-gate/words.ts'
import { html, type Markup } from '../html.ts'
import type { Gate, Slice } from '../read/gate.ts'
import { table } from '../table.ts'
import { count } from '../words.ts'

/** The slices of a gate sorted by harm; undefined where it looked at none. */
export function slicesMarkup({ verdict: { slices }, candidate }: Gate): Markup | undefined {
  if (slices === undefined) return undefined
  const { results, hidden } = slices
  const harmed = results.filter(({ kind }) => kind === 'harmed').length
  return html`
<details${harmed > 0 ? html` open=""` : undefined}><summary>${slicesTitle(slices)}</summary>
<p class="meta">p is of harm, after Holm over all slices; “between” is for each slice alone. That no harm is shown does not prove that there is none.${hidden > 0 ? ` Of ${count(hidden)} more nothing is shown: they have fewer than ten rows, or would tell of one that has.` : undefined}</p>
${table({
  caption: `Every slice, ${candidate}, sorted by harm`,
  isCaptionHidden: true,
  columns: [
    { head: 'slice' },
    { head: 'metric' },
    { head: 'rows', isNumeric: true },
    { head: 'candidate', isNumeric: true },
    { head: 'champion', isNumeric: true },
    { head: 'difference', isNumeric: true },
    { head: 'between', isNumeric: true },
    { head: 'p', isNumeric: true },
    { head: 'verdict' },
  ],
  rows: results.map(cells),
})}</details>`
}

function cells(result: Slice): readonly (string | undefined)[] {
  const { slice, metric, n, candidate, champion, difference, interval, pValue, kind, isRequired, needed } = result
  return [
    slice,
    isRequired ? metric : `${metric} (informative)`,
    count(n),
    candidate === undefined ? undefined : significant(candidate),
    champion === undefined ? undefined : significant(champion),
    difference === undefined ? undefined : signed(difference),
    interval === undefined ? undefined : `${significant(interval.low)} to ${significant(interval.high)}`,
    pValue === undefined ? undefined : probability(pValue),
    needed === undefined ? kind : `${kind}, takes about ${count(needed)}`,
  ]
}
