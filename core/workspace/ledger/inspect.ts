import { isDamage } from '../failures.ts'
import { bytesOf, digestOf } from './entry.ts'
import type { Broken, Inspected, Ledger, Placed } from './ledger.ts'

/** Whether a place holds an entry that can be read. */
export function isPlaced<Change>(found: Inspected<Change>): found is Placed<Change> {
  return 'entry' in found
}

/** What is read at a place; damage is told and not thrown. @throws whatever is no damage: a newer form, a disk that fails. */
export async function brokenOr<Change>(
  seq: number,
  readEntry: () => Promise<Placed<Change> | undefined>,
): Promise<Inspected<Change>> {
  try {
    return (await readEntry()) ?? missing(seq)
  } catch (error) {
    if (!isDamage(error)) throw error
    return { seq, problem: error.details }
  }
}

/** A place before the last one without an entry. */
export function missing(seq: number): Broken {
  return { seq, problem: `entry ${seq} is missing` }
}

/**
 * What stands in a ledger: by its own means, or else by reading on, and place by place from where reading breaks.
 *
 * @throws ExternalError TY0207 when not even its newest state can be seen.
 */
export function inspectLedger<Change>(ledger: Ledger<Change>): AsyncIterable<Inspected<Change>> {
  return ledger.inspect?.() ?? byView(ledger)
}

async function* byView<Change>(ledger: Ledger<Change>): AsyncGenerator<Inspected<Change>> {
  const view = await ledger.view()
  for (let seq = 1; seq <= view.token.seq; seq++) {
    yield await brokenOr(seq, async () => {
      const entry = await view.entry(seq)
      return { token: { seq, digest: digestOf(bytesOf(entry)) }, entry }
    })
  }
}
