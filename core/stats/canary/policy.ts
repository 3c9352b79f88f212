import { checkAlpha } from '../check.ts'

/** When a canary is rolled back and when it is good enough, by its error rate against stable's. All alphas are one-sided. */
export interface ErrorPolicy {
  /** Rolls back at once, at any batch: the canary fails more than `ratio` times as often. Counts are taken as independent. */
  readonly fast: { readonly ratio: number; readonly alpha: number }
  /** Rolls back at any window: the canary fails more than `tolerance` times as often. */
  readonly anytime: { readonly tolerance: number; readonly alpha: number }
  /**
   * Promotes when the canary is shown to fail less than `ratio` times as often, or less often than stable's rate plus
   * `absolute`. Both given share the alpha. Without `absolute`, two sides that never fail are never told apart.
   */
  readonly promote: { readonly ratio: number; readonly absolute?: number; readonly alpha: number }
  /** One last test of all data up to then. `extendMs` goes on after it, by the two rules above alone. */
  readonly deadline: {
    readonly afterMs: number
    readonly extendMs: number
    readonly rollbackAlpha: number
    readonly promoteAlpha: number
  }
  /** No promotion before this time since the start. */
  readonly minBakeMs: number
  /** Batches that begin before this time since the start are not judged. */
  readonly warmUpMs: number
  /** Over how long a stretch errors are gathered to see whether they come in bursts. */
  readonly windowMs: number
  /** `auto` divides the evidence by what the windows show; `poisson` takes errors as independent, at one's own risk. */
  readonly dispersion: 'auto' | 'poisson'
  /** The run is invalid when the split of the requests contradicts the configured shares at this alpha. */
  readonly sampleRatioAlpha: number
}

const minuteMs = 60_000

/** A wrong rollback in at most 1 of 100 canaries that are as good as stable, a wrong promotion in at most 5 of 100 bad ones. */
export const defaultErrorPolicy: ErrorPolicy = {
  fast: { ratio: 3, alpha: 0.001 },
  anytime: { tolerance: 1, alpha: 0.004 },
  promote: { ratio: 1.5, alpha: 0.025 },
  deadline: { afterMs: 60 * minuteMs, extendMs: 0, rollbackAlpha: 0.005, promoteAlpha: 0.025 },
  minBakeMs: 5 * minuteMs,
  warmUpMs: 0,
  windowMs: minuteMs,
  dispersion: 'auto',
  sampleRatioAlpha: 0.001,
}

/**
 * Throws RangeError for a policy that contradicts itself: an alpha outside (0, 0.5), a fast ratio below the tolerance, a ratio to
 * promote below the tolerance (the same canary would be proven both good and bad), times that are not finite or out of order.
 */
export function checkErrorPolicy(policy: ErrorPolicy): void {
  const { fast, anytime, promote, deadline, minBakeMs, warmUpMs, windowMs, sampleRatioAlpha } = policy
  const alphas = [fast.alpha, anytime.alpha, promote.alpha, deadline.rollbackAlpha, deadline.promoteAlpha]
  for (const alpha of [...alphas, sampleRatioAlpha]) checkAlpha(alpha)
  if (!(anytime.tolerance > 0)) throw new RangeError(`the tolerance must be positive, got ${anytime.tolerance}`)
  if (!(fast.ratio >= anytime.tolerance && fast.ratio < Infinity)) {
    throw new RangeError(`the fast ratio ${fast.ratio} must not be below the tolerance ${anytime.tolerance}`)
  }
  if (!(promote.ratio >= anytime.tolerance && promote.ratio < Infinity)) {
    throw new RangeError(`the ratio to promote ${promote.ratio} must not be below the tolerance ${anytime.tolerance}`)
  }
  for (const [name, value] of Object.entries({ minBakeMs, warmUpMs, extendMs: deadline.extendMs })) {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`${name} must be 0 or more, got ${value}`)
  }
  if (minBakeMs > deadline.afterMs + deadline.extendMs) {
    throw new RangeError(`minBakeMs ${minBakeMs} is later than the deadline: nothing could be promoted`)
  }
  for (const [name, value] of Object.entries({ windowMs, deadlineMs: deadline.afterMs })) {
    if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive, got ${value}`)
  }
}
