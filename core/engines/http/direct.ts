import { request as plain, type IncomingMessage } from 'node:http'
import { request as secure } from 'node:https'
import { text } from 'node:stream/consumers'
import { ExternalError } from '../../errors/errors.ts'
import { safeAddress } from './address.ts'

/** One question without a proxy and without patience. */
export interface DirectRequest {
  /** A verb phrase for errors. */
  readonly operation: string
  readonly url: string
  /** JSON; with it the request is a POST. */
  readonly body?: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks a server that we started or are about to measure: no proxy stands between, each request has a connection of its own, and
 * nothing is tried twice.
 *
 * @returns the answer, whatever its status
 * @throws ExternalError TY0502 when there is none in time; the reason of the signal.
 */
export async function askDirectly(asked: DirectRequest): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await send(asked)
    return { status: response.statusCode ?? 0, text: await text(response) }
  } catch (cause) {
    asked.signal?.throwIfAborted()
    const { operation, url } = asked
    throw new ExternalError({ code: 'TY0502', facts: { operation, address: safeAddress(url) }, cause })
  }
}

function send({ url, body, timeoutMs, signal }: DirectRequest): Promise<IncomingMessage> {
  const start = new URL(url).protocol === 'https:' ? secure : plain
  const limit = AbortSignal.timeout(timeoutMs)
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const request = start(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      agent: false,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    })
    request.once('response', resolve)
    request.once('error', reject)
    request.end(body)
  })
}
