import type { Readable } from 'node:stream'
import type { Digest } from '../../records/digest.ts'
import type { BlobSource, Blobs, Kept, StoredBlob } from './blobs.ts'
import type { ObjectBlobs } from './objects.ts'

/** Blobs in a store of their own, apart from the ledger. What was kept beside the ledger before can still be read there. */
export class ApartBlobs implements Blobs {
  readonly #own: ObjectBlobs
  readonly #beside: Blobs
  readonly #listed = new WeakSet<StoredBlob>()

  constructor(own: ObjectBlobs, beside: Blobs) {
    this.#own = own
    this.#beside = beside
  }

  put(sources: readonly BlobSource[]): Promise<readonly Kept[]> {
    return this.#own.put(sources)
  }

  flush(): Promise<void> {
    return this.#own.flush()
  }

  unflushed(): readonly Kept[] {
    return this.#own.unflushed()
  }

  /** A record that names a place was written while the blobs were beside the ledger. */
  async get(digest: Digest, place?: string): Promise<Readable> {
    if (place === undefined && (await this.#own.has(digest))) return this.#own.get(digest)
    return this.#beside.get(digest, place)
  }

  renew(): Promise<void> {
    return this.#own.renew()
  }

  async *list(): AsyncGenerator<StoredBlob> {
    for await (const blob of this.#own.list()) {
      this.#listed.add(blob)
      yield blob
    }
    yield* this.#beside.list()
  }

  async remove(blobs: readonly StoredBlob[]): Promise<readonly StoredBlob[]> {
    const own = await this.#own.remove(blobs.filter((blob) => this.#listed.has(blob)))
    const beside = await this.#beside.remove(blobs.filter((blob) => !this.#listed.has(blob)))
    return [...own, ...beside]
  }

  async tidy(options: { readonly isDry: boolean }): Promise<readonly string[]> {
    return [...(await this.#own.tidy(options)), ...(await this.#beside.tidy(options))]
  }

  async close(): Promise<void> {
    await this.#own.close()
    await this.#beside.close()
  }
}
