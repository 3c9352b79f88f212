import type { VerifiedIdentity } from '../records/actor.ts'
import type { Digest } from '../records/digest.ts'

/** One entry of the ledger in the words of an audit. `digest` is its own, `prev` its predecessor's. */
export interface AuditEntry {
  readonly seq: number
  readonly digest: Digest
  readonly at: string
  readonly by: string
  /** Whom the CI system says it was, where that was verified. */
  readonly identity?: VerifiedIdentity
  readonly url?: string
  /** One sentence a change: "flights@2 registered from run r-1f…". */
  readonly changes: readonly string[]
}

/** One entry of the ledger, whole. */
export interface WholeEntry {
  readonly seq: number
  readonly digest: Digest
  /** Its bytes in UTF-8: one line of JSON, whose sha256 is the digest. */
  readonly text: string
}
