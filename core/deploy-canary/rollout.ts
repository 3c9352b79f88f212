import type { CanaryVerdict } from '../stats/canary/verdict.ts'
import type { Plan } from './plan.ts'

/** What became of a canary. It is decided once; only a canary that was held can be rolled back afterwards. */
export type Decision =
  | { readonly kind: 'promote'; readonly reasons: readonly string[] }
  | { readonly kind: 'rollback'; readonly verdict: 'fail' | 'inconclusive'; readonly reasons: readonly string[] }
  | { readonly kind: 'hold'; readonly verdict: 'inconclusive'; readonly reasons: readonly string[] }

/** Where a rollout is: a fold over what was kept of it (journal.ts). Times are milliseconds since 1970. */
export interface Rollout {
  readonly plan: Plan
  /** The step of the plan that is to be in force; -1 before the first share. */
  readonly step: number
  /** When its share was first seen in force; undefined until then. */
  readonly stepSinceMs: number | undefined
  /** When the canary got its first share. */
  readonly startedAtMs: number | undefined
  /** At how many looks, up to the latest, the canary's server was not ready. */
  readonly unreadyLooks: number
  readonly decision: Decision | undefined
}

/** One deployment as the target has it. */
export interface Standing {
  readonly share: number
  readonly isReady: boolean
}

/** The world at one moment. */
export interface Facts {
  readonly nowMs: number
  /** Undefined where the target does not run it. */
  readonly canary: Standing | undefined
  readonly stable: Standing
  /** The ledger remembered the canary in this rollout: where it does not any more, others have ended it. */
  readonly isClaimed: boolean
  /** The canary's share as the ledger remembers it; undefined where it remembers no live canary. */
  readonly recorded: number | undefined
  /** What the judge says of all looks so far. */
  readonly verdict: Pick<CanaryVerdict, 'kind' | 'reasons'>
  readonly deadlineMs: number
  readonly onInconclusive: 'hold' | 'rollback'
  readonly lookEveryMs: number
  /** There is evidence of the decision. */
  readonly isProven: boolean
}

/** The one thing to do next. Each may be done again after a crash at any instruction. */
export type Action =
  /** Record the canary in the ledger: with 0 % before it starts (that claims the endpoint), later the share that it has. */
  | { readonly kind: 'remember'; readonly share: number }
  | { readonly kind: 'start' }
  /** Give the canary this share, and stable the rest. */
  | { readonly kind: 'split'; readonly share: number }
  | { readonly kind: 'advance'; readonly step: number }
  | { readonly kind: 'decide'; readonly decision: Decision }
  | { readonly kind: 'retire' }
  | { readonly kind: 'prove'; readonly decision: Decision }
  /** Record the canary as retired. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'finish'; readonly decision: Decision }

/** A server that crashed may be up again at the next look; one that is not is no canary. */
const mostUnreadyLooks = 3

/**
 * What to do next. The target and the ledger are brought to where the rollout is to be, one action at a time, so that a run
 * that was killed anywhere is continued by asking again; only then is it judged. All the traffic goes back to stable before a
 * canary is stopped, and nothing but a decision to promote lets it stay for good.
 */
export function next(rollout: Rollout, facts: Facts): Action {
  const { decision } = rollout
  if (decision === undefined) return bringAbout(rollout, facts) ?? judged(rollout, facts) ?? pause(rollout, facts)
  if (decision.kind === 'hold' && facts.onInconclusive === 'rollback')
    return { kind: 'decide', decision: { ...decision, kind: 'rollback' } }
  return (decision.kind === 'rollback' ? takeOut(facts) : undefined) ?? settle(decision, facts)
}

/** The share that the canary is to have now. */
export function plannedShare({ plan, step }: Pick<Rollout, 'plan' | 'step'>): number {
  return plan[step]?.share ?? 0
}

function bringAbout(rollout: Rollout, { canary, isClaimed, recorded }: Facts): Action | undefined {
  const share = plannedShare(rollout)
  // The ledger first: nobody else may begin, and nobody may delete the version, from before its server starts.
  if (!isClaimed) return { kind: 'remember', share: 0 }
  if (recorded === undefined) {
    const reasons = ['Somebody recorded the canary as retired before it was decided.']
    return { kind: 'decide', decision: { kind: 'rollback', verdict: 'inconclusive', reasons } }
  }
  if (canary === undefined) return { kind: 'start' }
  if (canary.share !== share) return { kind: 'split', share }
  return recorded === share ? undefined : { kind: 'remember', share }
}

function judged(rollout: Rollout, facts: Facts): Action | undefined {
  const decision = decisionOf(rollout, facts)
  if (decision !== undefined) return { kind: 'decide', decision }
  const mayGrow = facts.canary?.isReady === true && facts.stable.isReady && isStepOver(rollout, facts)
  return mayGrow && !isLast(rollout) ? { kind: 'advance', step: rollout.step + 1 } : undefined
}

function decisionOf(rollout: Rollout, facts: Facts): Decision | undefined {
  const { verdict, nowMs, deadlineMs, onInconclusive } = facts
  const { startedAtMs, unreadyLooks } = rollout
  if (verdict.kind === 'rollback') return { kind: 'rollback', verdict: 'fail', reasons: verdict.reasons }
  if (unreadyLooks >= mostUnreadyLooks) {
    const sentence = `The canary’s server was not ready at ${unreadyLooks} looks in a row.`
    return { kind: 'rollback', verdict: 'fail', reasons: [sentence, ...verdict.reasons] }
  }
  if (verdict.kind === 'promote' && isLast(rollout) && isStepOver(rollout, facts))
    return { kind: 'promote', reasons: verdict.reasons }
  const isPastDeadline = startedAtMs !== undefined && nowMs >= startedAtMs + deadlineMs
  if (!isPastDeadline && verdict.kind !== 'inconclusive' && verdict.kind !== 'invalid') return undefined
  return { kind: onInconclusive, verdict: 'inconclusive', reasons: reasonsAtDeadline(rollout, facts) }
}

function reasonsAtDeadline({ plan, step }: Rollout, { verdict }: Facts): readonly string[] {
  if (verdict.kind === 'inconclusive' || verdict.kind === 'invalid') return verdict.reasons
  const sentence = `The deadline passed at step ${step + 1} of ${plan.length}, before the plan was through.`
  return [sentence, ...verdict.reasons]
}

/** Safe in this order: nobody is sent to a server that is about to stop. */
function takeOut({ canary }: Facts): Action | undefined {
  if (canary === undefined) return undefined
  return canary.share > 0 ? { kind: 'split', share: 0 } : { kind: 'retire' }
}

function settle(decision: Decision, { recorded, isProven }: Facts): Action {
  if (!isProven) return { kind: 'prove', decision }
  if (decision.kind === 'rollback' && recorded !== undefined) return { kind: 'forget' }
  return { kind: 'finish', decision }
}

function pause({ plan, step, stepSinceMs, startedAtMs }: Rollout, facts: Facts): Action {
  const { nowMs, lookEveryMs, deadlineMs } = facts
  const stepMs = plan[step]?.forMs
  const ends = [
    stepSinceMs === undefined || stepMs === undefined ? Infinity : stepSinceMs + stepMs,
    startedAtMs === undefined ? Infinity : startedAtMs + deadlineMs,
  ].filter((end) => end > nowMs)
  return { kind: 'wait', untilMs: Math.min(nowMs + lookEveryMs, ...ends) }
}

function isLast({ plan, step }: Rollout): boolean {
  return step === plan.length - 1
}

/** Before the first step there is nothing to wait for but the server. */
function isStepOver({ plan, step, stepSinceMs }: Rollout, { nowMs }: Facts): boolean {
  const planned = plan[step]
  return planned === undefined || (stepSinceMs !== undefined && nowMs >= stepSinceMs + planned.forMs)
}
