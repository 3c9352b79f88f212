import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { ConfigError } from '../errors/errors.ts'
import type { App } from './app.ts'
import { Refused } from './protocol/refused.ts'

/** A request with its response, and when it began (`performance.now`). */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly startedAt: number
}

/** An answer with its body. */
export interface Reply {
  readonly status: number
  readonly body: string | Buffer
  readonly headers?: OutgoingHttpHeaders
}

/** Sends an answer. Once the server is to stop, it also tells the client to close the connection. */
export function send({ state }: App, { response }: Exchange, { status, body, headers = {} }: Reply): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
    'content-length': Buffer.byteLength(body),
    ...(state === 'stopping' ? { connection: 'close' } : {}),
  })
  response.end(body)
}

/** An answer as JSON. */
export function json(content: unknown, status = 200): Reply {
  return { status, body: JSON.stringify(content) }
}

/**
 * The answer to a request that failed. What nobody foresaw is told to the log, by the place where it arose alone: the message
 * might quote what the client sent.
 */
export function errorReply({ log }: App, error: unknown): Reply {
  if (error instanceof Refused) return { ...json({ error: error.message }, error.status), headers: error.headers }
  if (error instanceof ConfigError) return json({ error: `The model failed: ${error.details}` }, 500)
  const [name, place] = error instanceof Error ? [error.name, placeOf(error)] : [typeof error, undefined]
  log('defect', { name, place })
  return json({ error: 'The server failed; this is a defect in Trainyard' }, 500)
}

function placeOf({ stack }: Error): string | undefined {
  return stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 3)
    .map((line) => line.trim())
    .join(' ')
}
