import { html, type Markup } from '../html.ts'
import { mark } from './chart.ts'

/** What is drawn in front of the words of a legend. */
export type Sample = keyof typeof samples

/** A legend in words, under or over its charts. The drawings are decoration: the words say what they look like. */
export function legend(items: readonly { readonly sample: Sample; readonly words: string }[]): Markup {
  return html`<ul class="legend">${items.map(
    ({ sample, words }) =>
      html`<li><svg width="26" height="20" aria-hidden="true" focusable="false">${samples[sample]}</svg>${words}</li>`,
  )}</ul>`
}

const across = (name: string): Markup =>
  html`<svg width="26" height="20" viewBox="0 0 26 20"><path class="line ${name}-line" d="M1 10H25" /></svg>`

const samples = {
  pass: mark('pass', 0.5, 10),
  fail: mark('fail', 0.5, 10),
  inconclusive: mark('inconclusive', 0.5, 10),
  interval: html`<line class="interval" x1="2" x2="24" y1="10" y2="10" />${mark('bar', 0.1, 10)}${mark('bar', 0.9, 10)}`,
  limit: html`<line class="limit" x1="50%" x2="50%" y1="1" y2="19" />`,
  equal: html`<line class="equal" x1="50%" x2="50%" y1="1" y2="19" />`,
  diagonal: html`<line class="equal" x1="2" x2="24" y1="18" y2="2" />`,
  hatch: html`<path class="hatch" d="M1 9 9 1M1 18 18 1M8 19 25 2M16 19 25 10" />`,
  canary: html`${across('canary')}${mark('dot', 0.5, 10)}`,
  stable: html`${across('stable')}${mark('ring', 0.5, 10)}`,
  area: html`<rect class="area" x="1" y="5" width="24" height="13" /><path class="line" d="M1 5H25" />`,
  p50: mark('ring', 0.5, 10),
  p90: mark('bar', 0.5, 10),
  p99: mark('dot', 0.5, 10),
} as const
