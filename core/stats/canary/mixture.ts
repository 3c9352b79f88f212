/** Both sides of one batch, without its times. */
export interface Arms {
  readonly canary: { readonly requests: number; readonly errors: number }
  readonly stable: { readonly requests: number; readonly errors: number }
}

/** The logarithm of a likelihood ratio of one batch, of mean at most 1 under the null hypothesis. */
export type LogRatio = (arms: Arms) => number

/**
 * An e-process as a mixture with equal weights: each alternative's likelihood ratios are multiplied over the batches, and the
 * products are averaged. All in logarithms, since the products leave the range of a double.
 */
export class Mixture {
  readonly #alternatives: readonly LogRatio[]
  readonly #sums: Float64Array

  constructor(alternatives: readonly LogRatio[]) {
    this.#alternatives = alternatives
    this.#sums = new Float64Array(alternatives.length)
  }

  /** Multiplies by the likelihood ratios of one more batch; each batch once. A batch without one of the sides says nothing. */
  add(arms: Arms): void {
    if (arms.canary.requests === 0 || arms.stable.requests === 0) return
    for (let index = 0; index < this.#sums.length; index++) {
      this.#sums[index] = (this.#sums[index] ?? 0) + (this.#alternatives[index]?.(arms) ?? 0)
    }
  }

  /** ln E; with a `dispersion` above 1 every logarithm is divided by it before the average is taken. */
  logE(dispersion = 1): number {
    return logMeanExp(this.#sums.map((sum) => sum / dispersion))
  }
}

/** ln of the mean of the exponentials, without overflow. */
export function logMeanExp(logs: Float64Array): number {
  const largest = Math.max(...logs)
  if (!Number.isFinite(largest)) return largest
  const sum = logs.reduce((total, log) => total + Math.exp(log - largest), 0)
  return largest + Math.log(sum / logs.length)
}
