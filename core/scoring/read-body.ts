import type { IncomingMessage } from 'node:http'
import { malformed, Refused } from './protocol/refused.ts'

/**
 * Refuses a request by its headers, before any of its body is read.
 *
 * @returns the length of the JSON part, where the body has a binary part
 * @throws Refused 413, 415 or 400.
 */
export function checkHeaders({ headers }: IncomingMessage, maxBytes: number): number | undefined {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw new Refused(415, `The Content-Encoding ${encoding} is not supported; send the body as it is`)
  const type = headers['content-type']
  if (type !== undefined && !/^application\/(json|octet-stream|[\w.-]+\+json)\s*(;|$)/i.test(type))
    throw new Refused(415, `The Content-Type ${type} is not supported; send application/json`)
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const length = headers['inference-header-content-length']
  if (length === undefined) return undefined
  if (typeof length === 'string' && /^\d{1,15}$/.test(length)) return Number(length)
  throw malformed('Inference-Header-Content-Length must be a number of bytes')
}

/**
 * Reads the body of a request.
 *
 * @returns undefined when the client went away before its end
 * @throws Refused 413 as soon as it is too large. The rest is read and thrown away, since a client listens only when it has sent all.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= maxBytes) {
        chunks.push(chunk)
        return
      }
      request.off('data', take)
      request.resume()
      reject(tooLarge(maxBytes))
    }
    request.on('data', take)
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    // Comes after the end as well, when nobody waits any more.
    request.on('close', () => resolve(undefined))
    request.on('error', () => resolve(undefined))
  })
}

function tooLarge(maxBytes: number): Refused {
  return new Refused(413, `The body is larger than ${maxBytes} bytes`)
}
