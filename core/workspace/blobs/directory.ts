import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Digest, hexOf, isDigest } from '../../records/digest.ts'
import { ensureFolder, makeFolder, syncFile, syncNames, writeTemporary } from '../durable.ts'
import { damaged, errno, onFiles } from '../failures.ts'
import type { BlobSource, Blobs, Kept, StoredBlob } from './blobs.ts'
import { FileCollector, namesIn, type Stamp, statIfThere } from './collect-folder.ts'
import { eachOf } from './each.ts'
import { chunkSize, measure, type Measured, verified } from './verify.ts'

/** How blobs are kept in a folder. */
export interface DirectoryBlobsOptions {
  readonly folder: string
  /** Without it nothing survives a power cut: for what a rehearsal keeps. */
  readonly isSynced: boolean
  /** Makes the folder ready, or refuses. */
  prepare(): Promise<void>
}

/** Blobs as files in a folder, fanned out by the first two digits of their digest. Durable as soon as they are put. */
export class DirectoryBlobs implements Blobs {
  readonly #folder: string
  readonly #options: DirectoryBlobsOptions
  readonly #collector: FileCollector
  readonly #sources = new Map<Digest, BlobSource>()
  readonly #listed = new Map<Digest, Stamp>()

  constructor(options: DirectoryBlobsOptions) {
    this.#folder = options.folder
    this.#options = options
    this.#collector = new FileCollector(join(options.folder, 'collected'))
  }

  put(sources: readonly BlobSource[]): Promise<readonly Kept[]> {
    return onFiles('keep files', this.#folder, async () => {
      await this.#options.prepare()
      if (this.#options.isSynced) await ensureFolder(this.#folder)
      await makeFolder(join(this.#folder, 'temporary'))
      const kept = await eachOf(sources, (source) => this.#keep(source))
      // Also where the bytes were there: whoever put them may not have lived to sync their name.
      if (this.#options.isSynced) await syncNames(new Set(kept.map(({ folder }) => folder)), this.#folder)
      kept.forEach(({ measured }, index) => {
        const source = sources[index]
        if (source !== undefined) this.#sources.set(measured.digest, source)
      })
      return kept.map(({ measured }) => measured)
    })
  }

  async flush(): Promise<void> {
    await Promise.resolve()
  }

  unflushed(): readonly Kept[] {
    return []
  }

  async get(digest: Digest): Promise<Readable> {
    const path = this.pathOf(digest)
    const file = await onFiles('read a file', path, () => this.#open(digest, path))
    if (file === undefined) throw damaged(`the file ${digest} is missing`, this.#folder)
    return verified(file.createReadStream({ highWaterMark: chunkSize }), digest, this.#folder)
  }

  async renew(): Promise<void> {
    const gone: BlobSource[] = []
    for (const [digest, source] of this.#sources) {
      const path = this.pathOf(digest)
      const isHere = await onFiles('keep files', path, async () => (await isThere(path, source.size)) && renewAge(path))
      if (!isHere) gone.push(source)
    }
    if (gone.length > 0) await this.put(gone)
  }

  async *list(): AsyncGenerator<StoredBlob> {
    await onFiles('list files', this.#folder, () => this.#collector.restore((hex) => this.pathOf(`sha256:${hex}`)))
    for (const shard of await namesIn(join(this.#folder, 'files'))) {
      for (const name of await namesIn(join(this.#folder, 'files', shard))) {
        const digest = `sha256:${name}`
        if (!isDigest(digest)) continue
        const found = await statIfThere(this.pathOf(digest))
        if (found === undefined) continue
        this.#listed.set(digest, { ino: found.ino, mtimeMs: found.mtimeMs, size: found.size })
        yield { digest, size: found.size, storedAtMs: found.mtimeMs }
      }
    }
  }

  remove(blobs: readonly StoredBlob[]): Promise<readonly StoredBlob[]> {
    return onFiles('remove files', this.#folder, async () => {
      const gone: StoredBlob[] = []
      for (const blob of blobs) {
        const stamp = this.#listed.get(blob.digest)
        if (stamp === undefined) throw new RangeError(`${blob.digest} was not listed`)
        if (await this.#collector.remove(this.pathOf(blob.digest), hexOf(blob.digest), stamp)) gone.push(blob)
      }
      return gone
    })
  }

  async tidy({ isDry }: { readonly isDry: boolean }): Promise<readonly string[]> {
    const folder = join(this.#folder, 'temporary')
    const old = await onFiles('list temporary files', folder, () => abandonedIn(folder))
    if (!isDry) for (const path of old) await rm(path, { force: true })
    return old.length === 0 ? [] : [`${old.length} temporary files of writers that died`]
  }

  /** Whether a blob is here. */
  async has(digest: Digest): Promise<boolean> {
    try {
      return (await stat(this.pathOf(digest))).isFile()
    } catch (error) {
      if (errno(error) === 'ENOENT') return false
      throw error
    }
  }

  async close(): Promise<void> {
    await Promise.resolve()
  }

  /** Where a blob is, or would be. */
  pathOf(digest: Digest): string {
    const hex = hexOf(digest)
    return join(this.#folder, 'files', hex.slice(0, 2), hex)
  }

  /** A file that is just being looked at by a collector is still there, aside. */
  async #open(digest: Digest, path: string): Promise<FileHandle | undefined> {
    const file = await openIfThere(path)
    if (file !== undefined) return file
    const aside = await this.#collector.find(hexOf(digest))
    return (aside === undefined ? undefined : await openIfThere(aside)) ?? openIfThere(path)
  }

  async #keep(source: BlobSource): Promise<{ measured: Measured; folder: string }> {
    let measured: Measured | undefined
    const fill = async (file: FileHandle) => {
      measured = await measure(source.open(), (chunk) => writeAll(file, chunk))
    }
    const temporary = await writeTemporary(join(this.#folder, 'temporary'), fill, { isSynced: false })
    try {
      if (measured?.size !== source.size) throw new RangeError(`a file changed while it was read`)
      const path = this.pathOf(measured.digest)
      await makeFolder(dirname(path))
      if (!((await isThere(path, measured.size)) && (await renewAge(path)))) {
        // Synced before it has its name: who sees the name may rely on the bytes. Bytes that are there were synced so before.
        if (this.#options.isSynced) await syncFile(temporary)
        await rename(temporary, path)
      }
      return { measured, folder: dirname(path) }
    } finally {
      await rm(temporary, { force: true })
    }
  }
}

/** A local file as a source of a blob. */
export async function fileSource(path: string): Promise<BlobSource> {
  const { size } = await stat(path)
  return { size, open: () => createReadStream(path, { highWaterMark: chunkSize }) }
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
}

async function isThere(path: string, size: number): Promise<boolean> {
  return (await statIfThere(path))?.size === size
}

/**
 * Putting bytes again says that somebody is about to refer to them: the file is another one than before to whoever looked at
 * it, even when the clock was set back. False when it is gone.
 */
async function renewAge(path: string): Promise<boolean> {
  const found = await statIfThere(path)
  if (found === undefined) return false
  const at = new Date(Math.max(Date.now(), Math.ceil(found.mtimeMs) + 1))
  try {
    await utimes(path, at, at)
    return true
  } catch (error) {
    if (errno(error) === 'ENOENT') return false
    throw error
  }
}

/** A temporary file this old belongs to a writer that died. */
const abandonedMs = 24 * 3_600_000

async function abandonedIn(folder: string): Promise<readonly string[]> {
  const paths = (await namesIn(folder)).map((name) => join(folder, name))
  const found = await Promise.all(paths.map(async (path) => [path, await statIfThere(path)] as const))
  return found
    .filter(([, about]) => about !== undefined && Date.now() - about.mtimeMs > abandonedMs)
    .map(([path]) => path)
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
    throw error
  }
}
