import { html, type Markup, type Part } from '../html.ts'
import { type Axis, logAxis, percent } from './axis.ts'
import { chart, type ChartWords, mark, xAxis } from './chart.ts'

/** Three percentiles of positive values, under a short label. */
export interface PercentileRow {
  readonly label: string
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

/** Rows on one axis. */
export interface Percentiles extends ChartWords {
  readonly rows: readonly PercentileRow[]
  readonly unit: string
}

const rowHeight = 30

/** A row for each set of percentiles on one axis of ratios: a ring, a bar and a dot on a line, by which they are told apart. */
export function percentiles(options: Percentiles): Markup {
  const { rows, unit } = options
  const axis = logAxis(
    rows.flatMap(({ p50, p90, p99 }) => [p50, p90, p99]),
    { room: 0.04 },
  )
  const bottom = rows.length * rowHeight + 6
  return chart({ ...options, hasGutter: true }, bottom + 22, [
    xAxis(axis, { top: 0, bottom, unit }),
    rows.map((row, at) => drawn(row, axis, at * rowHeight + rowHeight / 2 + 3)),
  ])
}

function drawn({ label, p50, p90, p99 }: PercentileRow, axis: Axis, y: number): Part {
  const [low, middle, high] = [axis.at(p50), axis.at(p90), axis.at(p99)]
  return html`<text class="note" x="-8" y="${y + 4}" text-anchor="end">${label}</text><line class="line" x1="${percent(low)}" x2="${percent(high)}" y1="${y}" y2="${y}" />${mark('ring', low, y)}${mark('bar', middle, y)}${mark('dot', high, y)}`
}
