import { Agent as HttpAgent, type ClientRequest, request as httpRequest, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { FullPlan, LoadRequest } from '../plan.ts'

/** What became of one request. */
export type Answered = { readonly status: number } | { readonly failure: string }

/** Sends requests over connections that are kept, as many as there are requests under way. */
export class Sender {
  readonly #agent: HttpAgent
  readonly #open: (options: RequestOptions) => ClientRequest
  readonly #prepared: readonly Prepared[]
  #next = 0

  constructor({ url, requests, maxInFlight }: Pick<FullPlan, 'url' | 'requests' | 'maxInFlight'>) {
    const address = new URL(url)
    const settings = { keepAlive: true, maxSockets: maxInFlight, maxFreeSockets: maxInFlight, noDelay: true }
    const isSecure = address.protocol === 'https:'
    this.#agent = isSecure ? new HttpsAgent(settings) : new HttpAgent(settings)
    this.#open = isSecure ? httpsRequest : httpRequest
    this.#prepared = requests.map((one) => prepare(address, one, this.#agent))
  }

  /**
   * Sends the next request of the list. `done` is called once, when the answer is complete or there will be none.
   *
   * @returns what gives it up; `done` is called then too
   */
  send(done: (answered: Answered) => void): () => void {
    const prepared = this.#prepared[this.#next++ % this.#prepared.length]
    if (prepared === undefined) throw new RangeError('there is no request to send')
    let isDone = false
    const finish = (answered: Answered): void => {
      if (isDone) return
      isDone = true
      done(answered)
    }
    const request = this.#open(prepared.options)
    request.on('response', (response) => {
      response.on('end', () => finish({ status: response.statusCode ?? 0 }))
      // An answer that breaks off in the middle is none.
      response.on('close', () => finish({ failure: 'ABORTED' }))
      response.resume()
    })
    request.on('error', (error) => finish({ failure: codeOf(error) }))
    request.end(prepared.body)
    return () => {
      finish({ failure: 'GIVEN_UP' })
      request.destroy()
    }
  }

  close(): void {
    this.#agent.destroy()
  }
}

interface Prepared {
  readonly options: RequestOptions
  readonly body: Uint8Array | undefined
}

function prepare(address: URL, { method, path, headers = {}, body }: LoadRequest, agent: HttpAgent): Prepared {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return {
    options: {
      agent,
      protocol: address.protocol,
      hostname: address.hostname.replace(/^\[|\]$/g, ''),
      port: address.port,
      path: path ?? `${address.pathname}${address.search}`,
      method: method ?? (bytes === undefined ? 'GET' : 'POST'),
      headers: { ...headers, ...(bytes === undefined ? {} : { 'content-length': bytes.byteLength }) },
    },
    body: bytes,
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
