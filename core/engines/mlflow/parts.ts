import type { Readable } from 'node:stream'
import { z } from 'zod'
import { ExternalError } from '../../errors/errors.ts'
import { httpFetch } from '../http/fetch.ts'
import { type Patience, usualPatience } from '../http/retry.ts'
import { ask, tryAsk } from './ask.ts'
import type { MlflowConnection } from './connection.ts'

/** The size of a part, as MLflow's own client has it (MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE). Bytes. */
const partSize = 10 * 2 ** 20

/** A part may take its time on a slow line, and is repeated alone. */
const partPatience: Patience = { ...usualPatience, attemptTimeoutMs: 600_000, timeoutMs: 1_800_000 }

/** What the store wants to have at most. */
const mostParts = 9000

const credential = z.object({
  url: z.string(),
  part_number: z.coerce.number(),
  headers: z.record(z.string(), z.string()).optional(),
})

/**
 * Uploads a large file in parts, each to an address that the server signs: the bytes do not pass through the server. Each part
 * is repeated alone.
 *
 * @returns false where the server, or the store behind it, takes no parts; nothing was stored then.
 */
export async function uploadInParts(
  connection: MlflowConnection,
  path: string,
  source: { readonly size: number; open(): Readable },
): Promise<boolean> {
  const size = Math.max(partSize, Math.ceil(source.size / mostParts))
  const at = path.split('/').slice(0, -1).map(encodeURIComponent).join('/')
  const name = path.split('/').at(-1) ?? path
  const begun = await tryAsk(connection, {
    operation: `begin to store ${path} in parts`,
    method: 'POST',
    path: `mlflow-artifacts/mpu/create/${at}`,
    body: { path: name, num_parts: Math.ceil(source.size / size) },
    shape: z.object({ upload_id: z.string().optional(), credentials: z.array(credential) }),
    isIdempotent: true,
  })
  if (!begun.ok) {
    if ([400, 404, 500, 501].includes(begun.refusal.status)) return false
    throw begun.error
  }
  const { upload_id: uploadId = '', credentials } = begun.value
  const end = (verb: string, parts: readonly { readonly part_number: number; readonly etag: string }[]) =>
    ask(connection, {
      operation: `${verb} storing ${path} in parts`,
      method: 'POST',
      path: `mlflow-artifacts/mpu/${verb}/${at}`,
      body: { path: name, upload_id: uploadId, ...(verb === 'abort' ? {} : { parts }) },
      shape: z.unknown(),
    })
  try {
    const parts = await sendAll(source.open(), size, credentials)
    await end('complete', parts)
    return true
  } catch (error) {
    await end('abort', []).catch(() => undefined)
    throw error
  }
}

async function sendAll(stream: Readable, size: number, credentials: readonly z.infer<typeof credential>[]) {
  const parts: { part_number: number; etag: string; url: string }[] = []
  let index = 0
  for await (const bytes of inSizes(stream, size)) {
    const to = credentials[index]
    if (to === undefined) throw new RangeError('a file grew while it was read')
    index += 1
    const asked = { method: 'PUT', body: bytes, ...(to.headers === undefined ? {} : { headers: to.headers }) }
    const response = await httpFetch(to.url, asked, partPatience)
    await response.text()
    if (!response.ok) {
      // The address holds a signature: the host is enough.
      const facts = { operation: `store part ${index}`, address: new URL(to.url).origin, status: response.status }
      throw new ExternalError({ facts })
    }
    parts.push({ part_number: to.part_number, etag: response.headers.get('etag') ?? '', url: '' })
  }
  return parts
}

/** The bytes of a stream in pieces of one size; the last may be smaller. */
async function* inSizes(stream: Readable, size: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    held.push(chunk as Buffer)
    length += (chunk as Buffer).length
    while (length >= size) {
      const all = Buffer.concat(held)
      yield all.subarray(0, size)
      held = [all.subarray(size)]
      length -= size
    }
  }
  if (length > 0) yield Buffer.concat(held)
}
