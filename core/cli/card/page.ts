import { createHash } from 'node:crypto'
import { html, lines, type Markup, styles } from '../report/html.ts'
import { sectionMarkup } from '../report/sections/section.ts'
import { styleSheet } from '../report/style.ts'
import { table } from '../report/table.ts'
import { isAddress, link, prose } from '../report/words.ts'
import type { Card, CardSection, CardTable, Inline } from './card.ts'

const generator = 'trainyard card'

/** The element by which a file is known to be an earlier card. */
export const cardPageMark: string = html`<meta name="generator" content="${generator}" />`.toString()

/** The card as one HTML file, in the look of the report. It loads nothing and runs nothing. */
export function cardHtml({ title, lede, sections, foot }: Card): string {
  const style = createHash('sha256').update(styleSheet).digest('base64')
  const named = sections.map((section) => ({ ...section, id: section.title.toLowerCase() }))
  return `<!DOCTYPE html>\n${html`<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'" />
<meta name="generator" content="${generator}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>${title} – model card</title>
${styles(styleSheet)}
</head>
<body>
<a class="skip" href="#main">Skip to the card</a>
<div class="page">
<nav aria-label="Sections"><ul>${named.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="main" class="body">
<header><p class="eyebrow">Model card</p>
<h1>${title}</h1>
<p class="lede">${lede}</p></header>
${lines(named.map((section) => sectionMarkup({ ...section, body: body(section) })))}
</main>
<footer class="body">${foot}</footer>
</div>
</body>
</html>
`.toString()}`
}

function body({ sentences = [], facts = [], list = [], tables = [] }: CardSection): readonly Markup[] {
  return [
    ...sentences.map((sentence) => html`<p>${prose(sentence)}</p>`),
    ...(list.length === 0 ? [] : [html`<ul>${list.map((item) => html`<li>${prose(item)}</li>`)}</ul>`]),
    ...(facts.length === 0
      ? []
      : [
          html`<dl class="facts">${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${inline(value)}</dd></div>`)}</dl>`,
        ]),
    ...tables.map(cardTable),
  ]
}

function cardTable({ caption, head, rows }: CardTable): Markup {
  return table({ caption, columns: head.map((cell) => ({ head: cell })), rows: rows.map((row) => row.map(inline)) })
}

/** A whole digest is cut short where it is shown. */
function inline(value: Inline): Markup {
  if (typeof value === 'string') return isAddress(value) ? link(value, value) : prose(value)
  const [, hex] = /^sha256:([0-9a-f]{12})[0-9a-f]{52}$/.exec(value.code) ?? []
  return hex === undefined ? html`<code>${value.code}</code>` : html`<code title="${value.code}">${hex}</code>`
}
