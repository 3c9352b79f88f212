import { createHash, timingSafeEqual } from 'node:crypto'

/** The admin token of a router. */
export class Token {
  readonly #digest: Buffer

  constructor(secret: string) {
    this.#digest = digestOf(secret)
  }

  /** Whether a text is the token; how long that takes tells nothing about it. */
  is(given: string): boolean {
    return timingSafeEqual(digestOf(given), this.#digest)
  }

  /** Whether an `authorization` header has it. */
  isIn(authorization: string | undefined): boolean {
    const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
    return given !== undefined && this.is(given)
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
