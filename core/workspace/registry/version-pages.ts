import type { View } from '../ledger/ledger.ts'
import type { Change } from './changes.ts'
import { keys, own, read, versionsPerPage } from './documents.ts'
import type { StoredVersion } from './stored.ts'

/** Documents that are read at once, at most. */
const mostAhead = 16

/**
 * The versions of a model from one number down to another, deleted ones too. One document is read first, and more at once the
 * further one goes: who wants the newest few waits for one, and who wants all does not wait for each.
 */
export async function* versionsDown(
  view: View<Change>,
  model: string,
  { from, to = 1 }: { readonly from: number; readonly to?: number },
): AsyncGenerator<StoredVersion> {
  let version = from
  for (let ahead = 1; version >= to; ahead = Math.min(2 * ahead, mostAhead)) {
    const newest = Math.floor((version - 1) / versionsPerPage)
    const oldest = Math.max(Math.floor((to - 1) / versionsPerPage), newest - ahead + 1)
    const pages = Array.from({ length: newest - oldest + 1 }, (_, index) => newest - index)
    const docs = await Promise.all(pages.map((page) => read(view, keys.versions(model, page * versionsPerPage + 1))))
    for (const [index, doc] of docs.entries()) {
      const floor = Math.max(to - 1, (newest - index) * versionsPerPage)
      for (; version > floor; version--) {
        const stored = own(doc, String(version))
        if (stored !== undefined) yield stored
      }
    }
  }
}
