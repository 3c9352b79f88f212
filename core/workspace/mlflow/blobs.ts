import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { type Digest, hexOf } from '../../records/digest.ts'
import { treeOf } from '../../records/tree.ts'
import type { BlobSource, Blobs, Kept, StoredBlob } from '../blobs/blobs.ts'
import { type Measured, measure, verified } from '../blobs/verify.ts'
import { damaged } from '../failures.ts'
import { sha256 } from '../registry/documents.ts'
import { bySize, type MlflowService, storedPath } from './service.ts'

/** Files that are sent at once. */
const atOnce = 4

/** What was put at once, in the store beside its files: an artifact does not tell its age, nor its digest. */
interface Manifest {
  readonly storedAtMs: number
  /** Another one each time, so that a collector sees that the files were put again. */
  readonly mark: string
  readonly files: readonly { readonly place: string; readonly digest: Digest; readonly size: number }[]
}

/** Files that are to lie in a folder of the store. */
interface Laid {
  readonly folder: string
  readonly name: string
  readonly source: BlobSource
  readonly measured: Measured
}

/**
 * Files as ordinary artifacts of an MLflow server, under their own names, so that its users get them too. The same files under the
 * same names are kept once. A blob's place is its path in the store.
 */
export class MlflowBlobs implements Blobs {
  readonly #service: MlflowService
  readonly #put = new Map<string, Manifest>()
  /** The artifacts of the run that is being recorded: what it writes goes there, as its users expect. */
  runRoot: string | undefined

  constructor(service: MlflowService) {
    this.#service = service
  }

  async put(sources: readonly BlobSource[]): Promise<readonly Kept[]> {
    const measured: Measured[] = []
    for (const source of sources) measured.push(await digestOf(source))
    const named = sources.flatMap(({ path }, index) => {
      const one = measured[index]
      return path === undefined || one === undefined ? [] : [{ path, ...one }]
    })
    const folder =
      named.length === sources.length && named.length > 0 ? await this.#folderFor(treeOf(named).digest) : ''
    const { root } = await this.#service.carrier()
    const laid = sources.map((source, index): Laid => {
      const one = measured[index] ?? { digest: 'sha256:', size: 0 }
      const hex = hexOf(one.digest)
      return source.path === undefined || folder === ''
        ? { folder: `${root}/blobs/${hex.slice(0, 2)}`, name: hex, source, measured: one }
        : { folder, name: storedPath(source.path), source, measured: one }
    })
    for (const group of groups(laid)) await this.#lay(group)
    return laid.map((each) => ({ ...each.measured, place: `${each.folder}/${each.name}` }))
  }

  async flush(): Promise<void> {
    // Artifacts are durable when the server has answered.
    await Promise.resolve()
  }

  unflushed(): readonly Kept[] {
    return []
  }

  async get(digest: Digest, place?: string): Promise<Readable> {
    const hex = hexOf(digest)
    const { artifacts } = this.#service.api
    const path = place ?? `${(await this.#service.carrier()).root}/blobs/${hex.slice(0, 2)}/${hex}`
    const found = (await artifacts.get(path)) ?? (place === undefined ? await this.#searched(digest) : undefined)
    const { url } = this.#service.api.connection
    if (found === undefined) throw damaged(`the file ${digest} is missing: ${path}`, url)
    return verified(found, digest, url)
  }

  /** A file of which no record has told where it is. */
  async #searched(digest: Digest): Promise<Readable | undefined> {
    for await (const { digest: kept, place = '' } of this.list()) {
      if (kept === digest) return this.#service.api.artifacts.get(place)
    }
    return undefined
  }

  async renew(): Promise<void> {
    for (const [path, { files }] of this.#put) await this.#keepManifest(path, files)
  }

  async *list(): AsyncIterable<StoredBlob> {
    const { root } = await this.#service.carrier()
    for await (const { path } of this.#service.api.artifacts.walk(`${root}/manifests`)) {
      const manifest = await this.#manifest(path)
      for (const { place, digest, size } of manifest?.files ?? []) {
        yield { digest, size, place, storedAtMs: manifest?.storedAtMs ?? Date.now() }
      }
    }
  }

  async remove(blobs: readonly StoredBlob[]): Promise<readonly StoredBlob[]> {
    const gone: StoredBlob[] = []
    const { root } = await this.#service.carrier()
    const wanted = new Map(blobs.map((blob) => [blob.place ?? '', blob]))
    for await (const { path } of this.#service.api.artifacts.walk(`${root}/manifests`)) {
      const manifest = await this.#manifest(path)
      const here = (manifest?.files ?? []).flatMap(({ place }) => wanted.get(place) ?? [])
      // Only whole manifests go, and only those that are as old as when they were listed.
      if (here.length === 0 || here.length < (manifest?.files.length ?? 0)) continue
      if (here.some(({ storedAtMs }) => storedAtMs !== manifest?.storedAtMs)) continue
      for (const blob of here) {
        await this.#service.api.artifacts.remove(blob.place ?? '')
        gone.push(blob)
      }
      await this.#service.api.artifacts.remove(path)
    }
    return gone
  }

  async tidy(): Promise<readonly string[]> {
    await Promise.resolve()
    return []
  }

  async close(): Promise<void> {
    await Promise.resolve()
  }

  /** The folder of a run is used once: nothing there is ever written over. */
  async #folderFor(tree: Digest): Promise<string> {
    const run = this.runRoot
    this.runRoot = undefined
    if (run !== undefined && (await this.#service.api.artifacts.list(run)).length === 0) return run
    return `${(await this.#service.carrier()).root}/trees/${hexOf(tree)}`
  }

  async #lay(files: readonly Laid[]): Promise<void> {
    const { artifacts } = this.#service.api
    const folder = files[0]?.folder ?? ''
    const { root } = await this.#service.carrier()
    const manifest = files.map(({ name, measured }) => ({ place: `${folder}/${name}`, ...measured }))
    // First of all, so that a collector never finds files of which nobody says how old they are.
    await this.#keepManifest(manifestPath(root, folder, files), manifest)
    const there = await this.#there(files)
    const waiting = files.filter(({ name, measured }) => there.get(`${folder}/${name}`) !== measured.size).values()
    const workers = Array.from({ length: atOnce }, async () => {
      for (const { name, source } of waiting) await artifacts.put(`${folder}/${name}`, source)
    })
    await Promise.all(workers)
  }

  /** The sizes of what is there already, in the folders that matter. */
  async #there(files: readonly Laid[]): Promise<ReadonlyMap<string, number>> {
    const folders = new Set(files.map(({ folder, name }) => `${folder}/${name}`.split('/').slice(0, -1).join('/')))
    const lists = []
    for (const folder of folders) lists.push(await this.#service.api.artifacts.list(folder))
    return bySize(lists.flat())
  }

  async #keepManifest(path: string, files: Manifest['files']): Promise<void> {
    const manifest: Manifest = { storedAtMs: Date.now(), mark: randomUUID(), files }
    const bytes = Buffer.from(JSON.stringify(manifest), 'utf8')
    await this.#service.api.artifacts.put(path, { size: bytes.length, open: () => Readable.from([bytes]) })
    this.#put.set(path, manifest)
  }

  async #manifest(path: string): Promise<Manifest | undefined> {
    const stream = await this.#service.api.artifacts.get(path)
    if (stream === undefined) return undefined
    const parts: Buffer[] = []
    for await (const part of stream) parts.push(part as Buffer)
    // Our own document; one that is cut off fails to parse, and the collection with it.
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as Manifest
  }
}

/** What is put in one folder under its names is one group; a blob without a name is alone. */
function groups(laid: readonly Laid[]): readonly (readonly Laid[])[] {
  const found = new Map<string, Laid[]>()
  for (const one of laid) {
    const key = one.source.path === undefined ? `${one.folder}/${one.name}` : one.folder
    found.set(key, [...(found.get(key) ?? []), one])
  }
  return [...found.values()]
}

function manifestPath(root: string, folder: string, files: readonly Laid[]): string {
  const name = nameOf(root, folder, files)
  return `${root}/manifests/${name.slice(0, 2)}/${name}.json`
}

/** A folder of a run has no name of ours. */
function nameOf(root: string, folder: string, files: readonly Laid[]): string {
  if (!folder.startsWith(`${root}/`)) return sha256(folder)
  return folder.includes('/trees/') ? (folder.split('/').at(-1) ?? '') : (files[0]?.name ?? '')
}

async function digestOf(source: BlobSource): Promise<Measured> {
  const measured = await measure(source.open(), () => Promise.resolve())
  if (measured.size !== source.size) throw new RangeError('a file changed while it was read')
  return measured
}
