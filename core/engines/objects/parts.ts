import { createHash } from 'node:crypto'
import type { Upload } from './store.ts'

/** The usual part: large enough that few requests are made, small enough that several fit into memory. */
export const usualPartBytes = 16 * 1024 * 1024

/** Parts that are on their way at once. */
const atOnce = 4

/** Both services take ten thousand parts at least. */
const mostParts = 9000

/** A piece of an object; numbers count from 1. */
export interface Part {
  readonly number: number
  readonly bytes: Buffer
}

/** The size of an object's parts: the same whenever the same object is sent, so that an interrupted upload can go on. */
export function partSize(size: number, partBytes: number): number {
  return Math.max(partBytes, Math.ceil(size / mostParts))
}

/**
 * Cuts an upload into parts and hands each to `send`, several at once; `isWhole` says whether its bytes had the digest.
 *
 * @returns what `send` gave, in the order of the parts
 * @throws what `send` threw first, once every part that had begun is through
 */
export async function sendParts<T>(
  upload: Upload,
  size: number,
  send: (part: Part) => Promise<T>,
): Promise<{ readonly sent: readonly T[]; readonly isWhole: boolean }> {
  const hash = createHash('sha256')
  const parts = cut(upload, size, hash)
  const sent: T[] = []
  const failures: unknown[] = []
  const worker = async () => {
    try {
      while (failures.length === 0) {
        const next = await parts.next()
        if (next.done === true) return
        sent[next.value.number - 1] = await send(next.value)
      }
    } catch (error) {
      failures.push(error)
    }
  }
  // What is on its way when another part fails arrives all the same: the next upload goes on behind it.
  await Promise.all(Array.from({ length: atOnce }, worker))
  await parts.return(undefined)
  if (failures.length > 0) throw failures[0]
  return { sent, isWhole: `sha256:${hash.digest('hex')}` === upload.digest }
}

/** Reads an upload that is small enough for memory. @throws RangeError when its bytes do not have the digest. */
export async function wholeOf(upload: Upload): Promise<Buffer> {
  const { sent, isWhole } = await sendParts(upload, Math.max(1, upload.size), ({ bytes }) => Promise.resolve(bytes))
  if (!isWhole) throw changed()
  return Buffer.concat(sent)
}

/** Somebody wrote to a file while it was sent. */
export function changed(): RangeError {
  return new RangeError('a file changed while it was read')
}

async function* cut(
  upload: Upload,
  size: number,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Part, undefined, undefined> {
  let chunks: Buffer[] = []
  let length = 0
  let number = 1
  for await (const chunk of upload.open()) {
    let rest = chunk as Buffer
    hash.update(rest)
    while (length + rest.length >= size) {
      const end = size - length
      yield { number: number++, bytes: Buffer.concat([...chunks, rest.subarray(0, end)]) }
      rest = rest.subarray(end)
      chunks = []
      length = 0
    }
    chunks.push(rest)
    length += rest.length
  }
  if (length > 0) yield { number, bytes: Buffer.concat(chunks) }
}
