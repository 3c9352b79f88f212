import type { Log } from '../host.ts'
import { fitText } from './fit.ts'
import { harmless } from './harmless.ts'
import { ProgressGate } from './progress-gate.ts'
import type { At, Level, Wire } from './wire.ts'

/** Prints for people: what goes through here is redacted and harmless, whatever it came from. */
export class Printer {
  readonly #wire: Wire
  readonly #clean: (text: string) => string
  readonly #gate = new ProgressGate()
  #openGroups = 0

  constructor(wire: Wire, redact: (text: string) => string) {
    this.#wire = wire
    // A person's terminal obeys nobody, and is shown what was printed.
    this.#clean = wire.context.isCi ? (text) => harmless(redact(text)) : redact
  }

  /** The log that steps see. Its functions need no `this`, so that each can be handed on. */
  log(): Log {
    return {
      debug: (text) => this.#wire.note('debug', this.#clean(text)),
      info: (text) => this.print(text),
      notice: (text, at) => this.note('notice', text, at),
      warning: (text, at) => this.note('warning', text, at),
      error: (text, at) => this.note('error', text, at),
      child: (text) => this.child(text),
      group: (title, inside) => this.group(title, inside),
      progress: (title, fraction) => this.progress(title, fraction),
    }
  }

  print(text: string): void {
    this.#wire.print(this.#clean(text))
  }

  note(level: Level, text: string, at?: At): void {
    this.#wire.note(level, this.fitting(text), at)
  }

  /** Whole lines that a child printed; the end of the last one may be there or not. */
  child(text: string): void {
    this.print(text.replace(/\r?\n$/, ''))
  }

  /** Runners cannot nest groups: one inside another is a heading. */
  async group<T>(title: string, inside: () => Promise<T>): Promise<T> {
    const clean = this.#clean(title)
    if (this.#openGroups === 0) this.#wire.openGroup(clean)
    else this.#wire.print(clean)
    this.#openGroups += 1
    try {
      return await inside()
    } finally {
      this.#leaveGroup()
    }
  }

  progress(title: string, fraction?: number): void {
    if (this.#wire.showProgress !== undefined) {
      this.#wire.showProgress(this.#clean(title), fraction)
      return
    }
    const line = this.#gate.lineFor(this.#clean(title), fraction, performance.now())
    if (line !== undefined) this.#wire.print(line)
  }

  /** The text as a message that the CI system does not cut: what is too long is printed whole before it. */
  fitting(text: string): string {
    const clean = this.#clean(text)
    const longest = this.#wire.longestMessage ?? Number.POSITIVE_INFINITY
    if (clean.length > longest) this.#wire.print(clean)
    return fitText(clean, longest, '\n… (the whole text is in the log)')
  }

  /** Ends groups that a lost promise left open. */
  close(): void {
    if (this.#openGroups > 0) this.#wire.closeGroup()
    this.#openGroups = 0
  }

  #leaveGroup(): void {
    if (this.#openGroups === 0) return
    this.#openGroups -= 1
    if (this.#openGroups === 0) this.#wire.closeGroup()
  }
}
