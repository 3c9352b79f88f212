import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** What becomes of a request: it passes; it never arrives; or it is served, and its answer is lost. */
export type Fate = 'pass' | 'refuse' | 'deafen'

/** Stands between a client and a real server, and counts. */
export class UnreliableProxy implements AsyncDisposable {
  /** What arrived at the server, as "PUT /path?query". */
  readonly served: string[] = []
  /** Decides over each request. */
  fate: (asked: string) => Fate = () => 'pass'
  readonly #target: URL
  readonly #server = createServer((asked, answer) => void this.#serve(asked, answer))

  private constructor(target: string) {
    this.#target = new URL(target)
  }

  static async start(target: string): Promise<UnreliableProxy> {
    const proxy = new UnreliableProxy(target)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen')
    return `http://127.0.0.1:${address.port}${this.#target.pathname.replace(/\/$/, '')}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #serve(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = asked
    const fate = this.fate(`${method} ${path}`)
    try {
      const body = await buffer(asked)
      if (fate === 'refuse') {
        asked.socket.destroy()
        return
      }
      this.served.push(`${method} ${path}`)
      const reply = await this.#forward({ method, path, headers }, body)
      const content = await buffer(reply)
      if (fate === 'deafen') asked.socket.destroy()
      else answer.writeHead(reply.statusCode ?? 502, reply.headers).end(content)
    } catch {
      asked.socket.destroy()
    }
  }

  #forward(options: Pick<IncomingMessage, 'headers'> & { method: string; path: string }, body: Buffer) {
    const { hostname, port } = this.#target
    return new Promise<IncomingMessage>((resolve, reject) => {
      request({ hostname, port, agent: false, ...options }, resolve)
        .once('error', reject)
        .end(body)
    })
  }
}
