import type { Digest } from '../../records/digest.ts'

/** What can be wrong with a workspace. */
export const findingKinds = ['pin', 'entry', 'checkpoint', 'document', 'blob'] as const
export type FindingKind = (typeof findingKinds)[number]

/** One thing that is wrong. Both texts are clauses in lower case; they may hold what somebody wrote. */
export interface Finding {
  readonly kind: FindingKind
  /** What is wrong, and with what. */
  readonly problem: string
  /** What to do about it. */
  readonly remedy: string
  /** The place of the entry, where it is about one. */
  readonly seq?: number
  /** The file, where it is about one. */
  readonly digest?: Digest
}

/** What a verification came to. */
export interface Verification {
  readonly url: string
  /** How many entries can be read. */
  readonly entries: number
  /** The newest entry that can be read, to be pinned where nobody who writes to the workspace can; undefined for an empty one. */
  readonly head: { readonly seq: number; readonly digest: Digest } | undefined
  /** In the order of `findingKinds`, and then of the ledger. */
  readonly findings: readonly Finding[]
  /** Files whose every byte was read, and bytes in them; undefined where they were left out. */
  readonly files: { readonly count: number; readonly bytes: number } | undefined
  /** Derived documents that were compared; undefined where that means nothing, since entries are broken. */
  readonly documents: number | undefined
  /** Pins that were looked at. */
  readonly pins: number
}

const remedies: Readonly<Record<FindingKind, string>> = {
  pin: 'write nothing more; put the ledger back from a clone or a backup that holds the pinned entry',
  entry: 'write nothing more; put the entry back from a clone or a backup, byte for byte',
  checkpoint:
    'checkpoints are derived from the entries: remove `checkpoints` of a folder; put a branch back to the commit before',
  document:
    'documents are derived from the entries: remove `checkpoints` and `documents` of a folder; put a branch back to the commit before',
  blob: 'put the file back from a backup, or register what needs it again under a new version',
}

/** A finding with what to do about it. */
export function finding(kind: FindingKind, problem: string, about: Pick<Finding, 'seq' | 'digest'> = {}): Finding {
  return { kind, problem, remedy: remedies[kind], ...about }
}
