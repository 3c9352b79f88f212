import { createHash } from 'node:crypto'
import { InputError } from '../../errors/errors.ts'
import type { View } from '../ledger/ledger.ts'
import type { Change } from '../registry/changes.ts'
import { Carrier } from './carry.ts'
import type { History } from './history.ts'
import { judge, Known } from './judge.ts'
import { type Part, Parts } from './parts.ts'
import { select } from './select.ts'

/** What is copied, and whither. */
export interface CopyOptions {
  readonly from: History
  readonly to: History
  /** Only these, with what they need; all when undefined. */
  readonly models: readonly string[] | undefined
  /** Only looks. */
  readonly isDryRun: boolean
  /** Called after every entry that was written. */
  progress(done: number, total: number): void
  readonly signal?: AbortSignal
}

/** What was copied, or would be. */
export interface Copied {
  /** Changes by their kind: `version.registered`, `alias.moved`, … */
  readonly changes: ReadonlyMap<Change['kind'], number>
  /** Parts of entries that were there already. */
  readonly before: number
  /** Distinct files, and their bytes. */
  readonly files: number
  readonly bytes: number
}

/** One entry holds so much at most: an entry is read whole, and by everybody. */
const mostChanges = 200
const mostJson = 64 * 1024
const mostBytes = 64 * 2 ** 20

/** Of so many parts the files are asked for together. */
const partsAhead = 200

/**
 * Copies what happened in one workspace to another, in order: who did it, when and why stay as they were, and the entries there
 * say who copied. Safe to repeat and to break off: what is there is not copied again.
 *
 * @throws InputError TY0217 that names every conflict, before anything is written; ExternalError TY0207 for bytes or entries
 *   that are not what their digest says.
 */
export async function copyHistory(options: CopyOptions): Promise<Copied> {
  const { from, to, models, isDryRun } = options
  const parts = new Parts()
  for await (const placed of from.entries()) parts.add(placed, from.url)
  const selected = select(parts, models)
  const known = new Known(parts.all)
  const left = await demandFree(selected, await to.view(), { known, url: to.url })
  const counts = countsOf(left)
  const before = selected.length - left.length
  if (isDryRun) return { changes: counts, before, files: 0, bytes: 0 }
  const carrier = new Carrier(from, to.files, (version) => parts.gone.has(version))
  let done = 0
  for await (const batch of batches(left, carrier, options.signal)) {
    await write(batch, { to, known })
    done += batch.length
    options.progress(done, left.length)
  }
  return { changes: counts, before, files: carrier.files, bytes: carrier.bytes }
}

interface Against {
  readonly known: Known
  readonly url: string
}

async function demandFree(
  parts: readonly Part[],
  view: View<Change>,
  { known, url }: Against,
): Promise<readonly Part[]> {
  const { parts: left, conflicts } = await judge(parts, view, known)
  if (conflicts.length === 0) return left
  throw new InputError({ code: 'TY0217', details: [`${url} holds something else:`, ...conflicts].join('\n') })
}

/** Parts with their bytes brought there, as many as go into one entry. */
async function* batches(
  parts: readonly Part[],
  carrier: Carrier,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Part[]> {
  let batch: Part[] = []
  let [changes, json, bytes] = [0, 0, carrier.bytes]
  for (const [index, { origin, changes: original }] of parts.entries()) {
    signal?.throwIfAborted()
    if (index % partsAhead === 0) {
      await carrier.ahead(parts.slice(index, index + partsAhead).flatMap(({ changes: soon }) => soon))
    }
    const carried: Change[] = []
    for (const change of original) carried.push(await carrier.carry(change))
    batch.push({ origin, changes: carried })
    changes += carried.length
    json += JSON.stringify(carried).length + carried.length * JSON.stringify(origin).length
    if (changes < mostChanges && json < mostJson && carrier.bytes - bytes < mostBytes) continue
    yield batch
    batch = []
    ;[changes, json, bytes] = [0, 0, carrier.bytes]
  }
  if (batch.length > 0) yield batch
}

/** Writes one entry; what somebody else copied meanwhile is left out. */
async function write(
  batch: readonly Part[],
  { to, known }: { readonly to: History; readonly known: Known },
): Promise<void> {
  await to.transact<undefined>({
    request: `copy/${nameOf(batch)}`,
    async decide(view) {
      const left = await demandFree(batch, view, { known, url: to.url })
      const changes = left.flatMap(({ origin, changes: all }) => all.map((change) => ({ ...change, origin })))
      return changes.length === 0 ? { result: undefined } : { changes }
    },
    result: () => undefined,
  })
}

function nameOf(batch: readonly Part[]): string {
  const hash = createHash('sha256')
  for (const { origin, changes } of batch) hash.update(`${origin.digest} ${origin.part} ${changes.length}\n`)
  return hash.digest('hex')
}

function countsOf(parts: readonly Part[]): ReadonlyMap<Change['kind'], number> {
  const counts = new Map<Change['kind'], number>()
  for (const { kind } of parts.flatMap(({ changes }) => changes)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}
