import { checkBatches } from './batch.ts'
import { ErrorWatch } from './error-watch.ts'
import { evidenceOf, intervalOf, needsOf } from './findings.ts'
import { checkErrorPolicy, type ErrorPolicy } from './policy.ts'
import type { CanaryLook, CanaryVerdict, Judge, Ruling } from './verdict.ts'
import { reasonsOf } from './words.ts'

/** After this many windows without news nobody knows how the canary does now. */
const staleWindows = 3

/** The judge of error rates under a policy, for whoever holds several judges. @throws RangeError for a policy that contradicts itself. */
export function errorJudge(policy: ErrorPolicy): Judge {
  checkErrorPolicy(policy)
  return (look) => judgeErrors(policy, look)
}

/**
 * Judges a canary by its error rate against stable's, from all batches so far. A rollback is found wherever in the past a rule
 * first demanded it; a promotion stands on the latest data and is held back until the canary has baked, has had its last share,
 * and is still getting traffic. Without data it is never good.
 *
 * @throws RangeError for a policy that contradicts itself, and for batches that overlap or hold no counts.
 */
export function judgeErrors(policy: ErrorPolicy, look: CanaryLook): CanaryVerdict {
  checkErrorPolicy(policy)
  checkBatches(look.batches)
  const watch = new ErrorWatch(policy, look.startedAtMs)
  for (const batch of look.batches) watch.add(batch)
  if (look.nowMs >= watch.deadlineAtMs) watch.passDeadline()
  return verdictOf(policy, look, watch)
}

/** What is to be done, from a watch that has seen all batches of the look. */
export function rulingOf(policy: ErrorPolicy, look: CanaryLook, watch: ErrorWatch): Ruling {
  if (watch.decision !== undefined) return watch.decision
  const by = watch.promotedBy
  if (by !== undefined && obstaclesTo(policy, look, watch).length === 0) return { kind: 'promote', by }
  if (look.nowMs < watch.deadlineAtMs + policy.deadline.extendMs) return { kind: 'continue' }
  return { kind: 'inconclusive', by: watch.isComparable ? 'deadline' : 'no-traffic' }
}

function verdictOf(policy: ErrorPolicy, look: CanaryLook, watch: ErrorWatch): CanaryVerdict {
  const ruling = rulingOf(policy, look, watch)
  const isOpen = ruling.kind === 'continue' || ruling.kind === 'inconclusive'
  const needs = isOpen && watch.promotedBy === undefined ? needsOf(policy, watch) : undefined
  const { ratio } = watch
  const dispersion = policy.dispersion === 'poisson' ? 1 : watch.standing?.dispersion?.upper
  const interval = intervalOf(watch.judged, dispersion)
  const facts = {
    canary: watch.total('canary'),
    stable: watch.total('stable'),
    ...(ratio > 0 && ratio < Infinity ? { ratio } : {}),
    ...(interval === undefined ? {} : { interval }),
    ...(dispersion === undefined ? {} : { dispersion }),
    evidence: evidenceOf(policy, watch),
    ...(needs === undefined ? {} : { needs }),
  }
  const obstacles = isOpen ? obstaclesTo(policy, look, watch) : []
  return { ...ruling, ...facts, reasons: reasonsOf(ruling, facts, { policy, watch, obstacles }) }
}

/** Why nothing may be promoted now, whatever the evidence says; each a sentence. */
function obstaclesTo(policy: ErrorPolicy, look: CanaryLook, watch: ErrorWatch): readonly string[] {
  const { standing, judged } = watch
  const window = watch.windows.last
  const missing = policy.minBakeMs - (look.nowMs - look.startedAtMs)
  const since = look.lastShareSinceMs
  const isSeenAtLastShare = judged.some(
    ({ fromMs, toMs, canary }) =>
      since !== undefined && fromMs >= since && canary.requests > 0 && toMs <= (standing?.toMs ?? -Infinity),
  )
  const isStale = look.nowMs - (standing?.toMs ?? look.startedAtMs) > staleWindows * policy.windowMs
  const isSilent = window !== undefined && (window.canaryRequests === 0 || window.stableRequests === 0)
  return [
    ...(missing > 0 ? [`The canary has to run for ${seconds(missing)} more before it may be promoted.`] : []),
    ...(since === undefined ? ['The canary has not reached the last share of its plan.'] : []),
    ...(since !== undefined && !isSeenAtLastShare
      ? ['The canary has not been seen at the last share of its plan.']
      : []),
    ...(isStale ? [`No counts came for more than ${seconds(staleWindows * policy.windowMs)}.`] : []),
    ...(isSilent ? ['One side got no requests in the latest window.'] : []),
  ]
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`
}
