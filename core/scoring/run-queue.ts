import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EngineModel, Tensors } from '../engines/onnx/engine.ts'
import { cutOutputs, type Joinable, joinable, joinInputs } from './batch.ts'
import { unavailable } from './protocol/refused.ts'
import type { InferRequest } from './protocol/request.ts'

/** A model that requests wait for. */
export interface Runnable {
  readonly model: EngineModel
  /** Whether rows of several requests may be joined; it may turn out later that they may not. */
  isBatched: boolean
  /** How long a row takes, by the last runs; it bounds how many are joined. */
  rowMs: number
  /** Told after each run of the model how many requests were in it. */
  readonly onRun: (requests: number) => void
}

/** One request in the queue. */
export interface Waiting {
  readonly target: Runnable
  readonly request: InferRequest
  /** Whether the client has gone: then it need not be run. */
  readonly isAbandoned: () => boolean
}

export interface Limits {
  readonly maxQueue: number
  readonly maxBatchRows: number
}

interface Job extends Waiting {
  readonly how: Joinable | undefined
  readonly resolve: (results: Tensors | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Rows are joined into runs of at most this length, if one row alone is not longer: while a model runs, this thread does nothing
 * else, and neither new requests nor health checks are answered.
 */
const longestRunMs = 25

/** The weight of the newest run in `rowMs`. */
const newest = 0.2

/**
 * First come, first served, one run at a time: the runtime blocks this thread anyway. What arrived in the same turn of the event
 * loop for the same model becomes one run. Nothing waits for company, so a lone request loses nothing, and the more there are,
 * the larger the runs: small models answer two to four times as many.
 */
export class RunQueue {
  readonly #limits: Limits
  #jobs: Job[] = []
  #isRunning = false

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Requests that wait; those in the present run do not count. */
  get length(): number {
    return this.#jobs.length
  }

  /** Whether a request would be refused now. */
  get isFull(): boolean {
    return this.#jobs.length >= this.#limits.maxQueue
  }

  /**
   * Queues a request.
   *
   * @returns its outputs; undefined when its client went away first
   * @throws Refused 503 when the queue is full; ConfigError TY0403 when the model fails on this request.
   */
  run(waiting: Waiting): Promise<Tensors | undefined> {
    if (this.isFull) return Promise.reject(queueFull(this.#limits.maxQueue))
    return new Promise((resolve, reject) => {
      const how = waiting.target.isBatched ? joinable(waiting.request.inputs) : undefined
      this.#jobs.push({ ...waiting, how, resolve, reject })
      if (this.#isRunning) return
      this.#isRunning = true
      setImmediate(() => void this.#work())
    })
  }

  async #work(): Promise<void> {
    while (this.#jobs.length > 0) {
      await runTogether(this.#take())
      // Between runs, what has arrived is read, and health checks are answered.
      await nextTurn()
    }
    this.#isRunning = false
  }

  /** The first job and those that can be joined to it. */
  #take(): readonly Job[] {
    const present = this.#jobs.filter((job) => !hasLeft(job))
    const [first, ...others] = present
    if (first === undefined || first.how === undefined || !first.target.isBatched) {
      this.#jobs = others
      return first === undefined ? [] : [first]
    }
    const taken = [first]
    const limit = Math.min(this.#limits.maxBatchRows, Math.floor(longestRunMs / first.target.rowMs))
    let rows = first.how.rows
    this.#jobs = others.filter((job) => {
      const fits = job.target === first.target && job.how?.key === first.how?.key
      if (!fits || rows + (job.how?.rows ?? 0) > limit) return true
      rows += job.how?.rows ?? 0
      taken.push(job)
      return false
    })
    return taken
  }
}

/** The refusal of a full queue. */
export function queueFull(maxQueue: number): Error {
  return unavailable(`The queue is full: ${maxQueue} requests wait`)
}

function hasLeft(job: Job): boolean {
  if (!job.isAbandoned()) return false
  job.resolve(undefined)
  return true
}

async function runTogether(jobs: readonly Job[]): Promise<void> {
  const [first, ...others] = jobs
  if (first === undefined) return
  if (others.length > 0 && (await runJoined(jobs, first.target))) return
  for (const job of jobs) await runAlone(job)
}

/** Runs several as one; false when that did not work, and each must run alone: one bad request must not spoil the others. */
async function runJoined(jobs: readonly Job[], target: Runnable): Promise<boolean> {
  const wanted = new Set(jobs.flatMap(({ request }) => request.outputs.map(({ name }) => name)))
  const rows = jobs.map(({ how }) => how?.rows ?? 0)
  try {
    const inputs = joinInputs(jobs.map(({ request }) => request.inputs))
    const outputs = await timed(target, sum(rows), () => target.model.run(inputs, [...wanted]))
    const pieces = cutOutputs(outputs, rows)
    // Seen to treat rows alone when it was warmed up, and yet it does not.
    if (pieces === undefined) target.isBatched = false
    if (pieces === undefined) return false
    target.onRun(jobs.length)
    for (const [at, job] of jobs.entries()) job.resolve(pieces[at])
    return true
  } catch {
    // Whose fault it is shows when each runs alone, and that one is told.
    return false
  }
}

async function runAlone({ target, request, how, resolve, reject }: Job): Promise<void> {
  const wanted = request.outputs.map(({ name }) => name)
  try {
    const outputs = await timed(target, how?.rows ?? 1, () => target.model.run(request.inputs, wanted))
    target.onRun(1)
    resolve(outputs)
  } catch (error) {
    reject(error)
  }
}

async function timed<T>(target: Runnable, rows: number, run: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  const result = await run()
  const rowMs = (performance.now() - startedAt) / Math.max(1, rows)
  target.rowMs += newest * (rowMs - target.rowMs)
  return result
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
