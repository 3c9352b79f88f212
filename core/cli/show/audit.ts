import { shortDigest } from '../../records/digest.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, integer } from '../../step/input.ts'
import type { AuditEntry } from '../../workspace/workspace.ts'
import type { Look } from '../lazy-look.ts'
import { harmless, when } from '../text-table.ts'
import { who } from '../who.ts'
import { showVerification, verifyNow } from './verification.ts'

export const definition = defineStep({
  id: 'audit',
  title: 'Show everything that was recorded',
  doc: 'Shows the audit trail from its first entry on: who recorded what, and when. Each entry names the digest of the one before it; an entry that was changed afterwards is found while the trail is read.',
  branding: { icon: 'shield', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    verify: flag({
      doc: 'Only checks the chain of digests and the documents made from it, as `verify --quick` does.',
      default: false,
    }),
    last: integer({ doc: 'Shows only this many of the newest entries. All are checked.', min: 1 }),
    json: flag({ doc: 'Prints JSON, one entry a line.', default: false }),
  },
  outputs: {},
})

/** Shows or checks the trail. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { verify, last, json } = inputs
  if (verify) return showVerification(await verifyNow(workspace, host, { isQuick: true }), json)
  const kept: AuditEntry[] = []
  for await (const entry of workspace.audit()) {
    kept.push(entry)
    if (last !== undefined && kept.length > last) kept.shift()
  }
  if (json) return kept.map((entry) => JSON.stringify(entry)).join('\n')
  return kept.length === 0 ? 'Nothing is recorded yet.' : kept.map(entryLines).join('\n')
}

function entryLines({ seq, digest, at, by, identity, changes, url }: AuditEntry): string {
  const head = `${String(seq).padStart(5)}  ${when(at)}  ${shortDigest(digest)}  ${harmless(who({ name: by, ...(identity === undefined ? {} : { identity }) }))}${url === undefined ? '' : `  ${harmless(url)}`}`
  return [head, ...changes.map((change) => `       ${harmless(change)}`)].join('\n')
}
