import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Digest, hexOf, isDigest } from '../../records/digest.ts'
import { failureOf } from '../../engines/http/failure.ts'
import { ExternalError } from '../../errors/errors.ts'
import { damaged } from '../failures.ts'
import type { ObjectPlace } from '../object-place.ts'
import type { BlobSource, Blobs, Kept, StoredBlob } from './blobs.ts'
import { eachOf } from './each.ts'
import { measure, verified } from './verify.ts'

/** A collector takes this long at most between its look at a blob and the removal. Milliseconds. */
const collectorMs = 120_000

/** An upload this old will not be gone on with. */
const abandonedMs = 7 * 24 * 3_600_000

/** A stream that is cut off goes on where it was cut, so many times. */
const resumptions = 5

/**
 * Blobs as objects named by their digest. Putting one that is there already writes a small object beside it that says so; a
 * collector looks for that between its own announcement and the removal. Of the two, one always sees the other.
 */
export class ObjectBlobs implements Blobs {
  readonly #place: ObjectPlace
  readonly #sources = new Map<Digest, BlobSource>()
  readonly #listed = new Map<Digest, { readonly storedAtMs: number; readonly touch: string | undefined }>()

  constructor(place: ObjectPlace) {
    this.#place = place
  }

  async put(sources: readonly BlobSource[]): Promise<readonly Kept[]> {
    if (sources.length > 0) await this.#place.prepare()
    return eachOf(sources, (source) => this.#keep(source))
  }

  async flush(): Promise<void> {
    await Promise.resolve()
  }

  unflushed(): readonly Kept[] {
    return []
  }

  async get(digest: Digest): Promise<Readable> {
    const first = await this.#place.store.stream(pathOf(digest), 0)
    if (first === undefined) throw damaged(`the file ${digest} is missing`, this.#place.store.url)
    const whole = Readable.from(this.#resumed(digest, first), { objectMode: false })
    return verified(whole, digest, this.#place.store.url)
  }

  /** Whether a blob is here. */
  async has(digest: Digest): Promise<boolean> {
    return (await this.#place.store.find(pathOf(digest))) !== undefined
  }

  async renew(): Promise<void> {
    await eachOf([...this.#sources], ([digest, source]) => this.#ensure(digest, source))
  }

  async *list(): AsyncGenerator<StoredBlob> {
    const touches = new Map<string, { readonly storedAtMs: number; readonly etag: string }>()
    for await (const { key, storedAtMs, etag } of this.#place.store.list('touched/')) {
      touches.set(key.slice('touched/'.length), { storedAtMs, etag })
    }
    for await (const { key, size, storedAtMs: writtenAtMs } of this.#place.store.list('files/')) {
      const digest = `sha256:${key.slice(key.lastIndexOf('/') + 1)}`
      if (!isDigest(digest)) continue
      const touch = touches.get(hexOf(digest))
      this.#listed.set(digest, { storedAtMs: writtenAtMs, touch: touch?.etag })
      yield { digest, size, storedAtMs: Math.max(writtenAtMs, touch?.storedAtMs ?? 0) }
    }
  }

  async remove(blobs: readonly StoredBlob[]): Promise<readonly StoredBlob[]> {
    const removed = await eachOf(blobs, async (blob) => ((await this.#remove(blob.digest)) ? [blob] : []))
    return removed.flat()
  }

  async tidy({ isDry }: { readonly isDry: boolean }): Promise<readonly string[]> {
    const old = await this.#place.store.giveUp('files/', { ageMs: abandonedMs, isDry })
    return old === 0 ? [] : [`${old} uploads of writers that died`]
  }

  async close(): Promise<void> {
    this.#place.store.close()
    await Promise.resolve()
  }

  async #keep(source: BlobSource): Promise<Kept> {
    const { digest, size } = await measure(source.open(), () => Promise.resolve())
    if (size !== source.size) throw new RangeError('a file changed while it was read')
    this.#sources.set(digest, source)
    await this.#ensure(digest, source)
    return { digest, size }
  }

  async #ensure(digest: Digest, source: BlobSource): Promise<void> {
    const { store } = this.#place
    const key = pathOf(digest)
    if ((await store.find(key))?.size === source.size && (await this.#touch(digest))) return
    await store.upload({ key, size: source.size, digest, open: () => source.open() })
  }

  /** Says that somebody is about to refer to a blob that is there. False when a collector has taken it. */
  async #touch(digest: Digest): Promise<boolean> {
    const { store } = this.#place
    const [touch, announcement] = [touchOf(digest), removalOf(digest)]
    for (;;) {
      await store.put(touch, Buffer.from(randomUUID()))
      const removal = await store.find(announcement)
      if (removal === undefined) return (await store.find(pathOf(digest))) !== undefined
      // Both times are the server's.
      const touchedAtMs = (await store.find(touch))?.storedAtMs ?? 0
      if (touchedAtMs - removal.storedAtMs > collectorMs) await store.remove(announcement)
      else await sleep(1000)
    }
  }

  async #remove(digest: Digest): Promise<boolean> {
    const { store } = this.#place
    const listed = this.#listed.get(digest)
    if (listed === undefined) throw new RangeError(`${digest} was not listed`)
    await store.put(removalOf(digest), Buffer.from(randomUUID()))
    const [touch, blob] = await Promise.all([store.find(touchOf(digest)), store.find(pathOf(digest))])
    const isOld = touch?.etag === listed.touch && secondsOf(blob?.storedAtMs) === secondsOf(listed.storedAtMs)
    if (isOld) {
      await store.remove(pathOf(digest))
      await store.remove(touchOf(digest))
    }
    await store.remove(removalOf(digest))
    return isOld
  }

  async *#resumed(digest: Digest, first: Readable): AsyncGenerator<Buffer> {
    let body: Readable | undefined = first
    for (let [at, times] = [0, 0]; body !== undefined; times++) {
      try {
        for await (const chunk of body) {
          at += (chunk as Buffer).length
          yield chunk as Buffer
        }
        return
      } catch (error) {
        if (failureOf(error) === undefined) throw error
        if (times === resumptions) throw cutOff(this.#place.store.url, error)
      }
      body = await this.#place.store.stream(pathOf(digest), at)
    }
  }
}

function pathOf(digest: Digest): string {
  const hex = hexOf(digest)
  return `files/${hex.slice(0, 2)}/${hex}`
}

function touchOf(digest: Digest): string {
  return `touched/${hexOf(digest)}`
}

function removalOf(digest: Digest): string {
  return `removing/${hexOf(digest)}`
}

/** Lists and looks tell times with another precision. */
function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.floor(ms / 1000)
}

function cutOff(url: string, cause: unknown): ExternalError {
  const facts = { operation: 'read a file', address: url, attempts: resumptions + 1 }
  return new ExternalError({ code: 'TY0502', details: 'the connection was cut again and again', facts, cause })
}
