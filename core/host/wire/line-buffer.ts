import { linesOf } from './harmless.ts'

/** A longer line is handed on in parts. In UTF-16 units. */
const longestLine = 65_536

/** The end of an overlong line that waits for what follows, since a secret may be cut in two there. */
const heldBack = 4_096

/**
 * Joins chunks to lines. A command or a secret that is split over two chunks is whole again before anybody looks for it. What
 * it returns is redacted.
 */
export class LineBuffer {
  readonly #redact: (text: string) => string
  #rest = ''

  constructor(redact: (text: string) => string) {
    this.#redact = redact
  }

  /** The lines that this chunk completes. */
  push(chunk: string): readonly string[] {
    const text = this.#rest + chunk
    // A CR at the end may be the first half of CRLF.
    const isOpen = text.endsWith('\r')
    const lines = [...linesOf(isOpen ? text.slice(0, -1) : text)]
    this.#rest = `${lines.pop() ?? ''}${isOpen ? '\r' : ''}`
    const whole = lines.length === 0 ? [] : linesOf(this.#redact(lines.join('\n')))
    return this.#rest.length > longestLine ? [...whole, this.#head()] : whole
  }

  /** What is left when no more chunks come. */
  flush(): readonly string[] {
    const rest = this.#rest
    this.#rest = ''
    return rest === '' ? [] : [this.#redact(rest.replace(/\r$/, ''))]
  }

  #head(): string {
    const clean = this.#redact(this.#rest)
    this.#rest = clean.slice(-heldBack)
    return clean.slice(0, -heldBack)
  }
}
