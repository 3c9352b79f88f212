import type { Histogram } from './histogram.ts'
import type { Percentiles } from './percentiles.ts'
import type { ResourceUse } from './resources/resource.ts'

/**
 * What became of the requests that were due in one stretch of time. Every one of them is in exactly one of the counts below,
 * unless the generator gave up.
 */
export interface LoadCounts {
  readonly due: number
  /** Answers by status: `{ '200': 990, '503': 10 }`. */
  readonly statuses: Readonly<Record<string, number>>
  /** Requests without an answer, by the code of the failure: `{ ECONNREFUSED: 3 }`. */
  readonly errors: Readonly<Record<string, number>>
  /** Given up because no answer came in time. */
  readonly timedOut: number
}

/** One window, or all of them together. Percentiles are left out where nothing was measured. */
export interface LoadMeasure {
  /** Milliseconds from the end of the warm-up. */
  readonly fromMs: number
  readonly toMs: number
  readonly counts: LoadCounts
  /**
   * From the moment at which a request was due until its answer was complete: what a client lives through, with all waiting.
   * Answers 2xx, and time-outs with the time at which they were given up; refusals are quick and would flatter it.
   */
  readonly latency?: Percentiles
  /** From the moment at which it was really sent; answers 2xx alone. It hides the waiting that the server causes. */
  readonly service?: Percentiles
  readonly resources?: ResourceUse
}

/** How the generator itself did. */
export interface GeneratorReport {
  /** How long after it was due each request was taken up. */
  readonly lag?: Percentiles
  /** Share of its time in which the generator's thread was busy, 0 to 1. */
  readonly utilisation: number
  readonly mostInFlight: number
  /** Requests that had to wait because `maxInFlight` were under way. */
  readonly waited: number
}

interface Measured {
  readonly total: LoadMeasure
  readonly windows: readonly LoadMeasure[]
  /** All latencies, for a chart or other percentiles. */
  readonly histogram: Histogram
  readonly generator: GeneratorReport
  /** Why CPU and memory are missing from some window, if they are. */
  readonly resourcesLost?: string
}

/** What a load showed. When the generator was the limit, the numbers say nothing about the server and are only a hint why. */
export type LoadResult =
  | (Measured & { readonly kind: 'measured' })
  | (Measured & { readonly kind: 'generator-limited'; readonly reason: string })

/** How far a load is. */
export interface LoadProgress {
  /** Since the start, the warm-up included. */
  readonly elapsedMs: number
  readonly totalMs: number
  readonly due: number
  readonly inFlight: number
}
