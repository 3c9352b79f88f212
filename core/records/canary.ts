import { z } from 'zod'
import type { Digest } from './digest.ts'
import type { VerdictKind } from './verdict.ts'

const time = z.string().regex(/^(?:\d+(?:ms|[smhd]))+$/, 'expected a duration with its unit, such as 90s or 10m')
const alpha = z.number().gt(0).lt(0.5)

const errorsShape = z.strictObject({
  tolerance: z
    .number()
    .positive()
    .optional()
    .describe('Rolled back when it is proven that the canary fails more than this many times as often as stable.'),
  fast: z
    .number()
    .positive()
    .optional()
    .describe('Rolled back at once, at any look, when it is proven that it fails more than this many times as often.'),
  margin: z
    .number()
    .positive()
    .optional()
    .describe('Promoted when it is proven that the canary fails less than this many times as often as stable.'),
  absolute: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      'Promoted, too, when it is proven that its error rate is below stable’s plus this. Where nothing ever fails, this alone can decide.',
    ),
  dispersion: z
    .enum(['auto', 'poisson'])
    .optional()
    .describe('`auto` allows for errors that come in bursts; `poisson` takes them as independent.'),
})

/** The part `canary` of a criteria file: how a canary is judged. What it leaves out is as `core/stats` has it by default. */
export const canaryCriteriaShape = z.strictObject({
  alpha: z
    .strictObject({
      rollback: alpha.optional().describe('The probability of rolling a canary back that is as good as stable.'),
      promote: alpha.optional().describe('The probability of promoting one that is worse by the margin.'),
    })
    .optional(),
  warmUp: time.optional().describe('What the canary answers in this time after its first request is not judged.'),
  window: time.optional().describe('Over how long a stretch errors are gathered to see whether they come in bursts.'),
  errors: errorsShape.optional().describe('Answers 5xx, broken connections and time-outs.'),
})

export type CanaryCriteria = z.infer<typeof canaryCriteriaShape>

/** What one side of a canary had answered. */
export interface Answered {
  readonly requests: number
  readonly errors: number
}

/** One look at a canary: what both sides had answered since their start, and the canary's share in per cent at that moment. */
export interface CanaryLookRecord {
  readonly at: string
  readonly share: number
  readonly canary: Answered
  readonly stable: Answered
}

/** What deploy-canary claims about a version's files. */
export interface CanaryPredicate {
  readonly model: string
  readonly candidate: string
  readonly endpoint: string
  readonly deployment: string
  readonly package: Digest
  readonly stable: { readonly reference: string; readonly deployment: string }
  /** The rollout that this is the end of. */
  readonly rollout: string
  readonly startedAt: string
  readonly endedAt: string
  /** Shares in per cent. */
  readonly plan: readonly { readonly share: number; readonly forMs: number }[]
  /** The judge's policy, whole. */
  readonly policy: unknown
  readonly looks: readonly CanaryLookRecord[]
  readonly decision: 'promote' | 'rollback' | 'hold'
  readonly verdict: {
    readonly kind: Exclude<VerdictKind, 'error'>
    readonly reasons: readonly string[]
    readonly ratio?: number
    readonly interval?: { readonly lower: number; readonly upper?: number; readonly level: number }
  }
  readonly tool: { readonly name: 'trainyard'; readonly version: string }
}
