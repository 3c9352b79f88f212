import { performance } from 'node:perf_hooks'
import { Histogram } from '../histogram.ts'
import type { GaveUp } from '../limits.ts'
import type { FullPlan } from '../plan.ts'
import type { LoadProgress } from '../result.ts'
import { poissonArrivals } from './arrivals.ts'
import type { GeneratorEnd } from './messages.ts'
import { Pending } from './pending.ts'
import { Recorder } from './recorder.ts'
import { Watcher } from './watcher.ts'

/** The longest sleep: time-outs, window edges and progress are seen to that closely. */
const longestSleepMs = 20
const progressEveryMs = 500

/** Behind by this much, the generator will not catch up. */
const hopelessLagMs = 1000

/**
 * Sends requests when they are due, whether or not earlier ones were answered, and takes the times from when they were due: so a
 * server that stops for a second is seen by all the requests of that second, and not by one (coordinated omission).
 */
export class Generator {
  readonly #plan: FullPlan
  readonly #onProgress: (progress: LoadProgress) => void
  readonly #recorder: Recorder
  readonly #pending: Pending
  readonly #watcher: Watcher
  readonly #nextArrival: () => number
  readonly #lag = new Histogram()
  readonly #endMs: number
  readonly #startedAt = performance.now()
  #dueMs: number
  #due = 0
  #edges = 0
  #progressMs = 0
  #gaveUp: GaveUp | undefined
  #busyFrom = performance.eventLoopUtilization()
  #utilisation: number | undefined

  constructor(plan: FullPlan, onProgress: (progress: LoadProgress) => void) {
    this.#plan = plan
    this.#onProgress = onProgress
    this.#recorder = new Recorder(plan)
    this.#pending = new Pending(plan, this.#recorder, () => this.#now())
    this.#watcher = new Watcher(plan.watch)
    this.#nextArrival = poissonArrivals(plan.rate, plan.seed)
    this.#dueMs = this.#nextArrival()
    this.#endMs = plan.warmUpMs + plan.durationMs
  }

  /** Runs the plan to its end, or until the generator itself cannot keep up. */
  async run(): Promise<GeneratorEnd> {
    await new Promise<void>((resolve, reject) => {
      const tick = (): void => {
        try {
          if (this.#tick(this.#now())) resolve()
          else setTimeout(tick, this.#sleepMs())
        } catch (error) {
          reject(error instanceof Error ? error : new Error('the generator failed', { cause: error }))
        }
      }
      tick()
    })
    this.#pending.close()
    return this.#end()
  }

  #now(): number {
    return performance.now() - this.#startedAt
  }

  /** Whether this was the last one. */
  #tick(nowMs: number): boolean {
    this.#markEdges(nowMs)
    this.#takeUpDue(nowMs)
    this.#pending.giveUpLate()
    this.#report(nowMs)
    return this.#gaveUp !== undefined || (nowMs >= this.#endMs && this.#pending.isEmpty)
  }

  #sleepMs(): number {
    const untilDueMs = this.#dueMs < this.#endMs ? this.#dueMs - this.#now() : longestSleepMs
    return Math.max(0, Math.min(longestSleepMs, Math.floor(untilDueMs)))
  }

  #takeUpDue(nowMs: number): void {
    for (; this.#dueMs <= nowMs && this.#dueMs < this.#endMs; this.#dueMs = this.#nextArrival()) {
      this.#due++
      this.#recorder.due(this.#dueMs)
      if (this.#dueMs >= this.#plan.warmUpMs) this.#lag.add(nowMs - this.#dueMs)
      if (nowMs - this.#dueMs > hopelessLagMs) this.#gaveUp = 'too-late'
      this.#pending.add(this.#dueMs)
    }
    if (this.#pending.isHopeless) this.#gaveUp = 'too-many-waiting'
  }

  /** Windows begin and end at fixed times; the first edge is the end of the warm-up. */
  #markEdges(nowMs: number): void {
    const { warmUpMs, durationMs, windows } = this.#plan
    while (this.#edges <= windows && nowMs >= warmUpMs + (this.#edges * durationMs) / windows) {
      if (this.#edges === 0) this.#busyFrom = performance.eventLoopUtilization()
      if (this.#edges === windows) this.#utilisation = this.#busy()
      this.#watcher.mark(this.#recorder.answered)
      this.#edges++
    }
  }

  #busy(): number {
    return performance.eventLoopUtilization(this.#busyFrom).utilization
  }

  #report(nowMs: number): void {
    if (nowMs < this.#progressMs) return
    this.#progressMs = nowMs + progressEveryMs
    const { inFlight } = this.#pending
    this.#onProgress({ elapsedMs: nowMs, totalMs: this.#endMs, due: this.#due, inFlight })
  }

  #end(): GeneratorEnd {
    const resources = this.#watcher.total()
    const { lost } = this.#watcher
    return {
      windows: this.#recorder.data(this.#watcher.windows()),
      lag: this.#lag.data(),
      utilisation: this.#utilisation ?? this.#busy(),
      mostInFlight: this.#pending.mostInFlight,
      waited: this.#pending.waited,
      ...(this.#gaveUp === undefined ? {} : { gaveUp: this.#gaveUp }),
      ...(resources === undefined ? {} : { resources }),
      ...(lost === undefined ? {} : { resourcesLost: lost }),
    }
  }
}
