import { StringDecoder } from 'node:string_decoder'

/** A longer line is cut: it is data that somebody printed by mistake, and no log viewer shows it. In UTF-16 units. */
const longestLine = 16_384

/** How often a progress bar, which overwrites one line for hours, is shown as a line of its own. */
const progressEveryMs = 10_000

/** The sizes and the clock that a `LineSplitter` uses; the defaults suit logs that people read. */
export interface LineOptions {
  readonly longest?: number
  readonly progressEveryMs?: number
  /** Milliseconds that only grow. */
  readonly now?: () => number
}

/**
 * Cuts the bytes of a log into lines. Characters may be split over chunks. `\n` and `\r\n` end a line; a lone `\r` goes back
 * to its start, as on a terminal, so that only the last state of a progress bar is a line (and one state every ten seconds
 * meanwhile, as a sign of life). The memory it needs does not grow with the length of a line.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #longest: number
  readonly #progressEveryMs: number
  readonly #now: () => number
  #pending = ''
  #cut = 0
  /** The last chunk ended in `\r`, of which nobody knows yet whether a `\n` follows. */
  #isReturned = false
  #shownAt: number

  constructor(options: LineOptions = {}) {
    this.#longest = options.longest ?? longestLine
    this.#progressEveryMs = options.progressEveryMs ?? progressEveryMs
    this.#now = options.now ?? (() => performance.now())
    this.#shownAt = this.#now()
  }

  /** The lines that these bytes complete. */
  push(bytes: Uint8Array): readonly string[] {
    return this.#split(this.#decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)))
  }

  /** What is left when no more bytes come. */
  end(): readonly string[] {
    const lines = [...this.#split(this.#decoder.end())]
    if (this.#pending !== '' || this.#cut > 0) lines.push(this.#take())
    return lines
  }

  #split(text: string): readonly string[] {
    const lines: string[] = []
    for (const part of text.split(/(\r\n|\n|\r)/)) {
      if (part === '') continue
      if (part === '\n' || part === '\r\n') lines.push(this.#take())
      else if (part === '\r') this.#isReturned = true
      else {
        if (this.#isReturned) lines.push(...this.#overwrite())
        this.#add(part)
      }
    }
    return lines
  }

  #add(text: string): void {
    const room = Math.max(0, this.#longest - this.#pending.length)
    this.#pending += text.slice(0, room)
    this.#cut += Math.max(0, text.length - room)
  }

  #overwrite(): readonly string[] {
    const isDue = this.#now() - this.#shownAt >= this.#progressEveryMs
    const line = this.#take(isDue)
    return isDue && line !== '' ? [line] : []
  }

  #take(isShown = true): string {
    const cut = this.#cut === 0 ? '' : ` … (${this.#cut} more characters)`
    const line = `${cut === '' ? this.#pending : wholeCharacters(this.#pending)}${cut}`
    this.#pending = ''
    this.#cut = 0
    this.#isReturned = false
    if (isShown) this.#shownAt = this.#now()
    return line
  }
}

/** A text that was cut between the two halves of a character loses the first half as well. */
function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text
}
