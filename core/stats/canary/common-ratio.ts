import type { Arms } from './mixture.ts'

/**
 * How many times as often the canary fails, over batches whose error rates and splits differ: the estimator of Mantel and
 * Haenszel for rates. Pooled rates would be wrong as soon as a ramp and an incident coincide (Simpson's paradox).
 *
 * Source: K. Rothman, S. Greenland, "Modern Epidemiology", on person-time data.
 */
export class CommonRatio {
  #above = 0
  #below = 0
  #canary = 0
  #all = 0

  add({ canary, stable }: Arms): void {
    const all = canary.requests + stable.requests
    if (canary.requests === 0 || stable.requests === 0) return
    this.#above += (canary.errors * stable.requests) / all
    this.#below += (stable.errors * canary.requests) / all
    this.#canary += canary.requests
    this.#all += all
  }

  /** NaN without errors; Infinity where only the canary failed. */
  get estimate(): number {
    return this.#above / this.#below
  }

  /** Half an error is added to each side, so that it is always positive and finite; 1 without any data. */
  get smoothed(): number {
    if (this.#all === 0) return 1
    const share = this.#canary / this.#all
    return (this.#above + 0.5 * (1 - share)) / (this.#below + 0.5 * share)
  }
}
