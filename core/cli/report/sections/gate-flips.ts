import { flipsSentence } from '../../../compare-and-gate/shape/words.ts'
import { html, type Markup, type Part } from '../html.ts'
import type { Shape } from '../read/gate.ts'
import { balance, balanceHead } from '../svg/balance.ts'
import { table } from '../table.ts'
import { count, percentage } from '../words.ts'

type Flips = NonNullable<Shape['flips']>
type Named = NonNullable<Flips['byClass']>[number]

/** How many rows one model has right and the other wrong: of all, of each class and of each slice. */
export function flipsMarkup({ flips }: Shape, id: string): Part {
  if (flips === undefined) return undefined
  const groups = [
    { title: 'by class', rows: flips.byClass ?? [], withheld: 0 },
    ...(flips.bySlice ?? []).map(({ column, slices, withheld }) => ({ title: `by ${column}`, rows: slices, withheld })),
  ].filter(({ rows }) => rows.some(({ gained }) => gained !== null))
  const most = Math.max(0, ...groups.flatMap(({ rows }) => rows.flatMap(sharesOf)))
  return html`<p>${flipsSentence(flips)}</p>
${groups.map((group, at) => groupMarkup(group, { most, id: `${id}-f${at}` }))}`
}

interface Group {
  readonly title: string
  readonly rows: readonly Named[]
  readonly withheld: number
}

function groupMarkup({ title, rows, withheld }: Group, { most, id }: { most: number; id: string }): Markup {
  const told = rows.filter(({ gained }) => gained !== null)
  const more = withheld + rows.length - told.length
  return html`<figure><figcaption>What changed ${title}, as a share of the rows there</figcaption>
<ol class="flips">
<li aria-hidden="true"><span></span>${balanceHead('now wrong', 'now right')}</li>
${told.map((row, at) => html`<li><span>${row.name} <span class="quiet one">${count(row.n)} rows</span></span>${bars(row, { most, id: `${id}-${at}` })}</li>\n`)}</ol>
${more === 0 ? undefined : html`<p class="meta">Of ${count(more)} more nothing is told: too few of their rows changed, or they would tell of one of which too few did.</p>`}
<details><summary>The numbers</summary>${table({
    caption: `Rows that changed ${title}`,
    isCaptionHidden: true,
    columns: [
      { head: 'of' },
      { head: 'rows', isNumeric: true },
      { head: 'now wrong', isNumeric: true },
      { head: 'now right', isNumeric: true },
    ],
    rows: told.map(({ name, n, lost, gained }) => [name, count(n), count(lost ?? 0), count(gained ?? 0)]),
  })}</details></figure>
`
}

function bars(row: Named, { most, id }: { most: number; id: string }): Markup {
  const [left = 0, right = 0] = sharesOf(row)
  return balance({
    id,
    title: `${row.name}: what changed`,
    description: `${count(row.lost ?? 0)} rows (${percentage(left)}) are wrong now, ${count(row.gained ?? 0)} (${percentage(right)}) right.`,
    left,
    right,
    most,
  })
}

function sharesOf({ lost, gained, n }: Named): readonly number[] {
  return lost === null || gained === null ? [] : [lost / n, gained / n]
}
