import type { Arms } from '../../../core/stats/canary/mixture.ts'
import { type Stratum, stratumOf } from '../../../core/stats/canary/strata.ts'
import oracle from './oracle.json' with { type: 'json' }

/** A batch as the oracle writes it: canary's requests and errors, stable's requests and errors. */
export function armsOf(row: readonly number[]): Arms {
  const [canaryRequests = 0, canaryErrors = 0, stableRequests = 0, stableErrors = 0] = row
  return {
    canary: { requests: canaryRequests, errors: canaryErrors },
    stable: { requests: stableRequests, errors: stableErrors },
  }
}

/** One of the oracle's samples. */
export function sampleOf(name: string): readonly Arms[] {
  const found = Object.entries(oracle.samples).find(([key]) => key === name)
  if (found === undefined) throw new Error(`the oracle has no sample ${name}`)
  return found[1].map(armsOf)
}

/** The parts of a comparison that a list of batches makes. */
export function strataOf(batches: readonly Arms[]): readonly Stratum[] {
  return batches.flatMap((arms) => stratumOf(arms) ?? [])
}
