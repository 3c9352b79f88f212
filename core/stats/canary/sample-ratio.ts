import { logGamma } from '../gamma.ts'
import type { Batch } from './batch.ts'

/** How sure the alternative is of the configured share, in requests: departures of a few per cent of it are found first. */
const priorRequests = 200

/** What was seen under one configured share. */
interface Split {
  canary: number
  stable: number
}

/**
 * Evidence against H0: every request went to the canary with the configured probability. Where it did not, the two sides did
 * not get the same kind of requests, and their error rates cannot be compared. For each share a mixture over Beta(200 share,
 * 200 (1 - share)) of the binomial likelihood ratio; the shares of a ramp are multiplied (Lindon & Malek 2022, "Anytime-valid
 * inference for multinomial count data").
 */
export class SampleRatio {
  readonly #splits = new Map<number, Split>()

  /** A batch without a share, or with all of the traffic on one side, is not judged. */
  add({ share, canary, stable }: Batch): void {
    if (share === undefined || share <= 0 || share >= 1) return
    const split = this.#splits.get(share) ?? { canary: 0, stable: 0 }
    split.canary += canary.requests
    split.stable += stable.requests
    this.#splits.set(share, split)
  }

  /** ln E; 0 before the first request. */
  get logE(): number {
    let sum = 0
    for (const [share, split] of this.#splits) sum += logBayesFactor(share, split)
    return sum
  }

  /** The share that was configured and the one that was seen, where they are farthest apart for their numbers. */
  get worst(): { readonly configured: number; readonly seen: number } | undefined {
    const [first] = [...this.#splits].sort(
      ([a, left], [b, right]) => logBayesFactor(b, right) - logBayesFactor(a, left),
    )
    if (first === undefined) return undefined
    const [configured, { canary, stable }] = first
    return { configured, seen: canary / (canary + stable) }
  }
}

function logBayesFactor(share: number, { canary, stable }: Split): number {
  const a = priorRequests * share
  const b = priorRequests - a
  return logBeta(a + canary, b + stable) - logBeta(a, b) - canary * Math.log(share) - stable * Math.log1p(-share)
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}
