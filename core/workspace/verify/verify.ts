import { errorMessage } from '../../errors/errors.ts'
import type { Blobs } from '../blobs/blobs.ts'
import { isDamage } from '../failures.ts'
import type { Fold, Ledger, Token, View } from '../ledger/ledger.ts'
import { State } from '../ledger/state.ts'
import type { Change } from '../registry/changes.ts'
import { type OnFile, readBlobs } from './blobs.ts'
import { type Chain, walkChain } from './chain.ts'
import { differingDocuments } from './documents.ts'
import { type Finding, finding, type Verification } from './finding.ts'
import { checkPins } from './pin.ts'

/** How a workspace is verified. */
export interface VerifyOptions {
  /** Entries that somebody remembers outside of the workspace. */
  readonly pins?: readonly Token[]
  /** Leaves out the bytes of the files. */
  readonly isQuick?: boolean
  readonly onFile?: OnFile
}

/** What is verified: any ledger with any store of bytes. */
export interface Verified {
  readonly ledger: Ledger<Change>
  readonly blobs: Blobs
  readonly fold: Fold<Change>
}

/**
 * Looks for everything that is not as it was written, and goes on behind what it finds. Reads only.
 *
 * @throws ConfigError TY0209 in a workspace of a newer release; ExternalError when the place cannot be read. Damage is told,
 *   not thrown.
 */
export async function verifyWorkspace(
  { ledger, blobs, fold }: Verified,
  options: VerifyOptions = {},
): Promise<Verification> {
  const { pins = [], isQuick = false, onFile = () => undefined } = options
  const seen = await viewOf(ledger)
  const state = new State(fold)
  const chain = await walkChain({
    ledger,
    until: seen.view?.token.seq ?? Number.POSITIVE_INFINITY,
    wanted: new Set(pins.map(({ seq }) => seq)),
    take: (entry) => state.add(entry),
  })
  const documents = chain.findings.length > 0 ? undefined : await documentFindings(seen, chain, { state, fold, ledger })
  const read = isQuick ? undefined : await readBlobs(state.docs, blobs, onFile)
  const pinned = checkPins(pins, chain.last, (seq) => chain.digests.get(seq))
  return {
    url: ledger.url,
    entries: chain.entries,
    head: chain.head,
    findings: [...pinned, ...chain.findings, ...(documents ?? []), ...(read?.findings ?? [])],
    files: read === undefined ? undefined : { count: read.count, bytes: read.bytes },
    documents: documents === undefined ? undefined : state.docs.size,
    pins: pins.length,
  }
}

/** The newest state, or why it cannot be seen. */
type Seen = { readonly view: View<Change> } | { readonly view: undefined; readonly problem: string }

async function viewOf(ledger: Ledger<Change>): Promise<Seen> {
  try {
    return { view: await ledger.view() }
  } catch (error) {
    if (!isDamage(error)) throw error
    return { view: undefined, problem: error.details }
  }
}

/** What everybody reads, compared with what the entries say. Only called where the entries are whole. */
async function documentFindings(
  seen: Seen,
  { head }: Chain,
  {
    state,
    fold,
    ledger,
  }: { readonly state: State<Change>; readonly fold: Fold<Change>; readonly ledger: Ledger<Change> },
): Promise<readonly Finding[]> {
  // The entries are whole, so what keeps the state from being seen is what was made from them.
  if (seen.view === undefined) return [finding('checkpoint', seen.problem)]
  const { view } = seen
  if (view.token.seq > 0 && view.token.digest !== head?.digest) {
    return [
      finding('checkpoint', `the newest state stands on ${view.token.digest}, and not on entry ${view.token.seq}`),
    ]
  }
  try {
    const differing = await differingDocuments(view, state.docs)
    const newest = view.token.seq === 0 ? [] : fold.effects(await view.entry(view.token.seq)).map(({ key }) => key)
    return differing.map((key) => {
      // No later entry names the newest one, so a change of it shows in the documents alone.
      const or = newest.includes(key) ? `: it, or entry ${view.token.seq}, was changed` : ''
      return finding('document', `the document ${key} does not say what the entries say${or}`)
    })
  } catch (error) {
    if (!isDamage(error)) throw error
    return [finding('checkpoint', `${ledger.url}: ${errorMessage(error)}`)]
  }
}
