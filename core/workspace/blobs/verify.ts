import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Digest } from '../../records/digest.ts'
import { damaged } from '../failures.ts'

/** The chunks in which files are read: large enough that hashing, not calling, takes the time. */
export const chunkSize = 1024 * 1024

/** What flowed through. */
export interface Measured {
  readonly digest: Digest
  readonly size: number
}

/** Hands every chunk on while it hashes, so that bytes are read once. */
export async function measure(source: Readable, take: (chunk: Buffer) => Promise<unknown>): Promise<Measured> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of source) {
    const bytes = chunk as Buffer
    // Written by the system's threads while this one hashes.
    const taken = take(bytes)
    hash.update(bytes)
    size += bytes.length
    await taken
  }
  return { digest: `sha256:${hash.digest('hex')}`, size }
}

/** A stream that ends well only when its bytes have the digest. */
export function verified(source: Readable, digest: Digest, url: string): Readable {
  return Readable.from(check(source, digest, url), { objectMode: false, highWaterMark: chunkSize })
}

async function* check(source: Readable, digest: Digest, url: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  for await (const chunk of source) {
    hash.update(chunk as Buffer)
    yield chunk as Buffer
  }
  const found = `sha256:${hash.digest('hex')}`
  if (found !== digest) throw damaged(`the file ${digest} was changed: its bytes have the digest ${found}`, url)
}
