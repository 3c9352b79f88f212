import { z } from 'zod'
import type { EvidenceRecord } from '../records/evidence.ts'
import type { Digest } from '../records/digest.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { claimsAbout } from './claims.ts'

/** One rate of a profile's evidence, as far as it can be judged: evidence may be of another release. */
export const measuredRateShape = z.object({
  rate: z.number().positive(),
  requests: z.number().nonnegative(),
  // How many latencies lie in each bucket, by its upper edge; ascending.
  latencyBuckets: z.array(z.object({ upToMs: z.number(), count: z.number().nonnegative() })).optional(),
  memoryBytes: z.number().positive().optional(),
})

/** The same of all of it. */
export const measuredShape = z.object({ model: z.string(), rates: z.array(measuredRateShape).min(1) })

/** What was measured of a server at one rate, as far as budgets look at it. */
export type MeasuredRate = z.infer<typeof measuredRateShape>

/** What a profile measured. */
export interface Profile extends Pick<EvidenceRecord, 'id' | 'at'> {
  /** Ascending. */
  readonly rates: readonly MeasuredRate[]
}

/** The newest profile of these very bytes as this model; undefined where there is none. Reads the statement itself, verified. */
export async function profileOf(
  { digest, model }: { readonly digest: Digest; readonly model: string },
  workspace: Workspace,
): Promise<Profile | undefined> {
  for await (const { record, claim } of claimsAbout({ digest, kind: 'profile', shape: measuredShape }, workspace)) {
    const { id, at } = record
    if (claim.model === model) return { id, at, rates: claim.rates.toSorted((a, b) => a.rate - b.rate) }
  }
  return undefined
}
