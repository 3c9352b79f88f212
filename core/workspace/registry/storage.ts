import { randomUUID } from 'node:crypto'
import type { RetentionPlan, RetentionRules } from '../../records/retention.ts'
import type { StoredBlob } from '../blobs/blobs.ts'
import type { View } from '../ledger/ledger.ts'
import type { Collected, Storage } from '../storage.ts'
import { runOwner } from './blobs-of.ts'
import type { Change } from './changes.ts'
import { planRetention } from './decide/retention.ts'
import { Usage } from './usage.ts'
import type { Registry } from './registry.ts'

/** Runs that one entry prunes at most: entries stay small. */
const mostPruned = 500

/** The bytes of a workspace: what retention lets go, and what nothing refers to. */
export function createStorage(registry: Registry): Storage {
  const usage = new Usage()
  const follow = async (view: View<Change>) => {
    for await (const { token, entry } of registry.entries(usage.token, view)) usage.add(token, entry)
    return usage
  }
  return {
    async plan(rules) {
      return planRetention(rules, (await follow(await registry.view())).runs(), Date.now())
    },
    prune: (rules) => prune(registry, rules, follow),
    collect: (options) => collect(registry, options, follow),
  }
}

/** The usage up to a view. It is read from the first entry on, and the chain is checked: a broken one collects nothing. */
type Follow = (view: View<Change>) => Promise<Usage>

async function prune(registry: Registry, rules: RetentionRules, follow: Follow): Promise<RetentionPlan> {
  let first: RetentionPlan | undefined
  for (;;) {
    const { result } = await registry.transact<RetentionPlan['goes']>({
      request: `${registry.request}/prune/${randomUUID()}`,
      async decide(view, at) {
        const plan = planRetention(rules, (await follow(view)).runs(), Date.parse(at))
        first ??= plan
        if (plan.goes.length === 0) return { result: [] }
        return { changes: plan.goes.slice(0, mostPruned).map(({ run, why }) => ({ kind: 'run.pruned', run, why })) }
      },
      result: (_, { changes }) => first?.goes.slice(0, changes.length) ?? [],
    })
    if (result.length < mostPruned) return first ?? { goes: [], stays: [] }
  }
}

interface Found {
  readonly going: readonly StoredBlob[]
  readonly staying: number
}

async function collect(
  registry: Registry,
  { olderThanMs, isDry, letGo = [] }: Parameters<Storage['collect']>[0],
  follow: Follow,
): Promise<Collected> {
  const { blobs } = registry.files
  const stored: StoredBlob[] = []
  // Before the entry, so that whoever puts a blob after that entry has changed what is found here.
  for await (const blob of blobs.list()) stored.push(blob)
  const beforeMs = Date.now() - olderThanMs
  const find = async (view: View<Change>): Promise<Found> => {
    const referred = await (await follow(view)).referred(registry.files, new Set(letGo.map(runOwner)))
    return parted(stored, (blob) => blob.storedAtMs < beforeMs && !referred.has(blob.digest))
  }
  const found = isDry ? await find(await registry.view()) : await announce(registry, find)
  const gone = isDry ? found.going : await blobs.remove(found.going)
  const tidied = await blobs.tidy({ isDry })
  return { files: gone.length, bytes: bytesOf(gone), stays: stored.length - gone.length, tidied }
}

/** Says in the ledger that files go, on the very head from which it was found that nothing refers to them. */
async function announce(registry: Registry, find: (view: View<Change>) => Promise<Found>): Promise<Found> {
  let found: Found = { going: [], staying: 0 }
  await registry.transact<undefined>({
    request: `${registry.request}/collect/${randomUUID()}`,
    async decide(view) {
      found = await find(view)
      const { going } = found
      if (going.length === 0) return { result: undefined }
      return { changes: [{ kind: 'files.collected', files: going.length, bytes: bytesOf(going) }] }
    },
    result: () => undefined,
  })
  return found
}

/** Blobs with the same place go together or stay. */
function parted(stored: readonly StoredBlob[], mayGo: (blob: StoredBlob) => boolean): Found {
  const needed = new Set(stored.filter((blob) => !mayGo(blob)).map(placeOf))
  const going = stored.filter((blob) => !needed.has(placeOf(blob)))
  return { going, staying: stored.length - going.length }
}

function placeOf({ digest, place }: StoredBlob): string {
  return place ?? digest
}

function bytesOf(blobs: readonly StoredBlob[]): number {
  return blobs.reduce((sum, { size }) => sum + size, 0)
}
