import { html, type Markup, type Part } from '../html.ts'
import { type Axis, percent } from './axis.ts'
import { anchor, chart, type ChartWords, mark, xAxis } from './chart.ts'

/** A value at a time. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** One line of a timeline. The two sides differ by stroke and mark, not by colour alone. */
export interface Series {
  readonly look: 'area' | 'canary' | 'stable'
  readonly points: readonly Point[]
}

/** Something that happened: a line through the chart with its number above. */
export interface Moment {
  readonly x: number
  readonly label: string
  readonly isEnd?: boolean
}

/** Values over time. */
export interface Timeline extends ChartWords {
  readonly time: Axis
  /** What follows the labels of time, such as ` s`. */
  readonly timeUnit: string
  readonly values: Axis
  /** What follows the labels of values, such as ` %`. */
  readonly unit: string
  readonly series: readonly Series[]
  readonly moments: readonly Moment[]
}

const height = 196
const [top, bottom] = [30, 172] as const

/** A chart of lines over time with the moments of decisions marked. */
export function timeline(options: Timeline): Markup {
  const { time, timeUnit, values, series, moments } = options
  return chart({ ...options, hasGutter: true }, height, [
    xAxis(time, { top: bottom, bottom: bottom + 4, unit: timeUnit }),
    gridLines(options),
    moments.map(
      ({ x, isEnd }) =>
        html`<line class="${isEnd === true ? 'limit' : 'equal'}" x1="${percent(time.at(x))}" x2="${percent(time.at(x))}" y1="${top - 6}" y2="${bottom}" />`,
    ),
    series.map((one) => drawn(one, time, values)),
    momentLabels(moments, time),
  ])
}

/**
 * The numbers of the moments. Those that would lie upon each other on a narrow screen are left away, since the list below the
 * chart has them all; the last, which is the decision, stays.
 */
function momentLabels(moments: readonly Moment[], time: Axis): readonly Part[] {
  const kept: Moment[] = []
  for (const moment of moments.toReversed()) {
    const next = kept.at(-1)
    if (next === undefined || time.at(next.x) - time.at(moment.x) > 0.05) kept.push(moment)
  }
  return kept.map(
    ({ x, label }) =>
      html`<text class="note" x="${percent(time.at(x))}" y="${top - 12}" text-anchor="${anchor(time.at(x))}">${label}</text>`,
  )
}

function gridLines({ values, unit }: Timeline): readonly Part[] {
  return values.ticks.map(({ value, label }) => {
    const y = yOf(values.at(value))
    return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}" /><text class="tick" x="-8" y="${y + 4}" text-anchor="end">${label}${unit}</text>`
  })
}

function drawn({ look, points }: Series, time: Axis, values: Axis): Part {
  const places = points.map(({ x, y }) => ({ x: time.at(x), y: yOf(values.at(y)) }))
  const [first, last] = [places[0], places.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const path = places.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${thousandths(x)} ${y}`).join('')
  const area = html`<path class="area" d="${path}L${thousandths(last.x)} ${bottom}L${thousandths(first.x)} ${bottom}Z" />`
  // Only lines may be drawn as wide as there is room: marks would become ovals.
  return html`<svg width="100%" height="${height}" viewBox="0 0 1000 ${height}" preserveAspectRatio="none">${look === 'area' ? area : undefined}<path class="line ${look}-line" d="${path}" /></svg>${look === 'area' ? undefined : places.map(({ x, y }) => mark(look === 'canary' ? 'dot' : 'ring', x, y))}`
}

function thousandths(part: number): number {
  return Number((part * 1000).toFixed(1))
}

function yOf(part: number): number {
  return Number((bottom - part * (bottom - top)).toFixed(1))
}
