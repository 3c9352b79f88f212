import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Digest, hexOf } from '../../records/digest.ts'
import { ensureFolder, syncFolder, writeTemporary } from '../durable.ts'
import { damaged, errno, onFiles } from '../failures.ts'
import type { BlobSource, Blobs, Kept } from './blobs.ts'
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

  constructor(options: DirectoryBlobsOptions) {
    this.#folder = options.folder
    this.#options = options
  }

  put(sources: readonly BlobSource[]): Promise<readonly Kept[]> {
    return onFiles('keep files', this.#folder, async () => {
      await this.#options.prepare()
      await ensureFolder(join(this.#folder, 'temporary'))
      const kept = await eachOf(sources, (source) => this.#keep(source))
      if (this.#options.isSynced) {
        await eachOf([...new Set(kept.map(({ folder }) => folder))], (folder) => syncFolder(folder))
      }
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
    const file = await onFiles('read a file', path, () => openIfThere(path))
    if (file === undefined) throw damaged(`the file ${digest} is missing`, this.#folder)
    return verified(file.createReadStream({ highWaterMark: chunkSize }), digest, this.#folder)
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

  async #keep(source: BlobSource): Promise<{ measured: Measured; folder: string }> {
    let measured: Measured | undefined
    const fill = async (file: FileHandle) => {
      measured = await measure(source.open(), (chunk) => writeAll(file, chunk))
    }
    const temporary = await writeTemporary(join(this.#folder, 'temporary'), fill, { isSynced: this.#options.isSynced })
    try {
      if (measured?.size !== source.size) throw new RangeError(`a file changed while it was read`)
      const path = this.pathOf(measured.digest)
      await ensureFolder(dirname(path))
      if (await isThere(path, measured.size)) await renewAge(path)
      else await rename(temporary, path)
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

/** Files that are worked on at once: the disk syncs several in the time of one. */
const atOnce = 8

/** Does something for each, a few at once, and gives the results in order. */
async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const waiting = items.entries()
  const workers = Array.from({ length: atOnce }, async () => {
    for (const [index, item] of waiting) results[index] = await work(item)
  })
  await Promise.all(workers)
  return results
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
}

async function isThere(path: string, size: number): Promise<boolean> {
  try {
    return (await stat(path)).size === size
  } catch (error) {
    if (errno(error) === 'ENOENT') return false
    throw error
  }
}

/** Putting bytes again says that somebody is about to refer to them. */
async function renewAge(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now)
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
    throw error
  }
}
