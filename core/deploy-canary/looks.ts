import { type Batch, batchesFromCounters, type CounterReading } from '../stats/canary/batch.ts'
import type { Counts, EndpointStatus } from '../targets/target.ts'

/** What one side had answered at a look. */
export interface Side extends Counts {
  readonly isReady: boolean
}

/** Both sides at one moment. */
export interface Look {
  readonly atMs: number
  /** When the counting began: counts of two beginnings are never compared. */
  readonly since: string
  /** The canary's share in per cent at that moment. */
  readonly share: number
  readonly canary: Side
  readonly stable: Side
}

/** The look at an endpoint; undefined where it has not both sides, or knows no counts. */
export function lookOf(
  status: EndpointStatus,
  { canary, stable, atMs }: { readonly canary: string; readonly stable: string; readonly atMs: number },
): Look | undefined {
  const [one, other] = [canary, stable].map((wanted) => status.deployments.find(({ name }) => name === wanted))
  if (one === undefined || other === undefined || !status.isReady) return undefined
  return {
    atMs,
    since: status.startedAt,
    share: one.share,
    canary: { ...one.counts, isReady: one.isReady },
    stable: { ...other.counts, isReady: other.isReady },
  }
}

/**
 * The batches between successive looks. What had been counted when the counting began anew is lost with it: that stretch is left
 * out on both sides. The split is checked only where it was the same at both ends.
 */
export function batchesOf(looks: readonly Look[]): readonly Batch[] {
  return generationsOf(looks).flatMap((generation) => {
    const readings = generation.map(({ atMs, share, canary, stable }, at): CounterReading => {
      const isKept = generation[at + 1]?.share === share
      return { atMs, canary: armOf(canary), stable: armOf(stable), ...(isKept ? { share: share / 100 } : {}) }
    })
    return batchesFromCounters(readings).batches
  })
}

function armOf({ requests, errors }: Side): { readonly requests: number; readonly errors: number } {
  return { requests, errors }
}

function generationsOf(looks: readonly Look[]): readonly (readonly Look[])[] {
  const generations: Look[][] = []
  for (const look of looks) {
    const current = generations.at(-1)
    if (current !== undefined && current.at(-1)?.since === look.since) current.push(look)
    else generations.push([look])
  }
  return generations
}
