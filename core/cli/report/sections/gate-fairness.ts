import { significant } from '../../../compare-and-gate/words.ts'
import { html, type Markup } from '../html.ts'
import type { FairnessGroups, Gate } from '../read/gate.ts'
import { table } from '../table.ts'
import { count } from '../words.ts'

/** The groups whose rates a gate compared; undefined where it compared none. */
export function fairnessMarkup({ verdict: { fairness }, candidate }: Gate): Markup | undefined {
  if (fairness === undefined || fairness.length === 0) return undefined
  const hidden = fairness.reduce((sum, one) => sum + one.hidden, 0)
  const groups = fairness.reduce((sum, one) => sum + one.groups.length, 0)
  return html`
<details><summary>Groups: ${count(groups)} with their rates</summary>
<p class="meta">Rows are those that the rate counts; “between” is for each group alone.${hidden > 0 ? ` Of ${count(hidden)} more nothing is shown: they have fewer than ten rows that count, or would tell of one that has.` : undefined}</p>
${table({
  caption: `Every group, ${candidate}`,
  isCaptionHidden: true,
  columns: [
    { head: 'rate' },
    { head: 'group' },
    { head: 'rows', isNumeric: true },
    { head: 'candidate', isNumeric: true },
    { head: 'between', isNumeric: true },
    { head: 'champion', isNumeric: true },
  ],
  rows: fairness.flatMap(cells),
})}</details>`
}

function cells({ metric, isRequired, groups }: FairnessGroups): readonly (readonly (string | undefined)[])[] {
  return groups.map(({ group, n, rate, interval, champion, hasEnough }) => [
    isRequired ? metric : `${metric} (informative)`,
    group,
    hasEnough ? count(n) : `${count(n)}, too few`,
    significant(rate),
    interval === undefined ? undefined : `${significant(interval.low)} to ${significant(interval.high)}`,
    champion === undefined ? undefined : significant(champion),
  ])
}
