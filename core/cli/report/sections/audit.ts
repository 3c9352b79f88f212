import type { ReportFacts } from '../facts.ts'
import { html } from '../html.ts'
import { table } from '../table.ts'
import { counted, digestMark, link, moment, prose } from '../words.ts'
import { nothing, type Section } from './section.ts'

/** The newest entries of the ledger, and that its whole chain was checked. */
export function auditSection({ audit: { entries, newest } }: ReportFacts): Section {
  if (newest.length === 0) return { id: 'audit', title: 'Audit', body: [nothing('Nothing is recorded yet.')] }
  return {
    id: 'audit',
    title: 'Audit',
    body: [
      html`<p>The whole ledger was read for this report: ${counted(entries, 'entry', 'entries')}, and each names the digest of the one before it. <code>trainyard audit</code> shows them all.</p>`,
      table({
        caption:
          newest.length === entries
            ? 'All entries, newest first'
            : `The newest ${counted(newest.length, 'entry', 'entries')}, newest first`,
        columns: [
          { head: 'entry', isNumeric: true },
          { head: 'time' },
          { head: 'by' },
          { head: 'what' },
          { head: 'digest' },
        ],
        rows: newest
          .toReversed()
          .map(({ seq, at, by, url, changes, digest }) => [
            seq,
            moment(at),
            link(by, url),
            html`<ul class="plain">${changes.map((change) => html`<li>${prose(change)}</li>`)}</ul>`,
            digestMark(digest),
          ]),
      }),
    ],
  }
}
