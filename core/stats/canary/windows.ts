import type { Batch } from './batch.ts'
import { type Stratum, stratumOf } from './strata.ts'

/** Some successive batches, taken together to see how much errors vary from one stretch of time to the next. */
export interface Window {
  readonly fromMs: number
  readonly toMs: number
  readonly canaryRequests: number
  readonly stableRequests: number
  readonly strata: readonly Stratum[]
}

/** Gathers batches into windows of about one length (a minute by default), however long the batches are. */
export class Windows {
  readonly #lengthMs: number
  readonly #closed: Window[] = []
  #open: Batch[] = []

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs
  }

  get closed(): readonly Window[] {
    return this.#closed
  }

  get last(): Window | undefined {
    return this.#closed.at(-1)
  }

  /** Whether this batch completed a window. A window ends at the batch whose end is nearest to the window's length. */
  add(batch: Batch): boolean {
    this.#open.push(batch)
    const fromMs = this.#open[0]?.fromMs ?? batch.fromMs
    const half = (batch.toMs - batch.fromMs) / 2
    if (batch.toMs - fromMs + half <= this.#lengthMs) return false
    return this.close()
  }

  /** Ends the open window as it is; false where there is none. */
  close(): boolean {
    const [first] = this.#open
    const last = this.#open.at(-1)
    if (first === undefined || last === undefined) return false
    this.#closed.push({
      fromMs: first.fromMs,
      toMs: last.toMs,
      canaryRequests: this.#open.reduce((sum, { canary }) => sum + canary.requests, 0),
      stableRequests: this.#open.reduce((sum, { stable }) => sum + stable.requests, 0),
      strata: this.#open.flatMap((batch) => stratumOf(batch) ?? []),
    })
    this.#open = []
    return true
  }
}
