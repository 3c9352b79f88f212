import { Agent, request } from 'node:http'
import { Tally } from './tally.ts'

/** A kept connection is closed here before the server closes it: servers of Node do so after 5 s and more. */
const idleMs = 4000

/** A busy server may be slow to say that it is well, and is not down for that. */
const checkMs = 5000

/** Which server a deployment has at present. */
export interface Server {
  readonly launch: string
  readonly digest: string
  readonly port: number
}

/** A deployment as the router sees it: where it listens, whether it is well, and what it did. */
export class Upstream {
  readonly name: string
  readonly agent = new Agent({ keepAlive: true, maxFreeSockets: 256, timeout: idleMs })
  #server: Server
  #tally = new Tally()
  #check: Promise<boolean | undefined> | undefined
  #complainedAt = Number.NEGATIVE_INFINITY
  isUp = false
  /** It is about to be stopped: whatever its share, it is sent nothing. */
  isLeaving = false
  inFlight = 0

  constructor(name: string, server: Server) {
    this.name = name
    this.#server = server
  }

  get server(): Server {
    return this.#server
  }

  get tally(): Tally {
    return this.#tally
  }

  /** Another process serves it from now on. Another package under the same name begins to count anew. */
  replace(server: Server): void {
    if (server.digest !== this.#server.digest) this.#tally = new Tally()
    this.#server = server
    this.isUp = false
    this.isLeaving = false
    this.#check = undefined
  }

  /** Asks the server whether it is ready; while one question is open, no other is asked. Undefined when it was replaced meanwhile. */
  check(): Promise<boolean | undefined> {
    const asked = this.#server
    this.#check ??= isReady(asked.port).then((isUp) => {
      if (asked !== this.#server) return undefined
      this.#check = undefined
      return isUp
    })
    return this.#check
  }

  /** Whether one more failure is worth a line in the log: one a second is. */
  mayComplain(): boolean {
    const now = performance.now()
    if (now - this.#complainedAt < 1000) return false
    this.#complainedAt = now
    return true
  }

  /** Closes the connections that are kept. */
  close(): void {
    this.agent.destroy()
  }
}

/** Whether a server on this machine says that it is ready. */
export function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/v2/health/ready', agent: false, timeout: checkMs })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(false))
    asked.on('response', (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    asked.end()
  })
}
