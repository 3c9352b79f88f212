import { html, lines, type Markup, type Part } from '../html.ts'

/** A part of the page that the table of contents leads to. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly body: readonly Part[]
}

/** A landmark with its heading. */
export function sectionMarkup({ id, title, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
${lines(body)}
</section>`
}

/** What a section says where there is nothing to tell. */
export function nothing(sentence: string): Markup {
  return html`<p class="quiet">${sentence}</p>`
}

const words = { pass: 'pass', fail: 'fail', inconclusive: 'inconclusive', error: 'not judged' } as const
const signs = { pass: '✓', fail: '✕', inconclusive: '?', error: '!' } as const

/** A verdict as a sign and a word. */
export function badge(kind: keyof typeof words, word: string = words[kind]): Markup {
  return html`<span class="badge ${kind}"><span aria-hidden="true">${signs[kind]}</span> ${word}</span>`
}
