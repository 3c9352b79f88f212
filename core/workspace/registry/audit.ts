import { damaged } from '../failures.ts'
import { bytesOf, digestOf } from '../ledger/entry.ts'
import { type Fold, type Ledger, start } from '../ledger/ledger.ts'
import { State } from '../ledger/state.ts'
import { differingDocuments } from '../verify/documents.ts'
import type { AuditEntry, WholeEntry } from '../workspace.ts'
import type { Change } from './changes.ts'
import { auditEntry } from './words.ts'

/**
 * The trail from the first entry on. The chain is checked while it is read; at its end the documents that everybody reads
 * are compared with what the entries say, so that an edit to either is found.
 *
 * @throws ExternalError TY0207
 */
export async function* audit(ledger: Ledger<Change>, fold: Fold<Change>): AsyncGenerator<AuditEntry> {
  const view = await ledger.view()
  const state = new State(fold)
  for await (const placed of ledger.read(start, view)) {
    state.add(placed.entry)
    yield auditEntry(placed)
  }
  const [first] = await differingDocuments(view, state.docs)
  if (first !== undefined) throw damaged(`the document ${first} does not say what the entries say`, ledger.url)
}

/**
 * Every entry as its bytes, from the first on; the sha256 of a text in UTF-8 is the entry's digest, which the next one names.
 *
 * @throws ExternalError TY0207 where the chain breaks.
 */
export async function* wholeEntries(ledger: Ledger<Change>): AsyncGenerator<WholeEntry> {
  for await (const { token, entry } of ledger.read(start, await ledger.view())) {
    const bytes = bytesOf(entry)
    if (digestOf(bytes) !== token.digest)
      throw damaged(`entry ${token.seq} has other bytes than it was written with`, ledger.url)
    yield { ...token, text: bytes.toString('utf8') }
  }
}
