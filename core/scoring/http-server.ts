import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ExternalError, errorMessage } from '../errors/errors.ts'

/** Longer than the 60 s after which common proxies give up an idle connection: the one who sends should close first. */
const keepAliveMs = 65_000
const headersMs = 10_000

/** How a server listens. */
export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly requestTimeoutMs: number
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** A server that listens. */
export interface Listening {
  /** With the port that was taken; a server that listens at every address is shown by that of this machine. */
  readonly url: string
  readonly port: number
  /**
   * Takes no more connections, closes the idle ones, and waits for the rest.
   *
   * @param limitMs after which those that are left are cut
   * @returns whether any request was cut with them
   */
  close(limitMs: number): Promise<boolean>
}

/**
 * Starts an HTTP/1.1 server.
 *
 * @throws ExternalError TY0501 when it cannot listen at that address.
 */
export async function listen({ host, port, requestTimeoutMs, answer }: ListenOptions): Promise<Listening> {
  const answering = new Answering()
  const options = {
    keepAliveTimeout: keepAliveMs,
    headersTimeout: requestTimeoutMs === 0 ? headersMs : Math.min(headersMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: 1000,
    // Health checks in HTTP/1.0 send none, and no answer depends on it.
    requireHostHeader: false,
  }
  const server = createServer(options, (request, response) => {
    answering.watch(request.socket, response)
    void answer(request, response)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // In the middle of an answer, another one would only garble it.
    if (error.code === 'ECONNRESET' || !socket.writable || !answering.isFree(socket)) socket.destroy()
    else socket.end(rawAnswer(error))
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new ExternalError({ facts: { operation: 'listen', address: `${host}:${port}` }, cause })
  }
  return listening({ server, host, answering })
}

/** The answers that have not ended, by connection. */
class Answering {
  readonly #responses = new WeakMap<Duplex, Set<ServerResponse>>()
  #all = 0

  get all(): number {
    return this.#all
  }

  /** Whether something else may be written to a connection: nobody waits there, or one who has been told nothing yet. */
  isFree(socket: Duplex): boolean {
    const [first, ...others] = this.#responses.get(socket) ?? []
    return others.length === 0 && first?.headersSent !== true
  }

  watch(socket: Duplex, response: ServerResponse): void {
    const responses = this.#responses.get(socket) ?? new Set()
    this.#responses.set(socket, responses.add(response))
    this.#all += 1
    response.once('close', () => {
      responses.delete(response)
      this.#all -= 1
    })
  }
}

interface Started {
  readonly server: Server
  readonly host: string
  readonly answering: Answering
}

function listening({ server, host, answering }: Started): Listening {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens at no port')
  const { port } = address
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return { url: `http://${shown}:${port}`, port, close: (limitMs) => close(server, answering, limitMs) }
}

function close(server: Server, answering: Answering, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let isCut = false
    const limit = setTimeout(() => {
      isCut = answering.all > 0
      server.closeAllConnections()
    }, limitMs)
    server.close(() => {
      clearTimeout(limit)
      resolve(isCut)
    })
    server.closeIdleConnections()
  })
}

const clientErrors: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** The answer to what is no HTTP, written by hand because there is no request to answer. */
function rawAnswer(error: NodeJS.ErrnoException): string {
  const status = clientErrors[error.code ?? ''] ?? '400 Bad Request'
  const body = JSON.stringify({ error: `The request is not valid HTTP: ${errorMessage(error)}` })
  const headers = ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close']
  return [`HTTP/1.1 ${status}`, ...headers, '', body].join('\r\n')
}
