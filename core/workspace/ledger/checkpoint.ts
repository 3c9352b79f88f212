import type { Stats } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Digest, hexOf } from '../../records/digest.ts'
import { writeTemporary } from '../durable.ts'
import { errno, onFiles } from '../failures.ts'
import { digestOf } from './entry.ts'
import type { Token } from './ledger.ts'

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

/** A temporary file this old belongs to a writer that died. */
const abandonedMs = 24 * 3_600_000

/**
 * Checkpoints in a folder: documents named by their digest, and manifests named by their place. None of it is synced,
 * since all of it can be made again; so everything is verified when it is read, and what does not verify is not used.
 */
export class Checkpoints {
  readonly #manifests: string
  readonly #documents: string
  readonly #temporary: string
  readonly #cache = new Map<Digest, unknown>()

  constructor(folder: string) {
    this.#manifests = join(folder, 'checkpoints')
    this.#documents = join(folder, 'documents')
    this.#temporary = join(folder, 'temporary')
  }

  /** The newest manifest that can be read. */
  async newest(): Promise<Manifest | undefined> {
    for (const seq of (await this.#places()).reverse()) {
      const manifest = parseManifest(await readIfThere(this.#manifestPath(seq)))
      if (manifest?.token.seq === seq) return manifest
    }
    return undefined
  }

  /** A document; undefined when it is missing or has another digest. */
  async document(digest: Digest): Promise<{ readonly doc: unknown } | undefined> {
    if (this.#cache.has(digest)) return { doc: this.#cache.get(digest) }
    const bytes = await readIfThere(this.#documentPath(digest))
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
    await this.#place(this.#manifestPath(token.seq), Buffer.from(text))
    await this.#dropManifests()
    if (token.seq % sweepEvery < checkpointEvery) await this.#sweep()
    return { token, fold, keys }
  }

  async #keep(doc: unknown): Promise<Digest> {
    const bytes = Buffer.from(JSON.stringify(doc), 'utf8')
    const digest = digestOf(bytes)
    await this.#place(this.#documentPath(digest), bytes)
    return digest
  }

  async #place(path: string, bytes: Uint8Array): Promise<void> {
    await mkdir(dirname(path), { recursive: true })
    const temporary = await writeTemporary(this.#temporary, (file) => file.writeFile(bytes), { isSynced: false })
    await rename(temporary, path)
  }

  async #dropManifests(): Promise<void> {
    for (const seq of (await this.#places()).slice(0, -kept)) await rm(this.#manifestPath(seq), { force: true })
  }

  /** Removes documents that no manifest names any more, and what writers left that died. */
  async #sweep(): Promise<void> {
    const places = await this.#places()
    const young = await Promise.all(
      places.slice(-kept).map(async (seq) => parseManifest(await readIfThere(this.#manifestPath(seq)))),
    )
    const needed = new Set(young.flatMap((manifest) => [...(manifest?.keys.values() ?? [])].map(hexOf)))
    for (const shard of await listIfThere(this.#documents))
      await sweepOld(join(this.#documents, shard), graceMs, needed)
    await sweepOld(this.#temporary, abandonedMs, new Set())
  }

  async #places(): Promise<number[]> {
    const names = await onFiles('list checkpoints', this.#manifests, () => listIfThere(this.#manifests))
    return names
      .flatMap((name) => /^(\d{10})\.json$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b)
  }

  #manifestPath(seq: number): string {
    return join(this.#manifests, `${String(seq).padStart(10, '0')}.json`)
  }

  #documentPath(digest: Digest): string {
    const hex = hexOf(digest)
    return join(this.#documents, hex.slice(0, 2), hex)
  }
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

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
    throw error
  }
}

async function listIfThere(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw error
  }
}

async function sweepOld(folder: string, ageMs: number, needed: ReadonlySet<string>): Promise<void> {
  for (const name of await listIfThere(folder)) {
    if (needed.has(name)) continue
    const path = join(folder, name)
    const found = await statIfThere(path)
    if (found !== undefined && Date.now() - found.mtimeMs > ageMs) await rm(path, { force: true })
  }
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
    throw error
  }
}
