import type { Histogram } from '../engines/load/histogram.ts'
import type { ResourceUse } from '../engines/load/resources/resource.ts'
import type { LoadMeasure } from '../engines/load/result.ts'
import type { RateProfile } from '../records/evidence.ts'
import { coarse } from './buckets.ts'

/** What one rate's load showed, as far as it is judged. */
export interface Seen {
  readonly rate: number
  readonly total: LoadMeasure
  /** In the order of time. */
  readonly windows: readonly LoadMeasure[]
  /** All latencies of the total. */
  readonly histogram: Histogram
  /** The most memory of a container's main process, 0 where it ended; left out where the resources are no container's. */
  readonly mainPeakBytes?: number
}

/** A median that grows by more than this factor and this time while the load stays the same is a queue that grows. */
const [growth, growthMs] = [3, 100]

/** What was measured at a rate. */
export function profileOf({ rate, total, windows, histogram, mainPeakBytes }: Seen): RateProfile {
  const { counts, latency, resources, fromMs, toMs } = total
  const good = goodAnswers(total)
  const tails = windows.flatMap((window) => window.latency?.p99 ?? [])
  return {
    rate,
    achieved: rounded((1000 * good) / (toMs - fromMs)),
    requests: counts.due,
    errors: counts.due - good,
    ...(latency === undefined
      ? {}
      : {
          latencyMs: {
            p50: rounded(latency.p50),
            p90: rounded(latency.p90),
            p99: rounded(latency.p99),
            max: rounded(latency.max),
          },
          p99BetweenMs: [rounded(Math.min(...tails)), rounded(Math.max(...tails))] as const,
          latencyBuckets: coarse(histogram.buckets()),
        }),
    ...(resources?.cpuMsPerRequest === undefined ? {} : { cpuMsPerRequest: rounded(resources.cpuMsPerRequest) }),
    ...(resources === undefined
      ? {}
      : {
          memoryBytes:
            mainPeakBytes === undefined ? peakOf(resources) : Math.max(mainPeakBytes, workingSet(windows, resources)),
        }),
    ...(resources?.throttledShare === undefined ? {} : { throttledShare: rounded(resources.throttledShare) }),
    held: hasHeld(total, windows),
  }
}

function peakOf({ peakMemoryBytes, memoryBytes }: ResourceUse): number {
  return peakMemoryBytes ?? memoryBytes
}

/**
 * The group's own peak would count the cache of the files that it read; and pages of files that are mapped, such as the runtime's,
 * are charged to whichever container touched them first.
 */
function workingSet(windows: readonly LoadMeasure[], { memoryBytes }: ResourceUse): number {
  return Math.max(memoryBytes, ...windows.flatMap(({ resources }) => resources?.memoryBytes ?? []))
}

/** The highest rate at which, and below which, the server kept up; undefined when it was the lowest already. Rates ascend. */
export function highestThatHeld(rates: readonly RateProfile[]): RateProfile | undefined {
  const failed = rates.findIndex(({ held }) => !held)
  return failed === -1 ? rates.at(-1) : rates[failed - 1]
}

/** Whether every request was answered well, and none piled up. */
function hasHeld(total: LoadMeasure, windows: readonly LoadMeasure[]): boolean {
  const [first, last] = [windows[0]?.latency?.p50, windows.at(-1)?.latency?.p50]
  if (total.counts.due === 0 || goodAnswers(total) < total.counts.due) return false
  return first === undefined || last === undefined || last <= growthMs + growth * first
}

function goodAnswers({ counts }: LoadMeasure): number {
  return Object.entries(counts.statuses)
    .filter(([status]) => status.startsWith('2'))
    .reduce((sum, [, count]) => sum + count, 0)
}

/** To microseconds, and to thousandths of an answer: what lies below is no measurement. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
