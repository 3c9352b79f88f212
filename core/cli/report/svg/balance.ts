import { html, type Markup } from '../html.ts'
import { percent } from './axis.ts'
import { chart, type ChartWords } from './chart.ts'

/** Two shares of the same whole that pull in opposite directions. */
export interface Balance extends ChartWords {
  readonly left: number
  readonly right: number
  /** The share that a bar over half of the width is. */
  readonly most: number
}

const height = 20

/** A bar to the left of a middle line and one to the right of it, as long as their shares. */
export function balance({ left, right, most, ...words }: Balance): Markup {
  const [from, to] = [left, right].map((share) => Math.min(1, share / most) / 2)
  return chart(words, height, [
    html`<rect class="lost" x="${percent(0.5 - (from ?? 0))}" y="4" width="${percent(from ?? 0)}" height="12" />`,
    html`<rect class="gained" x="50%" y="4" width="${percent(to ?? 0)}" height="12" />`,
    html`<line class="equal" x1="50%" x2="50%" y1="0" y2="${height}" />`,
  ])
}

/** What stands over the bars: what each direction means. */
export function balanceHead(left: string, right: string): Markup {
  return html`<svg class="chart" width="100%" height="16" aria-hidden="true" focusable="false"><text class="note" x="49%" y="12" text-anchor="end">← ${left}</text><text class="note" x="51%" y="12" text-anchor="start">${right} →</text></svg>`
}
