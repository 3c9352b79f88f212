import { type ClientRequest, type IncomingMessage, request as send, type ServerResponse } from 'node:http'
import { isErrno } from '../../../engines/process/group.ts'
import { errorMessage } from '../../../errors/errors.ts'
import type { Body } from './body.ts'
import { answeredHeaders } from './headers.ts'
import type { End } from './tally.ts'
import type { Upstream } from './upstream.ts'

/** One request of a client, with all that is needed to send it on. */
export interface Job {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** In the form of a path, whatever form the client chose. */
  readonly path: string
  /** As they are sent on. */
  readonly headers: readonly string[]
  readonly body: Body
  /** The longest silence of a deployment. */
  readonly silenceMs: number
  /** Whether the client's connection is to be closed after the answer, because the router stops. */
  readonly isLast: boolean
}

/** What became of an attempt. */
export interface Result {
  readonly end: End
  readonly seconds: number
  /** Why it broke. */
  readonly reason?: string
  /** The connection failed and not one byte of an answer came: another deployment may be tried. */
  readonly isUntouched?: boolean
  /** Nobody listens where the deployment should. */
  readonly isRefused?: boolean
}

/**
 * Sends a request to a deployment and its answer to the client, byte by byte as it comes. When it fails before the answer has
 * begun, the client has been told nothing yet, and that is left to the caller; after that its connection is cut, so that no
 * client takes half an answer for a whole one.
 *
 * @param count told how it ended, before the client sees the end of its answer
 */
export function attempt(job: Job, upstream: Upstream, count: (result: Result) => void): Promise<Result> {
  return new Promise((resolve) => {
    new Attempt(job, upstream, (result) => {
      count(result)
      resolve(result)
    }).start()
  })
}

class Attempt {
  readonly #job: Job
  readonly #upstream: Upstream
  readonly #settle: (result: Result) => void
  readonly #startedAt = performance.now()
  readonly #silence: NodeJS.Timeout
  #outgoing: ClientRequest | undefined
  #incoming: IncomingMessage | undefined
  #bytesBefore = 0
  #status = 0
  #isSettled = false

  constructor(job: Job, upstream: Upstream, settle: (result: Result) => void) {
    this.#job = job
    this.#upstream = upstream
    this.#settle = settle
    this.#silence = setTimeout(this.#giveUp, job.silenceMs)
  }

  start(): void {
    try {
      this.#start()
    } catch (error) {
      // node:http checks what it sends.
      this.#break(error)
    }
  }

  #start(): void {
    const { request, response, path, headers } = this.#job
    const { agent, server } = this.#upstream
    response.on('close', this.#leave)
    const outgoing = send({ agent, host: '127.0.0.1', port: server.port, method: request.method, path, headers })
    this.#outgoing = outgoing
    outgoing.on('socket', ({ bytesRead }) => {
      this.#bytesBefore = bytesRead
    })
    outgoing.on('error', this.#break)
    outgoing.on('response', this.#answer)
    this.#sendBody(outgoing)
  }

  #sendBody(outgoing: ClientRequest): void {
    const { body, request } = this.#job
    if (body.kind === 'whole') {
      endWith(outgoing, body.bytes)
      return
    }
    for (const part of body.begun) outgoing.write(part)
    request.on('data', () => this.#silence.refresh())
    request.pipe(outgoing)
  }

  readonly #answer = (incoming: IncomingMessage): void => {
    incoming.on('error', this.#break)
    this.#incoming = incoming
    try {
      this.#begin(incoming)
    } catch (error) {
      this.#break(error)
      return
    }
    this.#pass(incoming, Number(incoming.headers['content-length'] ?? Number.NaN))
  }

  #begin(incoming: IncomingMessage): void {
    const { request, response, body, isLast } = this.#job
    this.#status = incoming.statusCode ?? 0
    const headers = answeredHeaders(incoming.rawHeaders, this.#upstream.name)
    // A deployment may answer before it has read everything; then nobody reads the rest.
    if (isLast || (body.kind === 'stream' && !request.complete)) headers.push('connection', 'close')
    // The words beside the number are those of node:http: nobody reads them, and a server's may not be valid.
    response.writeHead(this.#status, headers)
    if (incoming.headers['content-length'] === undefined) response.flushHeaders()
  }

  #pass(incoming: IncomingMessage, length: number): void {
    const { response } = this.#job
    let received = 0
    incoming.on('data', (part: Buffer) => {
      received += part.length
      this.#silence.refresh()
      // The last part and the end leave in one packet.
      if (received === length) this.#complete(part)
      else if (!response.write(part)) {
        incoming.pause()
        response.once('drain', () => incoming.resume())
      }
    })
    incoming.on('end', () => this.#complete())
    incoming.on('close', () => {
      if (!this.#isSettled) this.#break(new Error('the answer was cut off'))
    })
  }

  #complete(last?: Buffer): void {
    if (this.#isSettled) return
    this.#end({ end: this.#status >= 500 ? 'failed' : 'answered' })
    endWith(this.#job.response, last)
    if (this.#job.body.kind === 'stream') this.#stopSending()
  }

  readonly #break = (error: unknown): void => {
    if (this.#isSettled) return
    const { response, body } = this.#job
    const isBegun = response.headersSent || (this.#outgoing?.socket?.bytesRead ?? 0) > this.#bytesBefore
    this.#end({
      end: 'broken',
      reason: errorMessage(error),
      isUntouched: !isBegun && body.kind === 'whole',
      isRefused: isErrno(error, 'ECONNREFUSED'),
    })
    this.#cut()
  }

  readonly #giveUp = (): void => {
    if (this.#isSettled) return
    if (this.#incoming?.isPaused() === true) {
      // It is the client that does not read on.
      this.#silence.refresh()
      return
    }
    this.#end({ end: 'timed-out', reason: `no answer for ${this.#job.silenceMs / 1000} s` })
    this.#cut()
  }

  readonly #leave = (): void => {
    if (this.#isSettled) return
    this.#end({ end: 'abandoned' })
    this.#cut()
  }

  #end(result: Omit<Result, 'seconds'>): void {
    this.#isSettled = true
    clearTimeout(this.#silence)
    this.#job.response.off('close', this.#leave)
    this.#settle({ ...result, seconds: (performance.now() - this.#startedAt) / 1000 })
  }

  #cut(): void {
    const { response } = this.#job
    this.#stopSending()
    this.#outgoing?.destroy()
    if (response.headersSent) response.destroy()
  }

  #stopSending(): void {
    const { request } = this.#job
    if (this.#outgoing !== undefined) request.unpipe(this.#outgoing)
    request.resume()
  }
}

/** Up to this size a copy costs less than a second buffer. */
const smallBytes = 16 * 1024

/** Ends a message with its last bytes. As a text in which each byte is a character, they leave in one piece with the headers. */
function endWith(message: ClientRequest | ServerResponse, last: Buffer | undefined): void {
  if (last === undefined) message.end()
  else if (last.length > smallBytes) message.end(last)
  else message.end(last.toString('latin1'), 'latin1')
}
