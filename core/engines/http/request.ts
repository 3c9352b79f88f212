import { ExternalError } from '../../errors/errors.ts'
import { authorizationIn, redactorOf, safeAddress, withoutUser } from './address.ts'
import { type Received, readAnswer, saidBy } from './answer.ts'
import { openRoad } from './dispatcher.ts'
import { isIdempotentMethod } from './fetch.ts'
import { type Patience, persist, type Tried, usualPatience } from './retry.ts'

/** One question to a service. */
export interface HttpRequest {
  /** A verb phrase for errors: "post the event to the webhook". */
  readonly operation: string
  readonly method?: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Whether doing it twice does no harm; by default what the method promises. */
  readonly isIdempotent?: boolean
  readonly signal?: AbortSignal | undefined
  /** For all attempts together. */
  readonly timeoutMs?: number
  /** Statuses beside 2xx that are an answer and no failure: 404, where it means "none". */
  readonly accept?: readonly number[]
  /** The largest answer that is read, in bytes. */
  readonly maxBytes?: number
  readonly patience?: Partial<Patience>
}

/** What a service answered, read whole. */
export interface HttpAnswer {
  readonly status: number
  /** By any spelling of the name. */
  header(name: string): string | undefined
  readonly bytes: Uint8Array
  text(): string
  /** @throws ExternalError TY0501 when it is not JSON. */
  json(): unknown
}

const defaultMaxBytes = 64 * 2 ** 20

/**
 * Asks a service, through the proxy of the environment, and again when it is busy or out of reach. A redirection is followed
 * for GET and HEAD alone; what carries a body goes where it was addressed to, or fails.
 *
 * @throws ExternalError TY0501 for an answer that is none of 2xx and `accept`, TY0502 when there is no answer: with operation,
 *   address, status, request id, attempts and what the service said, without credentials. And the reason of the signal.
 */
export async function request(options: HttpRequest): Promise<HttpAnswer> {
  const { method = 'GET', url, headers = {}, body } = options
  const { fetch, dispatcher } = await openRoad()
  const asked = {
    operation: options.operation,
    address: safeAddress(url),
    maxBytes: options.maxBytes ?? defaultMaxBytes,
  }
  const tried = await persist<Received>({
    ...asked,
    isIdempotent: options.isIdempotent ?? isIdempotentMethod(method),
    signal: options.signal,
    patience: { ...usualPatience, ...options.patience, timeoutMs: options.timeoutMs ?? usualPatience.timeoutMs },
    attempt: async (signal) => {
      const response = await fetch(withoutUser(url), {
        method,
        headers: { 'user-agent': 'trainyard', ...authorizationIn(url), ...headers },
        body: body ?? null,
        redirect: method === 'GET' || method === 'HEAD' ? 'follow' : 'manual',
        signal,
        dispatcher,
      })
      return readAnswer(response, asked)
    },
  })
  const { status } = tried.answer
  if ((status < 200 || status > 299) && options.accept?.includes(status) !== true) throw refused(options, tried)
  return answerOf(options, tried)
}

function answerOf(options: HttpRequest, tried: Tried<Received>): HttpAnswer {
  const { status, headers, bytes } = tried.answer
  const text = (): string => new TextDecoder().decode(bytes)
  return {
    status,
    header: (name) => headers.get(name) ?? undefined,
    bytes,
    text,
    json: () => {
      try {
        return JSON.parse(text()) as unknown
      } catch (error) {
        throw refused(options, tried, { problem: 'The answer is not JSON.', cause: error })
      }
    },
  }
}

interface Problem {
  readonly problem?: string
  readonly cause?: unknown
}

function refused(
  options: HttpRequest,
  { answer, attempts, waitAskedMs }: Tried<Received>,
  { problem, cause }: Problem = {},
): ExternalError {
  const { operation, url, headers = {} } = options
  const { status } = answer
  const requestId = requestIdOf(answer.headers)
  const lines = [
    problem,
    status >= 300 && status < 400 ? `It points to ${safeAddress(answer.headers.get('location') ?? '')}.` : undefined,
    waitAskedMs === undefined ? undefined : `The service asks to wait ${Math.ceil(waitAskedMs / 1000)} s.`,
    saidBy(answer),
  ]
  return new ExternalError({
    facts: { operation, address: safeAddress(url), status, requestId, attempts },
    details: redactorOf(url, headers).redact(lines.filter((line) => line !== undefined && line !== '').join('\n')),
    cause,
  })
}

/** Where services put the id by which their operators find a request. */
const requestIdHeaders = [
  'x-github-request-id',
  'x-vss-e2eid',
  'activityid',
  'x-ms-request-id',
  'x-request-id',
  'x-amzn-requestid',
  'x-correlation-id',
]

function requestIdOf(headers: Received['headers']): string | undefined {
  return requestIdHeaders.map((name) => headers.get(name)).find((id) => id !== null) ?? undefined
}
