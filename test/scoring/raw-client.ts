import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** The bytes of an HTTP request that a client sends without waiting for anything. */
export function rawRequest(method: string, path: string, body = ''): string {
  const headers = ['Host: localhost', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]
  return `${[`${method} ${path} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n${body}`
}

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** A connection whose bytes a test writes itself: many requests in one packet, or half of one. */
export class RawClient implements Disposable {
  readonly socket: Socket
  #received = Buffer.alloc(0)
  #wake: () => void = () => undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes])
      this.#wake()
    })
    socket.on('close', () => this.#wake())
    // A connection that the server cuts ends; what was received by then is what a test looks at.
    socket.on('error', () => undefined)
  }

  static async connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  write(text: string | Uint8Array): void {
    this.socket.write(text)
  }

  /** The answers that have come so far, whole ones only. */
  answers(): readonly RawAnswer[] {
    const answers: RawAnswer[] = []
    let rest = this.#received.toString('utf8')
    for (;;) {
      const end = rest.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, end))?.[1] ?? 0)
      if (end < 0 || rest.length < end + 4 + length) return answers
      const head = rest.slice(0, end)
      answers.push({ status: Number(head.split(' ')[1]), head, body: rest.slice(end + 4, end + 4 + length) })
      rest = rest.slice(end + 4 + length)
    }
  }

  /** Waits for so many answers, or for the end of the connection. */
  async receive(count: number): Promise<readonly RawAnswer[]> {
    while (this.answers().length < count && !this.socket.closed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    return this.answers()
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}
