import { html, type Markup, type Part } from '../html.ts'
import { type Axis, logAxis, percent } from './axis.ts'
import { anchor, chart, type ChartWords, xAxis } from './chart.ts'

/** How many values lie above `low` and up to `high`. */
export interface Bin {
  readonly low: number
  readonly high: number
  readonly count: number
}

/** Positive values by their size, with some of them marked. */
export interface Histogram extends ChartWords {
  readonly bins: readonly Bin[]
  readonly unit: string
  readonly marks: readonly { readonly value: number; readonly label: string }[]
}

const height = 190
const [floor, ceiling] = [166, 56] as const
/** Labels stand one below the other, so that those of values close together can be read. */
const [firstLabel, labelHeight] = [12, 15] as const

/** A column for each bin on an axis of ratios, since a latency of twice the usual is as far from it as one of half. */
export function histogram(options: Histogram): Markup {
  const { bins, unit, marks } = options
  const filled = withoutEmptyEnds(bins)
  const axis = logAxis([...filled.flatMap(({ low, high }) => [low, high]), ...marks.map(({ value }) => value)])
  const most = Math.max(1, ...filled.map(({ count }) => count))
  return chart(options, height, [
    xAxis(axis, { top: ceiling, bottom: floor, unit }),
    filled.map((bin) => column(bin, axis, most)),
    marks.map(({ value, label }, at) => marked(axis.at(value), label, firstLabel + (at % 3) * labelHeight)),
  ])
}

function column({ low, high, count }: Bin, axis: Axis, most: number): Part {
  if (count === 0) return undefined
  const [from, to] = [axis.at(low), axis.at(high)]
  // Whatever was counted can be seen.
  const rise = Math.max(1.5, (count / most) * (floor - ceiling))
  const y = Number((floor - rise).toFixed(1))
  return html`<rect class="column" x="${percent(from)}" y="${y}" width="${percent(to - from)}" height="${Number(rise.toFixed(1))}" />`
}

function marked(x: number, label: string, y: number): Part {
  return html`<line class="limit" x1="${percent(x)}" x2="${percent(x)}" y1="${y + 4}" y2="${floor}" /><text class="note" x="${percent(x)}" y="${y}" text-anchor="${anchor(x)}">${label}</text>`
}

function withoutEmptyEnds(bins: readonly Bin[]): readonly Bin[] {
  const first = bins.findIndex(({ count }) => count > 0)
  const last = bins.findLastIndex(({ count }) => count > 0)
  return first === -1 ? [] : bins.slice(first, last + 1)
}
