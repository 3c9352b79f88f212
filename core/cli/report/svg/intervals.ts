import { html, type Markup, type Part } from '../html.ts'
import { linearAxis, percent } from './axis.ts'
import { anchor, chart, type ChartWords, mark, xAxis } from './chart.ts'

/** An estimate with its interval against a limit. */
export interface IntervalRow extends ChartWords {
  readonly kind: 'pass' | 'fail' | 'inconclusive'
  readonly point: number
  /** Left out where the data says nothing about chance. */
  readonly interval?: { readonly low: number; readonly high: number } | undefined
  /** The limit, and on which side of it the criterion holds. */
  readonly limit?: { readonly value: number; readonly holds: 'above' | 'below'; readonly label: string } | undefined
  /** Where candidate and champion are equal, for a difference. */
  readonly equal?: number | undefined
}

const height = 66
const [top, bottom, middle] = [16, 48, 33] as const

/**
 * One criterion on an axis of its own, in its metric's unit: the side of the limit that breaks it hatched, the interval as a
 * bar, the estimate as a mark whose form says what the gate says.
 */
export function intervalChart(row: IntervalRow): Markup {
  const { point, interval, limit, equal } = row
  const values = [point, interval?.low, interval?.high, limit?.value, equal].filter((value) => value !== undefined)
  const axis = linearAxis(values, { steps: 4, room: 0.1 })
  return chart(row, height, [
    limit === undefined ? undefined : broken(axis.at(limit.value), limit.holds, row.id),
    xAxis(axis, { top, bottom }),
    equal === undefined ? undefined : vertical('equal', axis.at(equal), bottom),
    limit === undefined ? undefined : limitLine(axis.at(limit.value), limit.label),
    interval === undefined ? undefined : bar(axis.at(interval.low), axis.at(interval.high)),
    mark(row.kind, axis.at(point), middle),
  ])
}

/** The side of the limit on which the criterion does not hold. */
function broken(x: number, holds: 'above' | 'below', id: string): Part {
  const [from, to] = holds === 'above' ? [0, x] : [x, 1]
  return html`<defs><pattern id="${id}-h" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V7" /></pattern></defs><rect x="${percent(from)}" y="${top}" width="${percent(to - from)}" height="${bottom - top}" fill="url(#${id}-h)" />`
}

function limitLine(x: number, label: string): Part {
  return html`${vertical('limit', x, bottom)}<text class="note" x="${percent(x)}" y="${top - 4}" text-anchor="${anchor(x)}">${label}</text>`
}

function vertical(name: 'equal' | 'limit', x: number, to: number): Markup {
  return html`<line class="${name}" x1="${percent(x)}" x2="${percent(x)}" y1="${top}" y2="${to}" />`
}

function bar(low: number, high: number): Part {
  return html`<line class="interval" x1="${percent(low)}" x2="${percent(high)}" y1="${middle}" y2="${middle}" />${mark('bar', low, middle)}${mark('bar', high, middle)}`
}
