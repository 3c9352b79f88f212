import { setMaxListeners } from 'node:events'
import { Cancelled, type StopSignal } from '../../errors/errors.ts'

/** What sends the signals: a process. */
export interface SignalSource {
  on(event: StopSignal, listener: (signal: StopSignal) => void): unknown
  off(event: StopSignal, listener: (signal: StopSignal) => void): unknown
}

/** A runner kills a cancelled step after 10 s: 7.5 s from SIGINT to SIGTERM, and 2.5 s more. */
const holdMs = 10_000

const stopSignals = ['SIGINT', 'SIGTERM'] as const

/**
 * Turns SIGINT and SIGTERM into an aborted `AbortSignal`. Its handlers stay until the step has ended: without one, a
 * second signal would end the process at once and with it the work of undoing. After the first signal the event loop is kept alive, as an abort listener
 * alone does not do that.
 */
export class Cancellation {
  readonly #controller = new AbortController()
  readonly #source: SignalSource
  readonly #onRepeat: (signal: StopSignal) => void
  #hold: NodeJS.Timeout | undefined

  /** @param onRepeat Told of every further signal. */
  constructor(source: SignalSource, onRepeat: (signal: StopSignal) => void = () => undefined) {
    this.#source = source
    this.#onRepeat = onRepeat
    // Each child, server and request of a step may listen.
    setMaxListeners(0, this.signal)
    for (const name of stopSignals) source.on(name, this.#receive)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The step has ended: whatever is still running stops too, so that the process can go. */
  end(): void {
    for (const name of stopSignals) this.#source.off(name, this.#receive)
    clearTimeout(this.#hold)
    if (!this.signal.aborted) this.#controller.abort(new Cancelled())
  }

  readonly #receive = (signal: StopSignal): void => {
    if (this.signal.aborted) {
      this.#onRepeat(signal)
      return
    }
    this.#hold = setTimeout(() => undefined, holdMs)
    this.#controller.abort(new Cancelled({ signal }))
  }
}
