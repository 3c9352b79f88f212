import { html, type Markup, type Part } from '../html.ts'
import { type Axis, percent } from './axis.ts'
import { chart, type ChartWords, mark, xAxis } from './chart.ts'

/** A place in the square, with how far chance may have carried it up or down. */
export interface SquarePoint {
  readonly x: number
  readonly y: number
  readonly interval?: { readonly low: number; readonly high: number } | undefined
}

/** What is drawn of one side. The two sides differ by stroke and mark, not by colour alone. */
export interface SquareSeries {
  readonly side: 'candidate' | 'champion'
  readonly points: readonly SquarePoint[]
  /** Points are joined; else each has its mark. */
  readonly isLine: boolean
}

/** Two quantities of the same kind against each other. */
export interface Square extends ChartWords {
  /** Of both directions: the diagonal is where they are equal. */
  readonly axis: Axis
  readonly unit: string
  readonly across: string
  readonly up: string
  readonly series: readonly SquareSeries[]
  /** One of several that stand beside each other. */
  readonly isSmall?: boolean
}

/** Heights in pixels: of all, and of the square's two edges. */
interface Frame {
  readonly height: number
  readonly top: number
  readonly bottom: number
}

const large: Frame = { height: 318, top: 24, bottom: 276 }
const small: Frame = { height: 206, top: 8, bottom: 180 }

/** A chart with the same axis across and up, and the diagonal on which both are equal. */
export function square(options: Square): Markup {
  const { axis, unit, across, up, series, isSmall = false } = options
  const frame = isSmall ? small : large
  const { height, top, bottom } = frame
  // Small ones stand under a heading that says what their axes are.
  const words = isSmall
    ? undefined
    : html`<text class="note" x="0" y="12">${up}</text><text class="note" x="100%" y="${height - 6}" text-anchor="end">${across}</text>`
  return chart({ ...options, hasGutter: true }, height, [
    words,
    xAxis(axis, { top, bottom, unit }),
    axis.ticks.map(({ value, label }) => {
      const y = yOf(axis.at(value), frame)
      return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}" /><text class="tick" x="-8" y="${y + 4}" text-anchor="end">${label}${unit}</text>`
    }),
    html`<line class="equal" x1="${percent(axis.at(axis.low))}" y1="${bottom}" x2="${percent(axis.at(axis.high))}" y2="${top}" />`,
    // The champion lies below.
    series.toReversed().map((one) => (one.isLine ? line(one, axis, frame) : marks(one, axis, frame))),
  ])
}

function line({ side, points }: SquareSeries, axis: Axis, frame: Frame): Part {
  const { height } = frame
  const path = points
    .map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${Number((axis.at(x) * 1000).toFixed(1))} ${yOf(axis.at(y), frame)}`)
    .join('')
  // Only lines may be drawn as wide as there is room.
  return html`<svg width="100%" height="${height}" viewBox="0 0 1000 ${height}" preserveAspectRatio="none"><path class="line ${lineOf[side]}-line" d="${path}" /></svg>`
}

function marks({ side, points }: SquareSeries, axis: Axis, frame: Frame): Part {
  return points.map(({ x, y, interval }) => {
    const place = percent(axis.at(x))
    const whisker =
      interval === undefined
        ? undefined
        : html`<line class="${lineOf[side]}-whisker" x1="${place}" x2="${place}" y1="${yOf(axis.at(interval.low), frame)}" y2="${yOf(axis.at(interval.high), frame)}" />`
    return html`${whisker}${mark(side === 'candidate' ? 'dot' : 'ring', axis.at(x), yOf(axis.at(y), frame))}`
  })
}

/** The candidate is drawn as a canary is, and the champion as what is stable. */
const lineOf = { candidate: 'canary', champion: 'stable' } as const

function yOf(part: number, { top, bottom }: Frame): number {
  return Number((bottom - part * (bottom - top)).toFixed(1))
}
