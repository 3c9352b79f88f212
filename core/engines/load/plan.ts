import type { ResourceSource } from './resources/sample.ts'

/** One request to send. Lists of them are sent round robin. */
export interface LoadRequest {
  /** POST where there is a body, else GET. */
  readonly method?: string
  /** Path and query; by default those of the plan's url. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** A load of one rate on one address. */
export interface LoadPlan {
  /** `http://127.0.0.1:8080/v2/models/x/infer`. */
  readonly url: string
  readonly requests: readonly LoadRequest[]
  /** Requests per second. They are sent when they are due, whether or not earlier ones were answered. */
  readonly rate: number
  /** What is measured, after the warm-up. */
  readonly durationMs: number
  readonly warmUpMs: number
  /** The same seed sends at the same moments. */
  readonly seed: number
  /** Stretches of the duration that are reported one by one, at least 3 (default 5): what differs between them is noise. */
  readonly windows?: number
  /** A request that has no answer this long after it was due is given up (default 10 s). */
  readonly timeoutMs?: number
  /** Requests under way at once (default 512). Who is due beyond that waits, and its waiting counts as latency. */
  readonly maxInFlight?: number
  /**
   * The run is refused when one request of 100 was taken up later than this after it was due (default 10 ms), and later than a
   * tenth of the measured 99th percentile.
   */
  readonly maxLagMs?: number
  /** Whose CPU and memory to measure over the same windows. */
  readonly watch?: ResourceSource
}

/** A plan with all its settings, as the generator gets it. */
export type FullPlan = Required<Omit<LoadPlan, 'watch'>> & Pick<LoadPlan, 'watch'>

/** @throws RangeError for a plan that cannot be carried out. */
export function fullPlan(plan: LoadPlan): FullPlan {
  const full = { windows: 5, timeoutMs: 10_000, maxInFlight: 512, maxLagMs: 10, ...plan }
  const { protocol } = new URL(full.url)
  if (protocol !== 'http:' && protocol !== 'https:') throw new RangeError(`load goes to http or https, not ${protocol}`)
  if (full.requests.length === 0) throw new RangeError('there is no request to send')
  const { rate, durationMs, timeoutMs, maxLagMs } = full
  for (const [name, value] of Object.entries({ rate, durationMs, timeoutMs, maxLagMs })) {
    if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive, got ${value}`)
  }
  if (!(full.warmUpMs >= 0 && full.warmUpMs < Infinity))
    throw new RangeError(`warmUpMs is 0 or more, got ${full.warmUpMs}`)
  for (const [name, value, least] of [
    ['windows', full.windows, 3],
    ['maxInFlight', full.maxInFlight, 1],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`${name} is ${least} or more, got ${value}`)
  }
  return full
}
