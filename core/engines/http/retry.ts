import { setTimeout as sleep } from 'node:timers/promises'
import { ExternalError } from '../../errors/errors.ts'
import { type Failure, failureOf } from './failure.ts'

/** How patient a request is. */
export interface Patience {
  /** For all attempts together, the waiting included. */
  readonly timeoutMs: number
  /** For one attempt: a server that hangs is asked again. */
  readonly attemptTimeoutMs: number
  readonly attempts: number
  /** Before the second attempt, at most; doubled before each further one. */
  readonly baseMs: number
}

export const usualPatience: Patience = { timeoutMs: 60_000, attemptTimeoutMs: 30_000, attempts: 5, baseMs: 500 }

/** The longest wait that we choose ourselves. */
const longestWaitMs = 8000

/** What is tried. */
export interface Attempts<T> {
  readonly operation: string
  /** As an error may show it. */
  readonly address: string
  /** Whether doing it twice does no harm. Without it, only what surely was not done is tried again. */
  readonly isIdempotent: boolean
  readonly signal: AbortSignal | undefined
  readonly patience: Patience
  readonly attempt: (signal: AbortSignal) => Promise<T>
  /** Frees an answer that is not used. */
  readonly discard?: (answer: T) => Promise<void>
}

/** What an answer says about whether to ask again. */
export interface Answer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
}

/** The last answer, how often it was asked for, and whether the service wants to be left alone for longer than we wait. */
export interface Tried<T> {
  readonly answer: T
  readonly attempts: number
  readonly waitAskedMs: number | undefined
}

/**
 * Tries until there is an answer that more patience would not better, waiting longer each time by a random share (so that
 * many jobs that failed together do not return together), or as long as Retry-After says.
 *
 * @throws ExternalError TY0502 when no answer came; the reason of the signal.
 */
export async function persist<T extends Answer>(options: Attempts<T>): Promise<Tried<T>> {
  const deadline = performance.now() + options.patience.timeoutMs
  for (let attempts = 1; ; attempts++) {
    const result = await once(options, deadline - performance.now())
    const wait = waitAfter(result, options, attempts)
    const isOver = wait === undefined || performance.now() + wait > deadline || attempts >= options.patience.attempts
    if (isOver) {
      if ('failure' in result) throw outOfReach(options, { ...result, attempts })
      return { answer: result.answer, attempts, waitAskedMs: retryAfterMs(result.answer.headers.get('retry-after')) }
    }
    if ('answer' in result) await options.discard?.(result.answer)
    await pause(wait, options.signal)
  }
}

type Result<T> = { readonly answer: T } | { readonly failure: Failure; readonly error: unknown }

async function once<T>({ attempt, signal, patience }: Attempts<T>, remainingMs: number): Promise<Result<T>> {
  signal?.throwIfAborted()
  const limit = AbortSignal.timeout(Math.max(1, Math.ceil(Math.min(remainingMs, patience.attemptTimeoutMs))))
  try {
    return { answer: await attempt(signal === undefined ? limit : AbortSignal.any([signal, limit])) }
  } catch (error) {
    signal?.throwIfAborted()
    const failure = error instanceof ExternalError ? undefined : failureOf(error)
    if (failure === undefined) throw error
    return { failure, error }
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

function waitAfter<T extends Answer>(result: Result<T>, options: Attempts<T>, attempts: number): number | undefined {
  const chosen = Math.random() * Math.min(longestWaitMs, options.patience.baseMs * 2 ** (attempts - 1))
  if ('failure' in result) {
    const { isLasting, isBeforeSending } = result.failure
    return !isLasting && (isBeforeSending || options.isIdempotent) ? chosen : undefined
  }
  const { status, headers } = result.answer
  const asked = retryAfterMs(headers.get('retry-after'))
  // Who is told to slow down was not served; GitHub says so with 403 as well.
  if (status === 429 || (status === 403 && asked !== undefined)) return asked ?? chosen
  return [502, 503, 504].includes(status) && options.isIdempotent ? (asked ?? chosen) : undefined
}

/** Reads Retry-After (RFC 9110 §10.2.3): seconds, or a date. */
export function retryAfterMs(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

interface Given {
  readonly failure: Failure
  readonly error: unknown
  readonly attempts: number
}

function outOfReach<T>({ operation, address }: Attempts<T>, { failure, error, attempts }: Given): ExternalError {
  return new ExternalError({
    code: 'TY0502',
    facts: { operation, address, attempts },
    details: failure.reason,
    cause: error,
  })
}
