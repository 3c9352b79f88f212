import type { BlobFiles } from '../files.ts'
import type { View } from '../ledger/ledger.ts'
import type { Change } from './changes.ts'
import { keys, read } from './documents.ts'

/** So long may clocks differ, and may a collector take from its entry to its last file. */
const toleranceMs = 24 * 3_600_000

/**
 * Makes what an entry is about to refer to durable, and makes sure that nobody is about to remove it. A collector looks at the
 * files, then appends an entry on the head by which nothing refers to them, then removes those that are as it saw them. So who
 * appends before that entry is seen by it, and who appends after it has seen it: then what was put is given another age (or is
 * put again where it is gone already), and the collector leaves it alone.
 */
export function createPrepare(files: BlobFiles): (view: View<Change>) => Promise<void> {
  const openedAtMs = Date.now()
  let renewed = { seq: 0, puts: 0 }
  return async (view) => {
    await files.blobs.flush()
    if (files.puts === 0) return
    const last = await read(view, keys.collections())
    if (last === undefined || Date.parse(last.at) < openedAtMs - toleranceMs) return
    if (renewed.seq === last.seq && renewed.puts === files.puts) return
    const now = { seq: last.seq, puts: files.puts }
    await files.blobs.renew()
    renewed = now
  }
}
