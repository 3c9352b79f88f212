import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { ExternalError } from '../../errors/errors.ts'

/** The admin address of a router, and what opens it. */
export interface AdminAddress {
  readonly adminPort: number
  readonly token: string
}

/** One question to a router. */
export interface Question {
  readonly method: 'GET' | 'PUT' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/**
 * Asks the router of an endpoint. Never through a proxy: it is on this machine.
 *
 * @returns the answer, which is JSON
 * @throws ExternalError TY0502 when it does not answer, TY0501 when it refuses.
 */
export async function askRouter(address: AdminAddress, question: Question): Promise<unknown> {
  const { method, path } = question
  const url = `http://127.0.0.1:${address.adminPort}${path}`
  const { status, body } = await exchange(address, question).catch((cause: unknown) => {
    question.signal?.throwIfAborted()
    throw new ExternalError({
      code: 'TY0502',
      facts: { operation: `${method} ${path} at the router`, address: url },
      details: 'The router of the endpoint does not answer.',
      cause,
    })
  })
  if (status < 300) return body
  throw new ExternalError({
    facts: { operation: `${method} ${path} at the router`, address: url, status },
    details: saidIn(body),
  })
}

function exchange({ adminPort, token }: AdminAddress, { method, path, body, timeoutMs, signal }: Question) {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const limit = AbortSignal.timeout(timeoutMs)
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: adminPort,
      method,
      path,
      agent: false,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      headers: {
        authorization: `Bearer ${token}`,
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
    })
    outgoing.on('error', reject)
    outgoing.on('response', (answer) => {
      json(answer).then((said) => resolve({ status: answer.statusCode ?? 0, body: said }), reject)
    })
    outgoing.end(text)
  })
}

function saidIn(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('error' in body)) return ''
  return typeof body.error === 'string' ? body.error : ''
}
