import { damaged } from '../failures.ts'
import { type Fold, type Ledger, start, type View } from '../ledger/ledger.ts'
import { State } from '../ledger/state.ts'
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
  await compare(view, state.docs, ledger.url)
}

async function compare(view: View<Change>, expected: ReadonlyMap<string, unknown>, url: string): Promise<void> {
  const found = await view.docs('')
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    if (JSON.stringify(found.get(key)) !== JSON.stringify(expected.get(key))) {
      throw damaged(`the document ${key} does not say what the entries say`, url)
    }
  }
}
