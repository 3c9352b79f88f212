import { type Digest, hexOf } from '../../records/digest.ts'
import { digestOf } from './entry.ts'
import type { Token } from './ledger.ts'
import type { LedgerStorage } from './storage.ts'

/** The state after an entry, as the digest of each document. It is derived: without it everything is read from entries. */
export interface Manifest {
  readonly token: Token
  /** The version of the fold that made the documents. */
  readonly fold: number
  readonly keys: ReadonlyMap<string, Digest>
}

/** A writer makes a checkpoint when the newest one is this many entries old. */
export const checkpointEvery = 32

/** About every so many entries what nobody needs any more is looked for. */
const sweepEvery = 16 * checkpointEvery

/** Manifests that stay: the newest, and the one that readers may still stand on. */
const kept = 2

/** Documents that a process keeps in memory. */
const cachedDocuments = 1000

/** Superseded documents stay this long for those who read them just now. */
const graceMs = 3_600_000

const manifests = 'checkpoints'
const documents = 'documents'

/**
 * Checkpoints beside the entries: documents named by their digest, and manifests named by their place. None of it is synced,
 * since all of it can be made again; so everything is verified when it is read, and what does not verify is not used.
 */
export class Checkpoints {
  readonly #storage: LedgerStorage
  readonly #cache = new Map<Digest, unknown>()

  constructor(storage: LedgerStorage) {
    this.#storage = storage
  }

  /** The newest manifest that can be read. */
  async newest(): Promise<Manifest | undefined> {
    for (const seq of (await this.#places()).reverse()) {
      const manifest = parseManifest(await this.#storage.read(manifestPath(seq)))
      if (manifest?.token.seq === seq) return manifest
    }
    return undefined
  }

  /** A document; undefined when it is missing or has another digest. */
  async document(digest: Digest): Promise<{ readonly doc: unknown } | undefined> {
    if (this.#cache.has(digest)) return { doc: this.#cache.get(digest) }
    const bytes = await this.#storage.read(documentPath(digest))
    if (bytes === undefined || digestOf(bytes) !== digest) return undefined
    const doc: unknown = JSON.parse(bytes.toString('utf8'))
    if (this.#cache.size >= cachedDocuments) this.#cache.clear()
    this.#cache.set(digest, doc)
    return { doc }
  }

  /** Writes the documents that changed since the manifest that `base` was taken from, then the new one, then tidies up. */
  async write(base: Manifest, changed: ReadonlyMap<string, unknown>): Promise<Manifest> {
    const keys = new Map(base.keys)
    for (const [key, doc] of changed) keys.set(key, await this.#keep(doc))
    const { token, fold } = base
    const text = JSON.stringify({ v: 1, ...token, fold, keys: Object.fromEntries([...keys].sort(byKey)) })
    await this.#storage.replace(manifestPath(token.seq), Buffer.from(text))
    await this.#dropManifests()
    if (token.seq % sweepEvery < checkpointEvery) await this.#sweep()
    return { token, fold, keys }
  }

  async #keep(doc: unknown): Promise<Digest> {
    const bytes = Buffer.from(JSON.stringify(doc), 'utf8')
    const digest = digestOf(bytes)
    await this.#storage.replace(documentPath(digest), bytes)
    return digest
  }

  async #dropManifests(): Promise<void> {
    for (const seq of (await this.#places()).slice(0, -kept)) await this.#storage.remove(manifestPath(seq))
  }

  /** Removes documents that no manifest names any more, and what writers left that died. */
  async #sweep(): Promise<void> {
    const places = await this.#places()
    const young = await Promise.all(
      places.slice(-kept).map(async (seq) => parseManifest(await this.#storage.read(manifestPath(seq)))),
    )
    const needed = new Set(young.flatMap((manifest) => [...(manifest?.keys.values() ?? [])].map(hexOf)))
    await this.#storage.sweep(documents, { ageMs: graceMs, needed })
  }

  async #places(): Promise<number[]> {
    const names = await this.#storage.names(manifests)
    return names
      .flatMap((name) => /^(\d{10})\.json$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b)
  }
}

function manifestPath(seq: number): string {
  return `${manifests}/${String(seq).padStart(10, '0')}.json`
}

function documentPath(digest: Digest): string {
  const hex = hexOf(digest)
  return `${documents}/${hex.slice(0, 2)}/${hex}`
}

function byKey([a]: [string, Digest], [b]: [string, Digest]): number {
  return a < b ? -1 : 1
}

function parseManifest(bytes: Buffer | undefined): Manifest | undefined {
  if (bytes === undefined) return undefined
  try {
    const value = JSON.parse(bytes.toString('utf8')) as { seq: number; digest: Digest; fold: number; keys: object }
    const keys = new Map(Object.entries(value.keys) as [string, Digest][])
    return { token: { seq: value.seq, digest: value.digest }, fold: value.fold, keys }
  } catch (error) {
    // A power cut can leave half a manifest: it is derived, so an older one, or none, does as well.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
