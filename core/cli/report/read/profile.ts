import { z } from 'zod'
import { measuredRateShape, measuredShape } from '../../../main/profiles.ts'
import type { Evidence } from '../../show/evidence.ts'
import type { Bin } from '../svg/histogram.ts'

const rateShape = measuredRateShape.extend({
  achieved: z.number(),
  errors: z.number(),
  latencyMs: z.object({ p50: z.number(), p90: z.number(), p99: z.number(), max: z.number() }).optional(),
  p99BetweenMs: z.tuple([z.number(), z.number()]).optional(),
  cpuMsPerRequest: z.number().optional(),
  throttledShare: z.number().optional(),
  held: z.boolean(),
})

/** What the report tells of a profile's evidence, which may be of another release of Trainyard. */
const profileShape = measuredShape.extend({
  candidate: z.string(),
  served: z.object({
    package: z.object({ digest: z.string() }).optional(),
    image: z.object({ name: z.string() }).optional(),
    limits: z.object({ cpus: z.number().optional(), memoryBytes: z.number().optional() }).optional(),
    address: z.string().optional(),
    engine: z.string(),
  }),
  data: z.object({ file: z.string(), rows: z.number() }),
  rowsPerRequest: z.number(),
  durationMs: z.number(),
  rates: z.array(rateShape),
  machine: z.object({ os: z.string(), arch: z.string(), cpus: z.number(), cpuModel: z.string() }),
})

/** A profile as far as the report tells of it. */
export type Profile = z.infer<typeof profileShape>
export type Rate = Profile['rates'][number]

/** Reads the predicate of a profile's evidence; undefined where its form is not known. */
export function readProfile({ predicate }: Pick<Evidence, 'predicate'>): Profile | undefined {
  const read = profileShape.safeParse(predicate)
  return read.success ? read.data : undefined
}

/** The highest rate at which, and below which, the server kept up. Rates ascend. */
export function highestHeld(rates: readonly Rate[]): Rate | undefined {
  const failed = rates.findIndex(({ held }) => !held)
  return failed === -1 ? rates.at(-1) : rates[failed - 1]
}

/** Four bins for every doubling. */
const perDoubling = 4

/** Buckets of any width joined into bins that are all as wide on an axis of ratios. None is lost. */
export function binsOf(buckets: NonNullable<Rate['latencyBuckets']>): readonly Bin[] {
  const counts = new Map<number, number>()
  for (const { upToMs, count } of buckets) {
    if (!(upToMs > 0) || count === 0) continue
    // The edges are powers, which are hardly ever exact.
    const at = Math.ceil(Math.log2(upToMs) * perDoubling - 1e-9)
    counts.set(at, (counts.get(at) ?? 0) + count)
  }
  const places = [...counts.keys()].sort((a, b) => a - b)
  const [first, last] = [places[0], places.at(-1)]
  if (first === undefined || last === undefined) return []
  return Array.from({ length: last - first + 1 }, (_, offset) => {
    const at = first + offset
    return { low: 2 ** ((at - 1) / perDoubling), high: 2 ** (at / perDoubling), count: counts.get(at) ?? 0 }
  })
}
