import { shortDigest } from '../../records/digest.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, integer, path } from '../../step/input.ts'
import type { Host } from '../../host/host.ts'
import { start, type Token } from '../../workspace/ledger/ledger.ts'
import { pinText } from '../../workspace/verify/pin.ts'
import type { AuditEntry, Workspace } from '../../workspace/workspace.ts'
import type { Look } from '../lazy-look.ts'
import { writeWhole } from '../report/out-file.ts'
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
    export: path({
      doc: 'Writes every entry whole into this file, one a line (JSON Lines), for an auditor: the sha256 of a line without its end is what `prev` in the next line says, and that of the last line is the head that is printed.',
    }),
    force: flag({ doc: 'Replaces a file that is no earlier export, too.', default: false }),
    json: flag({ doc: 'Prints JSON, one entry a line.', default: false }),
  },
  outputs: {},
})

/** Shows or checks the trail. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { verify, last, json } = inputs
  if (verify) return showVerification(await verifyNow(workspace, host, { isQuick: true }), json)
  if (inputs.export !== undefined) return exported(inputs.export, { workspace, host, isForced: inputs.force })
  const kept: AuditEntry[] = []
  for await (const entry of workspace.audit()) {
    kept.push(entry)
    if (last !== undefined && kept.length > last) kept.shift()
  }
  if (json) return kept.map((entry) => JSON.stringify(entry)).join('\n')
  return kept.length === 0 ? 'Nothing is recorded yet.' : kept.map(entryLines).join('\n')
}

/** How the first entry of every ledger begins: by this a file is known to be an earlier export. */
const exportMark = `{"v":1,"seq":1,"prev":"${start.digest}"`

async function exported(
  file: string,
  { workspace, host, isForced }: { readonly workspace: Workspace; readonly host: Host; readonly isForced: boolean },
): Promise<string> {
  const lines: string[] = []
  let head: Token | undefined
  for await (const { seq, digest, text } of workspace.wholeEntries()) {
    lines.push(`${text}\n`)
    head = { seq, digest }
  }
  if (head === undefined) return 'Nothing is recorded yet.'
  const options = { isForced, input: host.inputName('export'), what: 'export', mark: exportMark }
  await writeWhole(file, lines.join(''), options)
  return `Wrote ${lines.length} entries. The head is ${pinText(head)}.`
}

function entryLines({ seq, digest, at, by, identity, changes, url }: AuditEntry): string {
  const head = `${String(seq).padStart(5)}  ${when(at)}  ${shortDigest(digest)}  ${harmless(who({ name: by, ...(identity === undefined ? {} : { identity }) }))}${url === undefined ? '' : `  ${harmless(url)}`}`
  return [head, ...changes.map((change) => `       ${harmless(change)}`)].join('\n')
}
