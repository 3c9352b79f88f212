import type { Actor } from '../../records/actor.ts'
import type { BlobFiles } from '../files.ts'
import type { Placed, Token, View } from '../ledger/ledger.ts'
import type { Transact } from '../ledger/transact.ts'
import type { Keep } from '../pending.ts'
import type { Change } from './changes.ts'

/** What every area of the registry stands on. */
export interface Registry {
  view(): Promise<View<Change>>
  /** Entries after a token and up to a view's, in order. @throws ExternalError TY0207 where the chain breaks. */
  entries(after: Token, until: View<Change>): AsyncIterable<Placed<Change>>
  readonly transact: Transact<Change>
  readonly files: BlobFiles
  /** Names this execution of the step. */
  readonly request: string
  /** The same step in the attempt before. */
  readonly previousRequest: string | undefined
  readonly by: Actor
  /** Keeps the end of long work in a folder when the workspace is out of reach. */
  readonly keep: Keep
}

/** The change of one kind in an entry that is known to have one. */
export function changeIn<K extends Change['kind']>(
  changes: readonly Change[],
  kind: K,
): Extract<Change, { readonly kind: K }> {
  const found = changes.find((change): change is Extract<Change, { readonly kind: K }> => change.kind === kind)
  if (found === undefined) throw new TypeError(`the entry of this request has no ${kind}`)
  return found
}
