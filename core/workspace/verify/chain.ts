import type { Digest } from '../../records/digest.ts'
import { inspectLedger, isPlaced } from '../ledger/inspect.ts'
import { type Entry, type Ledger, type Placed, start, type Token } from '../ledger/ledger.ts'
import { type Finding, finding } from './finding.ts'

/** What walking over a ledger found. */
export interface Chain {
  readonly findings: readonly Finding[]
  /** How many entries can be read. */
  readonly entries: number
  /** The newest entry that can be read. */
  readonly head: Token | undefined
  /** The last place that is taken, or that an entry should be in. */
  readonly last: number
  readonly digests: ReadonlyMap<number, Digest>
}

/** What a walk does. */
export interface Walk<Change> {
  readonly ledger: Ledger<Change>
  /** Later places are left out: somebody may be writing. */
  readonly until: number
  /** The places whose digests are asked for later. */
  readonly wanted: ReadonlySet<number>
  /** Called with every entry that can be read, in order. */
  readonly take: (entry: Entry<Change>) => void
}

/** Walks over every place of a ledger and names each that is missing, cannot be read, or was changed. */
export async function walkChain<Change>({ ledger, until, wanted, take }: Walk<Change>): Promise<Chain> {
  const findings: Finding[] = []
  const digests = new Map<number, Digest>()
  let previous: Token | undefined = start
  let head: Token | undefined
  let [entries, last] = [0, 0]
  for await (const found of inspectLedger(ledger)) {
    const seq: number = isPlaced(found) ? found.token.seq : found.seq
    if (seq > until) break
    last = Math.max(last, seq)
    if (!isPlaced(found)) {
      findings.push(finding('entry', found.problem, { seq }))
      previous = undefined
      continue
    }
    findings.push(...linkFindings(previous, found))
    previous = head = found.token
    entries += 1
    if (wanted.has(seq)) digests.set(seq, found.token.digest)
    take(found.entry)
  }
  return { findings, entries, head, last, digests }
}

/** Nothing can be said about a link to an entry that is not there. */
function linkFindings(previous: Token | undefined, { token, entry }: Placed): readonly Finding[] {
  if (previous === undefined) return []
  const { seq } = token
  if (seq !== previous.seq + 1) {
    const problem = `in the place of entry ${previous.seq + 1} stands entry ${seq}`
    return [finding('entry', problem, { seq: previous.seq + 1 })]
  }
  if (entry.prev === previous.digest) return []
  if (previous.seq === 0) return [finding('entry', `entry ${seq} names one before it, and there is none`, { seq })]
  const problem = `entry ${previous.seq} was changed: it has the digest ${previous.digest}, and entry ${seq} names ${entry.prev}`
  return [finding('entry', problem, { seq: previous.seq })]
}
