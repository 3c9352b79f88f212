import { damaged } from '../failures.ts'
import { type Fold, type Ledger, start } from '../ledger/ledger.ts'
import { State } from '../ledger/state.ts'
import { differingDocuments } from '../verify/documents.ts'
import type { AuditEntry } from '../workspace.ts'
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
