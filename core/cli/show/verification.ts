import { ExternalError } from '../../errors/errors.ts'
import type { Host } from '../../host/host.ts'
import { type Finding, findingKinds, type FindingKind, type Verification } from '../../workspace/verify/finding.ts'
import { pinText } from '../../workspace/verify/pin.ts'
import type { VerifyOptions } from '../../workspace/verify/verify.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { bytes } from './run-branch.ts'
import type { Shown } from '../run-command.ts'
import { harmless } from '../text-table.ts'

/** Verifies a workspace and shows how far it is. */
export function verifyNow(
  workspace: Workspace,
  host: Host,
  options: Omit<VerifyOptions, 'onFile'>,
): Promise<Verification> {
  return workspace.verify({ ...options, onFile: (done, of) => host.log.progress('reading files', done / of) })
}

/** What a verification came to, for a person or a program; with a failure where something was found. */
export function showVerification(verification: Verification, isJson: boolean): Shown {
  const { findings } = verification
  const text = isJson ? JSON.stringify(jsonOf(verification), undefined, 2) : textOf(verification)
  return { text, failure: findings.length === 0 ? undefined : failure(verification) }
}

/** `pin` is the text to keep outside; there is none while something is wrong. */
function jsonOf(verification: Verification) {
  const { head, findings } = verification
  const pin = head === undefined || findings.length > 0 ? null : pinText(head)
  return { isWhole: findings.length === 0, ...verification, head: head ?? null, pin }
}

function textOf(verification: Verification): string {
  const { findings, head } = verification
  const what = checked(verification)
  if (findings.length > 0) return [...findingKinds.flatMap((kind) => group(kind, findings)), what].join('\n')
  if (head === undefined) return 'Nothing is recorded yet.'
  return `Nothing is wrong. ${what}\nThe head is ${pinText(head)}: keep it where nobody who writes to the workspace can change it.`
}

const headings: Readonly<Record<FindingKind, string>> = {
  pin: 'Against what was pinned',
  entry: 'Entries',
  checkpoint: 'Checkpoints',
  document: 'Documents',
  blob: 'Files',
}

function group(kind: FindingKind, findings: readonly Finding[]): readonly string[] {
  const own = findings.filter((finding) => finding.kind === kind)
  if (own.length === 0) return []
  const lines = own.map(({ problem, remedy }) => `  ${harmless(problem)}. To do: ${remedy}`)
  return [`${headings[kind]}: ${own.length} ${own.length === 1 ? 'problem' : 'problems'}`, ...lines]
}

/** How much was looked at, and what was not. */
function checked({ entries, documents, files, pins }: Verification): string {
  const parts = [
    `${entries} ${entries === 1 ? 'entry was' : 'entries were'} read`,
    documents === undefined ? 'no document was compared, since entries are broken' : `${documents} documents compared`,
    files === undefined ? 'the bytes of files were left out' : `${files.count} files read (${bytes(files.bytes)})`,
    pins === 0 ? 'no head was given to compare with' : `${pins} pinned ${pins === 1 ? 'entry' : 'entries'} compared`,
  ]
  return `${parts.join('; ')}.`
}

function failure({ findings, url }: Verification): ExternalError {
  const count = findings.length === 1 ? 'one problem was found' : `${findings.length} problems were found`
  const facts = { operation: 'verify the workspace', address: url }
  return new ExternalError({ code: 'TY0207', details: `${count}, each is named above`, facts })
}
