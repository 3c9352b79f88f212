import type { BlobFiles } from '../files.ts'
import type { Placed, View } from '../ledger/ledger.ts'
import type { Transact } from '../ledger/transact.ts'
import type { Change } from '../registry/changes.ts'

/** What copying sees of a workspace: everything that ever happened, and the bytes. */
export interface History {
  /** Where it is, without credentials. */
  readonly url: string
  readonly files: BlobFiles
  view(): Promise<View<Change>>
  readonly transact: Transact<Change>
  /** From the first entry on; the chain is checked while it is read (TY0207). */
  entries(): AsyncIterable<Placed<Change>>
  close(): Promise<void>
}
