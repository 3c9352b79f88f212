import { createHash } from 'node:crypto'
import type { ReportFacts } from './facts.ts'
import { html, lines, type Markup, styles } from './html.ts'
import { auditSection } from './sections/audit.ts'
import { canarySection } from './sections/canary.ts'
import { gateSection } from './sections/gate.ts'
import { head } from './sections/head.ts'
import { lineageSection } from './sections/lineage.ts'
import { profileSection } from './sections/profile.ts'
import { type Section, sectionMarkup } from './sections/section.ts'
import { versionsSection } from './sections/versions.ts'
import { styleSheet } from './style.ts'
import { moment } from './words.ts'

const generator = 'trainyard report'

/** The element by which a file is known to be an earlier report. */
export const reportMark: string = html`<meta name="generator" content="${generator}" />`.toString()

/**
 * The whole report as one HTML file, which is well-formed XML, too. Nothing is loaded from anywhere, and the page forbids its
 * browser to: no script runs, and no style but this one, whatever a name or a reason may hold. The same facts make the same bytes.
 */
export function reportHtml(facts: ReportFacts): string {
  const sections = [
    versionsSection(facts),
    gateSection(facts),
    profileSection(facts),
    canarySection(facts),
    lineageSection(facts),
    auditSection(facts),
  ]
  const style = createHash('sha256').update(styleSheet).digest('base64')
  return `<!DOCTYPE html>\n${html`<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'" />
<meta name="generator" content="${generator}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>${facts.model.name}: what serves, and why – Trainyard report</title>
${styles(styleSheet)}
</head>
${body(facts, sections)}
</html>
`.toString()}`
}

function body(facts: ReportFacts, sections: readonly Section[]): Markup {
  return html`<body>
<a class="skip" href="#main">Skip to the report</a>
<div class="page">
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="main" class="body">
${head(facts)}
${lines(sections.map(sectionMarkup))}
</main>
<footer class="body">Made ${moment(facts.madeAt)} by Trainyard ${facts.tool} from <code>${facts.workspace}</code>. All times are UTC.</footer>
</div>
</body>`
}
