import { html, type Markup, type Part } from '../html.ts'
import { type Axis, percent } from './axis.ts'

/** What every chart has: an id that no other on the page has, and words for those who do not see it. */
export interface ChartWords {
  readonly id: string
  readonly title: string
  readonly description: string
  /** There is room at the left, outside of the coordinates, for labels along y. */
  readonly hasGutter?: boolean
}

/**
 * A chart as wide as there is room for, and as high as it says in pixels: along x, coordinates are per cent, so that letters
 * and lines keep their size on a telephone and on a wide screen.
 */
export function chart(words: ChartWords, height: number, parts: readonly Part[]): Markup {
  const { id, title, description, hasGutter = false } = words
  return html`<svg class="chart${hasGutter ? ' gutter' : ''}" width="100%" height="${height}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>
${parts}
</svg>`
}

/** The labels of an axis along x, with a fine line up through the chart at each. */
export function xAxis(axis: Axis, { top, bottom, unit = '' }: { top: number; bottom: number; unit?: string }): Markup {
  return html`<g>${axis.ticks.map(({ value, label }) => {
    const x = axis.at(value)
    return html`<line class="grid" x1="${percent(x)}" x2="${percent(x)}" y1="${top}" y2="${bottom}" /><text class="tick" x="${percent(x)}" y="${bottom + 14}" text-anchor="${anchor(x, 0.03)}">${label}${unit}</text>`
  })}</g>`
}

/** Where a text begins that stands at a place along x, so that it does not leave the chart by much. */
export function anchor(x: number, edge = 0.08): 'start' | 'middle' | 'end' {
  return x < edge ? 'start' : x > 1 - edge ? 'end' : 'middle'
}

/** Marks that differ by their form, so that nothing is said by colour alone. */
export type Shape = 'pass' | 'fail' | 'inconclusive' | 'dot' | 'ring' | 'bar'

/** A mark at a place. It keeps its form however wide the chart is. */
export function mark(shape: Shape, x: number, y: number): Markup {
  return html`<svg x="${percent(x)}" y="${y}" overflow="visible">${forms[shape]}</svg>`
}

const forms: Readonly<Record<Shape, Markup>> = {
  pass: html`<circle class="pass-mark" r="7" /><path class="sign" d="M-3.2 0.2 -1 2.6 3.4 -2.4" />`,
  fail: html`<path class="fail-mark" d="M0 -8.5 8.5 0 0 8.5 -8.5 0Z" /><path class="sign" d="M-2.5 -2.5 2.5 2.5M2.5 -2.5 -2.5 2.5" />`,
  inconclusive: html`<rect class="unsure-mark" x="-6.5" y="-6.5" width="13" height="13" rx="1.5" /><path class="sign" d="M-2.2 -1.6C-2.2 -4.4 2.3 -4.4 2.3 -1.7 2.3 0 0 0 0 1.5M0 3.6V4" />`,
  dot: html`<circle class="dot" r="4.5" />`,
  ring: html`<circle class="ring" r="4" />`,
  bar: html`<path class="stroke" d="M0 -6V6" />`,
}
