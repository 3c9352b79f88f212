import { Histogram } from './histogram.ts'

/**
 * What is counted of one model version. Every inference request that is addressed to it is counted once, when it is answered or
 * its client goes away: `requests` = answered with 200 (`latency.count`) + `clientErrors` + `serverErrors`.
 */
export class ModelMetrics {
  /** Requests that were answered, whatever the answer. */
  requests = 0
  /** Of these, with a status of 4xx: the request was wrong. */
  clientErrors = 0
  /** Of these, with a status of 5xx: the server was full, stopping or not ready, or the model failed. */
  serverErrors = 0
  /** Requests whose client went away before the answer; not among `requests`. */
  abandoned = 0
  /** Requests that have begun and not ended. */
  inFlight = 0
  /** Runs of the model that succeeded, each with one or more requests in it. */
  runs = 0
  /** From the request's headers to the end of its answer, of those that were answered with 200. */
  readonly latency = new Histogram()

  /** Counts an answer. */
  answered(status: number, seconds: number): void {
    this.requests += 1
    if (status >= 500) this.serverErrors += 1
    else if (status >= 400) this.clientErrors += 1
    else this.latency.observe(seconds)
  }
}
