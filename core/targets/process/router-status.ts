import { z } from 'zod'

const count = z.number().nonnegative()

/** What a router says of one deployment. */
const upstreamStatus = z.object({
  name: z.string(),
  digest: z.string(),
  share: z.number(),
  isUp: z.boolean(),
  inFlight: count,
  requests: count,
  errors: count,
  /** Requests in each bucket of latency.ts, the last one without an upper bound. */
  latency: z.array(count),
})

/** What a router answers at `/status` of its admin address. */
export const routerStatusSchema = z.object({
  startedAt: z.iso.datetime(),
  port: z.int(),
  /** It has been told to stop, and only finishes what it has begun. */
  isStopping: z.boolean(),
  /** Requests that were answered 503 because no deployment with a share was up. */
  unserved: count,
  deployments: z.array(upstreamStatus),
})
export type RouterStatus = z.output<typeof routerStatusSchema>

/** What is asked of a router. */
export const sharesQuestion = z.object({ shares: z.record(z.string(), z.number().min(0).max(100)) })
export const admitQuestion = z.object({ deployment: z.string() })
export const drainQuestion = z.object({ deployment: z.string(), timeoutMs: z.number().positive() })
