import type { Readable } from 'node:stream'
import { LineSplitter } from './lines.ts'

/** How long the last bytes of an ended child may take to arrive. */
const idleMs = 750

/** More than any pipe holds: who still writes after that is not the child but something that left its group. */
const mostAfterEnd = 2 ** 20

/** Takes one line; while its promise is pending, no more is read. */
export type TakeLine = (line: string) => void | Promise<void>

/** Reads one stream of a child, line by line. `done` rejects with what `take` throws. */
export class LineReader {
  readonly done: Promise<void>
  readonly #stream: Readable
  #bytesAfterEnd = 0
  #hasEnded = false
  #idle: NodeJS.Timeout | undefined

  constructor(stream: Readable, take: TakeLine) {
    this.#stream = stream
    this.done = this.#read(take)
    // Observed by whoever awaits `done` or `end`; a failure while nobody does must not end the process.
    this.done.catch(() => undefined)
  }

  /** The child has ended: reads what it still wrote, and waits for nobody who inherited its end of the pipe. */
  async end(): Promise<void> {
    this.#hasEnded = true
    this.#waitForMore()
    try {
      await this.done
    } finally {
      clearTimeout(this.#idle)
    }
  }

  async #read(take: TakeLine): Promise<void> {
    const lines = new LineSplitter()
    try {
      for await (const chunk of this.#stream as AsyncIterable<Buffer>) {
        clearTimeout(this.#idle)
        await takeAll(lines.push(chunk), take)
        if (this.#hasEnded) this.#mind(chunk.length)
      }
    } catch (error) {
      if (!(this.#hasEnded && this.#stream.destroyed)) throw error
    }
    await takeAll(lines.end(), take)
  }

  #mind(bytes: number): void {
    this.#bytesAfterEnd += bytes
    if (this.#bytesAfterEnd > mostAfterEnd) this.#stream.destroy()
    else this.#waitForMore()
  }

  #waitForMore(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#stream.destroy(), idleMs)
  }
}

async function takeAll(lines: readonly string[], take: TakeLine): Promise<void> {
  for (const line of lines) {
    const pending = take(line)
    if (pending !== undefined) await pending
  }
}
