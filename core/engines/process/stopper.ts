import { groupEnds, hasGroups, isGroupAlive, signalGroup } from './group.ts'

/** For what a child left behind: time to end after SIGTERM. */
const sweepMs = 750

/** The longest delay that a timer of Node takes; longer ones fire at once. */
const longestTimerMs = 2 ** 31 - 1

export interface StopOptions {
  readonly signal: AbortSignal
  readonly timeoutMs?: number | undefined
  readonly graceMs: number
}

/** Ends one child's process group: when it is cancelled, when its time is over, and in any case when it has ended. */
export class Stopper {
  readonly #leader: number
  readonly #graceMs: number
  readonly #release: () => void
  #reason: 'cancelled' | 'timed-out' | undefined
  #stopping: Promise<void> | undefined

  constructor(leader: number, { signal, timeoutMs, graceMs }: StopOptions) {
    this.#leader = leader
    this.#graceMs = graceMs
    const cancel = (): void => {
      this.#stop('cancelled')
    }
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(
            () => {
              this.#stop('timed-out')
            },
            Math.min(timeoutMs, longestTimerMs),
          )
    // A step that ends without waiting for its child (a defect, process.exit) leaves nothing behind either.
    const kill = (): void => {
      if (hasGroups) void signalGroup(leader, 'SIGKILL')
    }
    this.#release = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      process.removeListener('exit', kill)
    }
    process.on('exit', kill)
    signal.addEventListener('abort', cancel)
    if (signal.aborted) cancel()
  }

  /** Why the child was stopped; undefined while nobody wanted it. */
  get reason(): 'cancelled' | 'timed-out' | undefined {
    return this.#reason
  }

  /** When the child itself has ended, or nobody can read it any more: returns when its whole group has ended as well. */
  async end(): Promise<void> {
    try {
      await (this.#stopping ?? this.#sweep())
    } finally {
      this.#release()
    }
  }

  #stop(reason: 'cancelled' | 'timed-out'): void {
    if (this.#stopping !== undefined) return
    this.#reason = reason
    this.#stopping = this.#escalate([
      ['SIGINT', this.#graceMs / 2],
      ['SIGTERM', this.#graceMs / 2],
    ])
    // Awaited in `end`, which the child's own end brings about; until then a failure must not end the process.
    this.#stopping.catch(() => undefined)
  }

  async #sweep(): Promise<void> {
    if (isGroupAlive(this.#leader)) await this.#escalate([['SIGTERM', sweepMs]])
  }

  async #escalate(steps: ReadonlyArray<readonly [signal: NodeJS.Signals, waitMs: number]>): Promise<void> {
    for (const [signal, waitMs] of steps) {
      await signalGroup(this.#leader, signal)
      if (await groupEnds(this.#leader, waitMs)) return
    }
    await signalGroup(this.#leader, 'SIGKILL')
    await groupEnds(this.#leader, sweepMs)
  }
}
