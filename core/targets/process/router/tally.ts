import { bucketOf, latencyBounds } from '../latency.ts'

/** How one attempt to have a request answered by a deployment ended. */
export type End =
  | 'answered'
  /** The answer was 5xx. */
  | 'failed'
  /** The connection was refused, or broke before the answer was whole. */
  | 'broken'
  | 'timed-out'
  /** The client left before the answer was whole. */
  | 'abandoned'

/**
 * What a deployment did, counted when an attempt ends, so that errors never outrun requests. A request that was tried at two
 * deployments counts at both: the error belongs to the one that failed, although no client saw it.
 */
export class Tally {
  readonly ends: Record<End, number> = { answered: 0, failed: 0, broken: 0, 'timed-out': 0, abandoned: 0 }
  /** Attempts after which the request was tried elsewhere. */
  retried = 0
  /** Requests that somebody with the token sent here, whatever the share. They are among no other count. */
  forced = 0
  /** Attempts by bucket of latency, however they ended. */
  readonly latency = new Float64Array(latencyBounds.length + 1)
  latencySum = 0

  /** @param seconds from the request's last byte to the answer's, or to what came instead */
  count(end: End, seconds: number): void {
    this.ends[end] += 1
    const bucket = bucketOf(seconds)
    this.latency[bucket] = (this.latency[bucket] ?? 0) + 1
    this.latencySum += seconds
  }

  get requests(): number {
    const { answered, failed, broken, 'timed-out': timedOut, abandoned } = this.ends
    return answered + failed + broken + timedOut + abandoned
  }

  get errors(): number {
    return this.ends.failed + this.ends.broken + this.ends['timed-out']
  }
}
