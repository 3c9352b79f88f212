/**
 * A request that is answered with an error, as the Open Inference Protocol writes them: `{"error": "..."}`. It is an answer to a
 * client and not a failure of a step, so it never leaves this folder. The message says what was wrong with the request and may
 * quote it: it goes to the client that sent it, and into no log.
 */
export class Refused extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  /** @param headers that go with the status: `Allow`, `Retry-After` */
  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'Refused'
    this.status = status
    this.headers = headers
  }
}

/** A malformed request. */
export function malformed(message: string): Refused {
  return new Refused(400, message)
}

/** The server could answer this request at another time. */
export function unavailable(message: string): Refused {
  return new Refused(503, message, { 'retry-after': '1' })
}

/** A value of a request inside a sentence: as JSON, and not the whole of a long one. */
export function shown(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
