import type { Arms } from './mixture.ts'

/** The errors of one batch, seen as draws: each of `errors` came from the canary or from stable. */
export interface Stratum {
  readonly canaryErrors: number
  readonly errors: number
  readonly canaryRequests: number
  readonly stableRequests: number
}

/** The part of a comparison that a batch contributes; undefined where there is nothing to compare or nothing failed. */
export function stratumOf({ canary, stable }: Arms): Stratum | undefined {
  const errors = canary.errors + stable.errors
  if (errors === 0 || canary.requests === 0 || stable.requests === 0) return undefined
  return {
    canaryErrors: canary.errors,
    errors,
    canaryRequests: canary.requests,
    stableRequests: stable.requests,
  }
}

/** The probability that one error of a batch is the canary's, if the canary fails `ratio` times as often as stable. */
export function canaryShare({ canaryRequests, stableRequests }: Stratum, ratio: number): number {
  return (ratio * canaryRequests) / (ratio * canaryRequests + stableRequests)
}

/** Mean and variance of the canary's errors, given how many there were in all. */
export interface Expected {
  readonly mean: number
  readonly variance: number
}

/** What the strata lead one to expect of the canary's errors at this ratio of error rates. */
export function expectedErrors(strata: readonly Stratum[], ratio: number): Expected {
  let mean = 0
  let variance = 0
  for (const stratum of strata) {
    const share = canaryShare(stratum, ratio)
    mean += stratum.errors * share
    variance += stratum.errors * share * (1 - share)
  }
  return { mean, variance }
}
