import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** A request to a server of a test. Header names are in lower case. */
export interface Received {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** What a server of a test answers. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, unless it is a text. */
  readonly body?: unknown
}

/** A failure that a test asks for: `before` the server acts or `after` it. */
export interface Trouble {
  readonly method: string
  readonly path: RegExp
  readonly when: 'before' | 'after'
  /** What is answered instead; `silence` never answers; undefined cuts the connection. */
  readonly answer?: Answer | 'silence'
}

/** A server on this machine that plays one service. What it objects to, and troubles that nobody met, fail the test at its end. */
export class Loopback implements AsyncDisposable {
  readonly received: Received[] = []
  /** What a client did that the real service would not take, in words. */
  readonly objections: string[] = []
  readonly #troubles: Trouble[] = []
  readonly #server
  readonly #answer: (request: Received) => Answer | Promise<Answer>

  private constructor(answer: (request: Received) => Answer | Promise<Answer>) {
    this.#answer = answer
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.objections.push(`the server failed: ${String(error)}`)
        response.destroy()
      })
    })
  }

  static async start(answer: (request: Received) => Answer | Promise<Answer>): Promise<Loopback> {
    const loopback = new Loopback(answer)
    await new Promise<void>((resolve) => loopback.#server.listen(0, '127.0.0.1', resolve))
    return loopback
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen')
    return `http://127.0.0.1:${address.port}`
  }

  /** The next request of this kind meets this trouble, once. */
  trouble(trouble: Trouble): void {
    this.#troubles.push(trouble)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    const unused = this.#troubles.map(({ method, path }) => `no request met the trouble at ${method} ${path.source}`)
    const objections = [...this.objections, ...unused]
    if (objections.length > 0) throw new Error(objections.join('\n'))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const received = { method: request.method ?? '', url, headers: request.headers, text: await text(request) }
    this.received.push(received)
    const trouble = this.#nextTrouble(received)
    const answer = trouble?.when === 'before' ? undefined : await this.#answer(received)
    const shown = trouble === undefined ? answer : trouble.answer
    if (shown === undefined) request.socket.destroy()
    else if (shown !== 'silence') write(response, shown)
  }

  #nextTrouble({ method, url }: Received): Trouble | undefined {
    const index = this.#troubles.findIndex((one) => one.method === method && one.path.test(url.pathname))
    return index < 0 ? undefined : this.#troubles.splice(index, 1)[0]
  }
}

/** A service that is played on this machine: what every one of them shows to a test. */
export abstract class Played implements AsyncDisposable {
  #loopback: Loopback | undefined

  get url(): string {
    return this.server.url
  }

  get received(): readonly Received[] {
    return this.server.received
  }

  /** The next request of this kind meets this trouble, once. */
  trouble(trouble: Trouble): void {
    this.server.trouble(trouble)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loopback?.[Symbol.asyncDispose]()
  }

  /** Answers a request as the service would. */
  protected abstract answer(received: Received): Answer | Promise<Answer>

  protected get server(): Loopback {
    if (this.#loopback === undefined) throw new Error('the server does not run')
    return this.#loopback
  }

  protected async listen(): Promise<this> {
    this.#loopback = await Loopback.start((received) => this.answer(received))
    return this
  }
}

function write(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  const isText = typeof body === 'string'
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': isText ? 'text/html' : 'application/json; charset=utf-8' }),
    ...headers,
  })
  response.end(body === undefined || isText ? body : JSON.stringify(body))
}
