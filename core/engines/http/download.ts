import type { Response } from 'undici'
import { ExternalError } from '../../errors/errors.ts'
import { safeAddress, withoutUser } from './address.ts'
import { readAnswer, saidBy } from './answer.ts'
import { openRoad } from './dispatcher.ts'
import { failureOf } from './failure.ts'
import { persist, usualPatience } from './retry.ts'

/** A file to download. */
export interface Download {
  /** A verb phrase for errors. */
  readonly operation: string
  readonly url: string
  /** A redirection to another server goes without the authorization among them. */
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** Connections that break off before anything came, in a row, until it is a failure. */
const mostBreaks = 4

/**
 * The bytes behind an address, in order, however long they take. A connection that breaks off is made again, and goes on where
 * it stopped when the server can do that.
 *
 * @throws ExternalError TY0501 for an answer that is none of 2xx, TY0502 when there is none, or when it breaks off again and again
 */
export async function* download(options: Download): AsyncGenerator<Buffer> {
  let at = 0
  for (let breaks = 0; ; ) {
    const before = at
    try {
      const response = await ask(options, at)
      // Who does not know ranges begins anew: what came before is passed over.
      let skip = response.status === 206 ? 0 : at
      for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        const fresh = Buffer.from(part.buffer, part.byteOffset, part.length).subarray(Math.min(skip, part.length))
        skip -= part.length - fresh.length
        at += fresh.length
        if (fresh.length > 0) yield fresh
      }
      return
    } catch (error) {
      options.signal?.throwIfAborted()
      breaks = at > before ? 0 : breaks + 1
      if (error instanceof ExternalError || failureOf(error) === undefined) throw error
      if (breaks >= mostBreaks) throw brokenOff(options, error)
    }
  }
}

async function ask(options: Download, from: number): Promise<Response> {
  const { operation, url, headers = {}, signal } = options
  const { fetch, dispatcher } = await openRoad()
  const address = safeAddress(url)
  const range = from === 0 ? {} : { range: `bytes=${from}-` }
  const { answer, attempts } = await persist<Response>({
    operation,
    address,
    isIdempotent: true,
    signal,
    patience: usualPatience,
    attempt: (limit) =>
      untilAnswered(limit, (only) =>
        fetch(withoutUser(url), {
          headers: { 'user-agent': 'trainyard', ...headers, ...range },
          signal: only,
          dispatcher,
        }),
      ),
    discard: async ({ body }) => body?.cancel(),
  })
  if (answer.ok) return answer
  const said = saidBy(await readAnswer(answer, { operation, address, maxBytes: 2 ** 20 }))
  throw new ExternalError({ facts: { operation, address, status: answer.status, attempts }, details: said })
}

/** The limit is for the beginning of an answer: a large body takes its time. */
async function untilAnswered<T>(limit: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const stop = () => controller.abort(limit.reason)
  limit.addEventListener('abort', stop, { once: true })
  try {
    return await work(controller.signal)
  } finally {
    limit.removeEventListener('abort', stop)
  }
}

function brokenOff({ operation, url }: Download, cause: unknown): ExternalError {
  const facts = { operation, address: safeAddress(url), attempts: mostBreaks }
  return new ExternalError({ code: 'TY0502', facts, details: failureOf(cause)?.reason ?? '', cause })
}
