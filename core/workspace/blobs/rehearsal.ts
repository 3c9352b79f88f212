import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Digest } from '../../records/digest.ts'
import type { BlobSource, Blobs, Kept } from './blobs.ts'
import { DirectoryBlobs } from './directory.ts'

/** Blobs of a rehearsal: what is put goes into a folder that is removed at the end, what was there is read. */
export class RehearsalBlobs implements Blobs {
  readonly #real: Blobs
  readonly #folder: string
  readonly #own: DirectoryBlobs
  readonly #put = new Set<Digest>()

  constructor(real: Blobs, folder: string) {
    this.#real = real
    this.#folder = folder
    this.#own = new DirectoryBlobs({ folder, isSynced: false, prepare: () => Promise.resolve() })
  }

  async put(sources: readonly BlobSource[]): Promise<readonly Kept[]> {
    const kept = await this.#own.put(sources)
    for (const { digest } of kept) this.#put.add(digest)
    return kept
  }

  async flush(): Promise<void> {
    await Promise.resolve()
  }

  unflushed(): readonly Kept[] {
    return []
  }

  get(digest: Digest, place?: string): Promise<Readable> {
    return this.#put.has(digest) ? this.#own.get(digest) : this.#real.get(digest, place)
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
    await this.#real.close()
  }
}
