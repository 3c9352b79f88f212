import { Histogram } from '../histogram.ts'
import type { FullPlan } from '../plan.ts'
import type { ResourceUse } from '../resources/resource.ts'
import type { WindowData } from './messages.ts'
import type { Answered } from './sender.ts'

class WindowRecord {
  readonly latency = new Histogram()
  readonly service = new Histogram()
  readonly statuses: Record<string, number> = {}
  readonly errors: Record<string, number> = {}
  due = 0
  timedOut = 0

  data(resources: ResourceUse | undefined): WindowData {
    const { due, statuses, errors, timedOut } = this
    return {
      counts: { due, statuses, errors, timedOut },
      latency: this.latency.data(),
      service: this.service.data(),
      ...(resources === undefined ? {} : { resources }),
    }
  }
}

/** When a request was due, and when it was sent, in milliseconds from the start of the warm-up. */
export interface Timing {
  readonly dueMs: number
  readonly sentMs: number
}

/** Counts what became of each request, in the window in which it was due; those of the warm-up are not counted. */
export class Recorder {
  readonly #warmUpMs: number
  readonly #windowMs: number
  readonly #windows: readonly WindowRecord[]
  #answered = 0

  constructor({ warmUpMs, durationMs, windows }: Pick<FullPlan, 'warmUpMs' | 'durationMs' | 'windows'>) {
    this.#warmUpMs = warmUpMs
    this.#windowMs = durationMs / windows
    this.#windows = Array.from({ length: windows }, () => new WindowRecord())
  }

  /** All answers so far, whenever they were due. */
  get answered(): number {
    return this.#answered
  }

  due(dueMs: number): void {
    const window = this.#at(dueMs)
    if (window !== undefined) window.due++
  }

  done(timing: Timing, answered: Answered, nowMs: number): void {
    if ('status' in answered) this.#answered++
    const window = this.#at(timing.dueMs)
    if (window === undefined) return
    if ('failure' in answered) {
      window.errors[answered.failure] = (window.errors[answered.failure] ?? 0) + 1
      return
    }
    window.statuses[answered.status] = (window.statuses[answered.status] ?? 0) + 1
    if (answered.status < 200 || answered.status > 299) return
    window.latency.add(nowMs - timing.dueMs)
    window.service.add(nowMs - timing.sentMs)
  }

  timedOut(dueMs: number, nowMs: number): void {
    const window = this.#at(dueMs)
    if (window === undefined) return
    window.timedOut++
    window.latency.add(nowMs - dueMs)
  }

  data(resources: readonly (ResourceUse | undefined)[]): readonly WindowData[] {
    return this.#windows.map((window, index) => window.data(resources[index]))
  }

  #at(dueMs: number): WindowRecord | undefined {
    return this.#windows[Math.floor((dueMs - this.#warmUpMs) / this.#windowMs)]
  }
}
