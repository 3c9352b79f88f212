/** What is counted of a process or a control group at one moment. */
export interface ResourceSample {
  /** On the clock of the thread that sampled. */
  readonly atMs: number
  /** CPU time used since it began, by all of its threads. */
  readonly cpuMs: number
  /** Memory in use: the resident set of a process; of a group, its usage without files that could be dropped at once. */
  readonly memoryBytes: number
  /** The most memory it ever used; left out where the kernel does not keep it. */
  readonly peakMemoryBytes?: number
  /** How often a group's CPU limit stopped it; left out for a process. */
  readonly throttling?: Throttling
  /** Tells a process from a later one with the same id. */
  readonly identity?: string
}

/** Scheduling periods of a group's CPU limit, and those in which it was stopped. */
export interface Throttling {
  readonly periods: number
  readonly throttledPeriods: number
  readonly throttledMs: number
}

/** What was used between two samples. */
export interface ResourceUse {
  readonly cpuMs: number
  /** Processors kept busy on average. */
  readonly cores: number
  /** CPU time per request that was answered meanwhile; left out where none was. */
  readonly cpuMsPerRequest?: number
  /** At the end. */
  readonly memoryBytes: number
  readonly peakMemoryBytes?: number
  /** Share of the scheduling periods in which the CPU limit stopped it; left out for a process and without a limit. */
  readonly throttledShare?: number
}

/** @throws RangeError for samples of different processes or in the wrong order. */
export function resourcesBetween(before: ResourceSample, after: ResourceSample, answered: number): ResourceUse {
  const elapsedMs = after.atMs - before.atMs
  if (!(elapsedMs > 0)) throw new RangeError('the second sample must be later than the first')
  if (before.identity !== after.identity) throw new RangeError('the samples are of different processes')
  const cpuMs = after.cpuMs - before.cpuMs
  const periods = (after.throttling?.periods ?? 0) - (before.throttling?.periods ?? 0)
  const throttled = (after.throttling?.throttledPeriods ?? 0) - (before.throttling?.throttledPeriods ?? 0)
  return {
    cpuMs,
    cores: cpuMs / elapsedMs,
    ...(answered > 0 ? { cpuMsPerRequest: cpuMs / answered } : {}),
    memoryBytes: after.memoryBytes,
    ...(after.peakMemoryBytes === undefined ? {} : { peakMemoryBytes: after.peakMemoryBytes }),
    ...(periods > 0 ? { throttledShare: throttled / periods } : {}),
  }
}
