import type { IncomingMessage } from 'node:http'

/** The body of a request. */
export type Body =
  /** All of it, so that it can be sent again. Undefined where the request has none. */
  | { readonly kind: 'whole'; readonly bytes: Buffer | undefined }
  /** Too large to be kept: its beginning, and the rest is still in the request. It is sent once. */
  | { readonly kind: 'stream'; readonly begun: readonly Buffer[]; readonly length: number | undefined }

/** How much is kept of one body, and of all at the same time, in bytes. */
export interface BodyLimits {
  readonly eachBytes: number
  readonly allBytes: number
}

/** Keeps bodies in memory while their requests are not answered. */
export class BodyKeeper {
  readonly #limits: BodyLimits
  #kept = 0

  constructor(limits: BodyLimits) {
    this.#limits = limits
  }

  /**
   * Reads a body as far as it may be kept. Call `release` with what came of it when the request is answered.
   *
   * @returns undefined when the client left before the end of it
   */
  read(request: IncomingMessage): Promise<Body | undefined> | Body {
    const { 'content-length': declared, 'transfer-encoding': coding } = request.headers
    const length = declared === undefined ? undefined : Number(declared)
    if (coding === undefined && length === undefined) {
      request.resume()
      return { kind: 'whole', bytes: undefined }
    }
    return this.#collect(request, length)
  }

  /** Forgets a body. */
  release(body: Body): void {
    if (body.kind === 'whole') this.#kept -= body.bytes?.length ?? 0
  }

  #collect(request: IncomingMessage, length: number | undefined): Promise<Body | undefined> {
    return new Promise((resolve) => {
      const parts: Buffer[] = []
      let size = 0
      const settle = (body: Body | undefined): void => {
        request.off('data', take).off('end', end).off('close', leave)
        if (body?.kind !== 'whole') this.#kept -= size
        resolve(body)
      }
      const end = (): void => {
        const [first] = parts
        settle({ kind: 'whole', bytes: parts.length === 1 && first !== undefined ? first : Buffer.concat(parts) })
      }
      const take = (part: Buffer): void => {
        parts.push(part)
        size += part.length
        this.#kept += part.length
        if (size > this.#limits.eachBytes || this.#kept > this.#limits.allBytes) {
          request.pause()
          settle({ kind: 'stream', begun: parts, length })
        } else if (size === length) end()
      }
      const leave = (): void => settle(undefined)
      request.on('data', take).on('end', end).on('close', leave)
      request.on('error', () => undefined)
    })
  }
}
