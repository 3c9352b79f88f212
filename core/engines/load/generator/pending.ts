import type { FullPlan } from '../plan.ts'
import type { Recorder } from './recorder.ts'
import { Sender } from './sender.ts'

/** More requests than this waiting to be sent are no load that a generator of one thread could make. */
const mostWaiting = 200_000

interface UnderWay {
  readonly dueMs: number
  readonly giveUp: () => void
}

/**
 * The requests that were due and have no answer yet: under way as far as the bound allows, else waiting in the order in which they
 * were due.
 */
export class Pending {
  readonly #sender: Sender
  readonly #recorder: Recorder
  readonly #plan: FullPlan
  readonly #now: () => number
  readonly #underWay = new Set<UnderWay>()
  readonly #waiting: number[] = []
  #firstWaiting = 0
  #mostInFlight = 0
  #waited = 0

  /** `now`: milliseconds from the start, on the clock of the due times. */
  constructor(plan: FullPlan, recorder: Recorder, now: () => number) {
    this.#sender = new Sender(plan)
    this.#recorder = recorder
    this.#plan = plan
    this.#now = now
  }

  get inFlight(): number {
    return this.#underWay.size
  }

  get mostInFlight(): number {
    return this.#mostInFlight
  }

  /** How many requests ever had to wait for another's answer. */
  get waited(): number {
    return this.#waited
  }

  get isEmpty(): boolean {
    return this.#underWay.size === 0 && this.#firstWaiting === this.#waiting.length
  }

  get isHopeless(): boolean {
    return this.#waiting.length - this.#firstWaiting > mostWaiting
  }

  /** Takes up a request that is due. */
  add(dueMs: number): void {
    if (this.#underWay.size < this.#plan.maxInFlight) {
      this.#send(dueMs)
      return
    }
    this.#waited++
    this.#waiting.push(dueMs)
  }

  /** Gives up what has had no answer in time. Both lists are in the order in which the requests were due. */
  giveUpLate(): void {
    const nowMs = this.#now()
    const latest = nowMs - this.#plan.timeoutMs
    for (const entry of this.#underWay) {
      if (entry.dueMs > latest) break
      this.#underWay.delete(entry)
      this.#recorder.timedOut(entry.dueMs, nowMs)
      entry.giveUp()
    }
    for (let dueMs = this.#waiting[this.#firstWaiting]; dueMs !== undefined && dueMs <= latest; ) {
      this.#recorder.timedOut(dueMs, nowMs)
      dueMs = this.#waiting[++this.#firstWaiting]
    }
    this.#sendWaiting()
  }

  /** Ends all connections. What is under way is not counted any more. */
  close(): void {
    const left = [...this.#underWay]
    this.#underWay.clear()
    for (const { giveUp } of left) giveUp()
    this.#sender.close()
  }

  #send(dueMs: number): void {
    const sentMs = this.#now()
    const giveUp = this.#sender.send((answered) => {
      if (!this.#underWay.delete(entry)) return
      this.#recorder.done({ dueMs, sentMs }, answered, this.#now())
      this.#sendWaiting()
    })
    const entry: UnderWay = { dueMs, giveUp }
    this.#underWay.add(entry)
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#underWay.size)
  }

  #sendWaiting(): void {
    while (this.#underWay.size < this.#plan.maxInFlight) {
      const dueMs = this.#waiting[this.#firstWaiting]
      if (dueMs === undefined) return
      this.#firstWaiting++
      this.#send(dueMs)
    }
  }
}
