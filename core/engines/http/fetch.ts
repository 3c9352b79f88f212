import type { RequestInit, Response } from 'undici'
import { safeAddress } from './address.ts'
import { openRoad } from './dispatcher.ts'
import { type Patience, persist, usualPatience } from './retry.ts'

const dayMs = 86_400_000

/** Methods that may be repeated by their definition (RFC 9110 §9.2.2). */
const idempotent = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']

/** Whether a method may be repeated, whatever became of the first time. */
export function isIdempotentMethod(method: string): boolean {
  return idempotent.includes(method.toUpperCase())
}

/**
 * A stream can be sent but once, and a large one takes its time: undici itself gives up where nothing moves for five minutes.
 */
const untilSent: Patience = { ...usualPatience, attempts: 1, timeoutMs: dayMs, attemptTimeoutMs: dayMs }

/**
 * `fetch` for libraries that bring no way out of their own: through the proxy, and patient as `request` is. A GET and its
 * like are repeated after a failure; a POST only where it surely was not served.
 *
 * @param patience For bodies that need more time than most.
 * @returns the last answer, whatever its status
 * @throws ExternalError TY0502 when there is none; the reason of `init.signal`
 */
export async function httpFetch(
  url: string | URL,
  init: RequestInit = {},
  patience: Patience = usualPatience,
): Promise<Response> {
  const { fetch, dispatcher } = await openRoad()
  const method = init.method ?? 'GET'
  const address = safeAddress(String(url))
  const isStream = typeof init.body === 'object' && init.body !== null && Symbol.asyncIterator in init.body
  const { answer } = await persist({
    operation: `${method} ${address}`,
    address,
    isIdempotent: isIdempotentMethod(method),
    signal: init.signal ?? undefined,
    patience: isStream ? untilSent : patience,
    attempt: (signal) => fetch(url, { ...init, signal, dispatcher }),
    discard: async ({ body }) => body?.cancel(),
  })
  return answer
}
