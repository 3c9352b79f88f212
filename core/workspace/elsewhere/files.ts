import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { cacheFolder } from '../../engines/python/cache.ts'
import { ExternalError } from '../../errors/errors.ts'
import type { Digest } from '../../records/digest.ts'
import { DirectoryBlobs } from '../blobs/directory.ts'
import { chunkSize, measure } from '../blobs/verify.ts'
import { writeTemporary } from '../durable.ts'
import type { Found } from './found.ts'
import { findFiles, openPlace } from './sources.ts'

/** Files outside the workspace: downloaded once to a machine, and verified there whenever they are used. */
export class ElsewhereFiles {
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #seen = new Set<Digest>()

  /** `env` holds the credentials (`HF_TOKEN`, `DOCKER_CONFIG`), and says where downloads are kept (`TRAINYARD_CACHE`). */
  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env
  }

  find(address: string): Promise<Found> {
    return findFiles(address, this.#env)
  }

  /** Whether this process has seen that the bytes have the digest. */
  hasSeen(digest: Digest): boolean {
    return this.#seen.has(digest)
  }

  /** A verified stream. @throws ExternalError TY0223 that names the file and both digests when it has changed */
  async get(digest: Digest, place: string): Promise<Readable> {
    const folder = join(await cacheFolder(this.#env), 'referenced')
    const cache = new DirectoryBlobs({ folder, isSynced: false, prepare: () => Promise.resolve() })
    if (!(await this.#isCached(cache, digest))) await this.#download(cache, digest, place)
    this.#seen.add(digest)
    return cache.get(digest)
  }

  /** A download that was changed on this machine is no download. */
  async #isCached(cache: DirectoryBlobs, digest: Digest): Promise<boolean> {
    if (!(await cache.has(digest))) return false
    if (this.#seen.has(digest)) return true
    const source = createReadStream(cache.pathOf(digest), { highWaterMark: chunkSize })
    const measured = await measure(source, () => Promise.resolve())
    if (measured.digest === digest) return true
    await rm(cache.pathOf(digest), { force: true })
    return false
  }

  async #download(cache: DirectoryBlobs, digest: Digest, place: string): Promise<void> {
    const path = cache.pathOf(digest)
    await mkdir(dirname(path), { recursive: true })
    let found: Digest | undefined
    const fill = async (file: FileHandle) => {
      const bytes = Readable.from(openPlace(place, this.#env), { objectMode: false })
      found = (await measure(bytes, (chunk) => file.writeFile(chunk))).digest
    }
    const temporary = await writeTemporary(dirname(path), fill, { isSynced: false })
    try {
      if (found !== digest) throw changed(place, { expected: digest, found })
      await rename(temporary, path)
    } finally {
      await rm(temporary, { force: true })
    }
  }
}

function changed(
  place: string,
  { expected, found }: { readonly expected: Digest; readonly found: Digest | undefined },
): ExternalError {
  return new ExternalError({
    code: 'TY0223',
    details: `${place} was registered with the digest ${expected}, and has ${found ?? 'none'} now`,
    facts: { operation: 'read a file that a version refers to', address: place },
  })
}
