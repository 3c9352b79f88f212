import { type Digest, hexOf } from '../../records/digest.ts'
import { digestOf } from './entry.ts'
import { digestsOf, findKey, keysBelow, type KeyFolder, withKeys } from './key-tree.ts'
import type { Token } from './ledger.ts'
import type { LedgerStorage } from './storage.ts'

/** The state after an entry, as the digest of each document. It is derived: without it everything is read from entries. */
export interface Manifest {
  readonly token: Token
  /** The version of the fold that made the documents. */
  readonly fold: number
  readonly tree: KeyFolder
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

  /** The document under a key; undefined when the checkpoint cannot be used: something is missing or has another digest. */
  document(manifest: Manifest, key: string): Promise<{ readonly doc: unknown } | undefined> {
    return unlessUnusable(async () => {
      const digest = await findKey(manifest.tree, key, this.#loadFolder)
      return { doc: digest === undefined ? undefined : await this.#load(digest) }
    })
  }

  /** The keys that begin with a prefix; undefined when the checkpoint cannot be used. */
  keys(manifest: Manifest, prefix: string): Promise<readonly string[] | undefined> {
    return unlessUnusable(() => keysBelow(manifest.tree, prefix, this.#loadFolder))
  }

  /** Writes the documents that changed since the manifest that `base` was taken from, then the new one, then tidies up. */
  async write(base: Manifest, changed: ReadonlyMap<string, unknown>): Promise<Manifest> {
    const { token, fold } = base
    const load = this.#loadFolder
    const digests = new Map<string, Digest>()
    for (const [key, doc] of changed) {
      if (doc !== undefined) digests.set(key, await this.#keep(doc, await findKey(base.tree, key, load)))
    }
    const tree = await withKeys(base.tree, digests, { load, keep: (folder) => this.#keep(folder) })
    // A release that knows only fold 1 looks for `keys`, and finds that a newer fold made them.
    const text = JSON.stringify({ v: 1, ...token, fold, keys: {}, tree })
    await this.#storage.replace(manifestPath(token.seq), Buffer.from(text))
    await this.#dropManifests()
    if (token.seq % sweepEvery < checkpointEvery) await this.#sweep()
    return { token, fold, tree }
  }

  /** @throws Unusable */
  async #load(digest: Digest): Promise<unknown> {
    if (this.#cache.has(digest)) return this.#cache.get(digest)
    const bytes = await this.#storage.read(documentPath(digest))
    if (bytes === undefined || digestOf(bytes) !== digest) throw new Unusable(digest)
    const doc: unknown = JSON.parse(bytes.toString('utf8'))
    if (this.#cache.size >= cachedDocuments) this.#cache.clear()
    this.#cache.set(digest, doc)
    return doc
  }

  // What has the digest is what `write` kept.
  readonly #loadFolder = async (digest: Digest) => (await this.#load(digest)) as KeyFolder

  /** Writes a document, unless it is what stood there before. */
  async #keep(doc: unknown, before?: Digest): Promise<Digest> {
    const bytes = Buffer.from(JSON.stringify(doc), 'utf8')
    const digest = digestOf(bytes)
    if (digest === before) return digest
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
    const trees = young.flatMap((manifest) => (manifest === undefined ? [] : [manifest.tree]))
    const digests = await unlessUnusable(() => Promise.all(trees.map((tree) => digestsOf(tree, this.#loadFolder))))
    if (digests === undefined) return
    const needed = new Set(digests.flat().map(hexOf))
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

/** A document that is missing or has another digest than its name says. */
class Unusable extends Error {}

async function unlessUnusable<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Unusable) return undefined
    throw error
  }
}

function parseManifest(bytes: Buffer | undefined): Manifest | undefined {
  if (bytes === undefined) return undefined
  try {
    const value = JSON.parse(bytes.toString('utf8')) as { seq: number; digest: Digest; fold: number; tree?: KeyFolder }
    // The first fold had a flat list: what another fold made is not read anyway.
    return { token: { seq: value.seq, digest: value.digest }, fold: value.fold, tree: value.tree ?? {} }
  } catch (error) {
    // A power cut can leave half a manifest: it is derived, so an older one, or none, does as well.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
