import type { KeepRule } from '../../records/retention.ts'
import type { Digest } from '../../records/digest.ts'
import type { BlobFiles } from '../files.ts'
import { type Entry, start, type Token } from '../ledger/ledger.ts'
import { type Referral, blobsOf, releasedBy } from './blobs-of.ts'
import type { Change } from './changes.ts'
import type { RunFacts, VersionFacts } from './decide/retention.ts'
import { readList } from './pack.ts'

/** What all entries together refer to, and what retention looks at: folded from the entries alone, never from documents. */
export class Usage {
  /** The last entry that is folded in. */
  token: Token = start
  readonly #forEver = new Set<Digest>()
  readonly #owned = new Map<string, Set<Digest>>()
  readonly #lists = new Map<string, Referral[]>()
  readonly #runs = new Map<string, Omit<RunFacts, 'versions'>>()
  readonly #versions = new Map<string, VersionFacts & { readonly run: string | undefined }>()

  /** Folds the next entry in. */
  add(token: Token, entry: Entry<Change>): void {
    this.token = token
    for (const change of entry.changes) {
      this.#refer(change)
      this.#learnRun(change, change.origin?.at ?? entry.at)
      this.#learnVersion(change)
    }
  }

  /** Everything that is referred to, once these owners let their files go. @throws ExternalError TY0207 for a lost list. */
  async referred(store: BlobFiles, released: ReadonlySet<string> = new Set()): Promise<ReadonlySet<Digest>> {
    const all = new Set(this.#forEver)
    for (const [owner, digests] of this.#owned) {
      if (!released.has(owner)) for (const digest of digests) all.add(digest)
    }
    for (const [owner, lists] of this.#lists) {
      if (released.has(owner)) continue
      for (const { digest, in: place } of lists) {
        for (const file of await readList({ list: digest, ...(place === undefined ? {} : { in: place }) }, store))
          all.add(file.digest)
      }
    }
    return all
  }

  /** Every run, as retention looks at it. */
  runs(): readonly RunFacts[] {
    const byRun = new Map<string, VersionFacts[]>()
    for (const { run, ...version } of this.#versions.values()) {
      if (run !== undefined) byRun.set(run, [...(byRun.get(run) ?? []), version])
    }
    return [...this.#runs.values()].map((run) => ({ ...run, versions: byRun.get(run.run) ?? [] }))
  }

  #refer(change: Change): void {
    for (const reference of blobsOf(change)) {
      const { digest, owner = '', isList = false } = reference
      if (owner === '' || isList) this.#forEver.add(digest)
      else setIn(this.#owned, owner, () => new Set<Digest>()).add(digest)
      if (isList) setIn(this.#lists, owner, () => []).push(reference)
    }
    const released = releasedBy(change)
    if (released === undefined) return
    this.#owned.delete(released)
    this.#lists.delete(released)
  }

  #learnRun(change: Change, at: string): void {
    if (change.kind === 'run.started') {
      const { model, deadline } = change.start
      this.#runs.set(change.run, { run: change.run, model, deadline, state: 'running', startedAt: at, isPruned: false })
      return
    }
    const run = 'run' in change ? this.#runs.get(change.run) : undefined
    if (run === undefined) return
    if (change.kind === 'run.ended') this.#runs.set(run.run, { ...run, state: change.end.state, endedAt: at })
    if (change.kind === 'run.pruned') this.#runs.set(run.run, { ...run, isPruned: true })
  }

  #learnVersion(change: Change): void {
    if (change.kind === 'version.registered') {
      const {
        version,
        start: { model, run, tags },
      } = change
      const has = new Set<KeepRule>(['registered', ...(Object.keys(tags).length === 0 ? [] : (['tagged'] as const))])
      this.#versions.set(`${model}@${version}`, { name: `${model}@${version}`, run, isDeleted: false, has })
    } else if (change.kind === 'version.deleted') {
      this.#update(change.model, change.version, { isDeleted: true })
    } else if (change.kind === 'version.tagged') {
      this.#mark(change.model, change.version, 'tagged')
    } else if (change.kind === 'alias.moved') {
      if (change.to !== undefined) this.#mark(change.model, change.to, 'aliased')
    } else if (change.kind === 'deployment.recorded') {
      this.#mark(change.deployment.model, change.deployment.version, 'deployed')
    }
  }

  #mark(model: string, version: number, rule: KeepRule): void {
    const known = this.#versions.get(`${model}@${version}`)
    if (known !== undefined) this.#update(model, version, { has: new Set([...known.has, rule]) })
  }

  #update(model: string, version: number, changed: Partial<VersionFacts>): void {
    const known = this.#versions.get(`${model}@${version}`)
    if (known !== undefined) this.#versions.set(known.name, { ...known, ...changed })
  }
}

function setIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
