/** On a host without a terminal every progress line stays in the log for ever. */
const everyMs = 30_000

/** Decides which progress reports become lines of a log: the first of a title, the last, and one in half a minute. */
export class ProgressGate {
  #title: string | undefined
  #shownAtMs = 0

  /** The line to print, or undefined. `fraction` is from 0 to 1, `nowMs` a clock that only grows. */
  lineFor(title: string, fraction: number | undefined, nowMs: number): string | undefined {
    const isNew = title !== this.#title
    const isEnd = fraction !== undefined && fraction >= 1
    if (!isNew && !isEnd && nowMs - this.#shownAtMs < everyMs) return undefined
    this.#title = isEnd ? undefined : title
    this.#shownAtMs = nowMs
    return progressText(title, fraction)
  }
}

/** A progress report in words: `uploading files: 42 %`. */
export function progressText(title: string, fraction: number | undefined): string {
  return fraction === undefined ? `${title} …` : `${title}: ${percent(fraction)} %`
}

/** A fraction as a whole percentage, rounded down: 100 means done. */
export function percent(fraction: number): number {
  // 0.29 * 100 is a little less than 29.
  return Math.floor(Math.min(1, Math.max(0, fraction)) * 100 + 1e-9)
}
