import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Digest } from '../../records/digest.ts'
import { isOutOfReach } from '../failures.ts'
import type { BlobSource, Blobs, Kept, StoredBlob, Wanted } from './blobs.ts'
import { DirectoryBlobs, fileSource } from './directory.ts'

/**
 * Blobs that wait in a folder of this machine while the real place is out of reach, so that an hour of training is not lost
 * to a minute without a network. `flush` tries to bring them there.
 */
export class HoldingBlobs implements Blobs {
  readonly #real: Blobs
  readonly #folder: string
  readonly #holding: DirectoryBlobs
  readonly #held = new Map<Digest, Kept>()

  constructor(real: Blobs, folder: string) {
    this.#real = real
    this.#folder = folder
    this.#holding = waitingFiles(folder)
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
    }
    await this.#real.flush()
    if (held.length > 0) await rm(this.#folder, { recursive: true, force: true })
    this.#held.clear()
  }

  unflushed(): readonly Kept[] {
    return [...this.#held.values(), ...this.#real.unflushed()]
  }

  async ahead(blobs: readonly Wanted[]): Promise<void> {
    await this.#real.ahead?.(blobs)
  }

  get(digest: Digest, place?: string): Promise<Readable> {
    return this.#held.has(digest) ? this.#holding.get(digest) : this.#real.get(digest, place)
  }

  renew(): Promise<void> {
    return this.#real.renew()
  }

  list(): AsyncIterable<StoredBlob> {
    return this.#real.list()
  }

  remove(blobs: readonly StoredBlob[]): Promise<readonly StoredBlob[]> {
    return this.#real.remove(blobs)
  }

  tidy(options: { readonly isDry: boolean }): Promise<readonly string[]> {
    return this.#real.tidy(options)
  }

  async close(): Promise<void> {
    await this.#real.close()
  }
}

/** Files that wait in a folder of a checkout: they are nothing to commit. */
export function waitingFiles(folder: string): DirectoryBlobs {
  return new DirectoryBlobs({
    folder,
    isSynced: true,
    async prepare() {
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, '.gitignore'), '*\n')
    },
  })
}
