import type { Readable } from 'node:stream'
import type { Digest } from '../../records/digest.ts'
import { isOutOfReach } from '../failures.ts'
import type { BlobSource, Blobs, Kept } from './blobs.ts'
import { fileSource, type DirectoryBlobs } from './directory.ts'

/**
 * Blobs that wait in a folder of this machine while the real place is out of reach, so that an hour of training is not lost
 * to a minute without a network. `flush` tries to bring them there.
 */
export class HoldingBlobs implements Blobs {
  readonly #real: Blobs
  readonly #holding: DirectoryBlobs
  readonly #held = new Map<Digest, Kept>()

  constructor(real: Blobs, holding: DirectoryBlobs) {
    this.#real = real
    this.#holding = holding
  }

  async put(sources: readonly BlobSource[]): Promise<readonly Kept[]> {
    try {
      return await this.#real.put(sources)
    } catch (error) {
      if (!isOutOfReach(error)) throw error
      const kept = await this.#holding.put(sources)
      for (const one of kept) this.#held.set(one.digest, one)
      return kept
    }
  }

  async flush(): Promise<void> {
    const held = [...this.#held.keys()]
    if (held.length > 0) {
      await this.#real.put(await Promise.all(held.map((digest) => fileSource(this.#holding.pathOf(digest)))))
      this.#held.clear()
    }
    await this.#real.flush()
  }

  unflushed(): readonly Kept[] {
    return [...this.#held.values(), ...this.#real.unflushed()]
  }

  get(digest: Digest, place?: string): Promise<Readable> {
    return this.#held.has(digest) ? this.#holding.get(digest) : this.#real.get(digest, place)
  }

  async close(): Promise<void> {
    await this.#real.close()
  }
}
