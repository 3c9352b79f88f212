import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Digest } from '../../records/digest.ts'
import type { BlobSource, Blobs, Kept, StoredBlob } from './blobs.ts'
import type { DirectoryBlobs } from './directory.ts'

/** Where the bytes of a rehearsal go. */
export interface RehearsalPlace {
  readonly folder: string
  /** True where later steps of the same job look for them; otherwise the folder is removed at the end. */
  readonly isKept: boolean
}

/** Blobs of a rehearsal: what is put goes into a folder, what is not there is read from the real ones. */
export class RehearsalBlobs implements Blobs {
  readonly #real: Blobs
  readonly #own: DirectoryBlobs
  readonly #place: RehearsalPlace

  constructor(real: Blobs, own: DirectoryBlobs, place: RehearsalPlace) {
    this.#real = real
    this.#own = own
    this.#place = place
  }

  put(sources: readonly BlobSource[]): Promise<readonly Kept[]> {
    return this.#own.put(sources)
  }

  async flush(): Promise<void> {
    await Promise.resolve()
  }

  unflushed(): readonly Kept[] {
    return []
  }

  async get(digest: Digest, place?: string): Promise<Readable> {
    return (await this.#own.has(digest)) ? this.#own.get(digest) : this.#real.get(digest, place)
  }

  async renew(): Promise<void> {
    await Promise.resolve()
  }

  list(): AsyncIterable<StoredBlob> {
    return this.#real.list()
  }

  /** A rehearsal tells what would go; it removes nothing. */
  async remove(blobs: readonly StoredBlob[]): Promise<readonly StoredBlob[]> {
    return Promise.resolve(blobs)
  }

  tidy(): Promise<readonly string[]> {
    return this.#real.tidy({ isDry: true })
  }

  async close(): Promise<void> {
    if (!this.#place.isKept) await rm(this.#place.folder, { recursive: true, force: true })
    await this.#real.close()
  }
}
