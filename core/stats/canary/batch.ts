import { checkCounts } from '../check.ts'

/** What one side answered in a batch. An error is an answer that the service's owner counts as a failure. */
export interface Arm {
  readonly requests: number
  readonly errors: number
}

/**
 * What both sides did in one stretch of time (10 to 60 s). Counts are of this stretch alone, never since the start, and both
 * sides are counted over the same stretch. A batch ends where the split changes.
 */
export interface Batch {
  readonly fromMs: number
  readonly toMs: number
  readonly canary: Arm
  readonly stable: Arm
  /** The canary's configured share of the requests, 0 to 1. Left out, the split of this batch is not checked. */
  readonly share?: number
}

/** Counters of both sides as they stood at one moment; they grow from the start of each server. */
export interface CounterReading {
  readonly atMs: number
  readonly canary: Arm
  readonly stable: Arm
  /** The share that was configured from this moment on. */
  readonly share?: number
}

/** Batches from counters, and what had to be left out. */
export interface ReadBatches {
  readonly batches: readonly Batch[]
  /** Stretches in which a counter fell, which is a server that started anew: what it counted before is lost. */
  readonly resets: number
}

/**
 * The differences between successive readings. A stretch in which any counter of either side fell is left out for both sides,
 * since the two must be compared over the same time. A reading that came twice, or late, is used once.
 * @throws RangeError for a reading that holds no counts.
 */
export function batchesFromCounters(readings: readonly CounterReading[]): ReadBatches {
  const ordered = [...readings].sort((a, b) => a.atMs - b.atMs)
  const batches: Batch[] = []
  let resets = 0
  let before: CounterReading | undefined
  for (const reading of ordered) {
    if (before !== undefined && reading.atMs > before.atMs) {
      const batch = difference(before, reading)
      if (batch === undefined) resets++
      else batches.push(batch)
    }
    before = reading
  }
  return { batches, resets }
}

function difference(before: CounterReading, after: CounterReading): Batch | undefined {
  const canary = grown(before.canary, after.canary)
  const stable = grown(before.stable, after.stable)
  if (canary === undefined || stable === undefined) return undefined
  const share = before.share === undefined ? {} : { share: before.share }
  return { fromMs: before.atMs, toMs: after.atMs, canary, stable, ...share }
}

function grown(before: Arm, after: Arm): Arm | undefined {
  const arm = { requests: after.requests - before.requests, errors: after.errors - before.errors }
  return arm.requests < 0 || arm.errors < 0 ? undefined : arm
}

/**
 * Throws RangeError unless the batches are in order, do not overlap, and hold counts with no more errors than requests:
 * data that is counted twice would count as evidence twice.
 */
export function checkBatches(batches: readonly Batch[]): void {
  let end = -Infinity
  for (const { fromMs, toMs, canary, stable, share } of batches) {
    if (!(fromMs >= end && toMs > fromMs && toMs < Infinity)) {
      throw new RangeError(`batches must follow each other, got one from ${fromMs} to ${toMs} after ${end}`)
    }
    end = toMs
    checkArm('canary', canary)
    checkArm('stable', stable)
    if (share !== undefined && !(share >= 0 && share <= 1)) {
      throw new RangeError(`a share lies between 0 and 1, got ${share}`)
    }
  }
}

function checkArm(name: string, { requests, errors }: Arm): void {
  checkCounts({ [`${name}.requests`]: requests, [`${name}.errors`]: errors })
  if (errors > requests) throw new RangeError(`${name} has ${errors} errors in ${requests} requests`)
}

/** Whether a batch says anything about a comparison. */
export function isComparable({ canary, stable }: Pick<Batch, 'canary' | 'stable'>): boolean {
  return canary.requests > 0 && stable.requests > 0
}
