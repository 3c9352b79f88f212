import { toolVersion } from '../main/version.ts'
import type { CanaryPredicate } from '../records/canary.ts'
import { type Statement, statement } from '../records/evidence.ts'
import type { ModelVersion } from '../records/model.ts'
import type { Kept } from './journal.ts'
import type { Look, Side } from './looks.ts'
import type { Progress } from './progress.ts'
import type { Decision } from './rollout.ts'

/** What is claimed about the version's bytes when its canary has ended; made of what was kept until it was decided, and of nothing else. */
export function canaryStatement(
  version: ModelVersion,
  [began]: Kept,
  progress: Progress & { readonly decision: Decision },
): Statement<CanaryPredicate> {
  const { decision, looks, decidedAtMs = began.atMs, rollout } = progress
  const { candidate, endpoint, deployment, stable, plan, policy } = began
  return statement(
    'canary',
    { name: candidate.reference, digest: candidate.digest },
    {
      model: version.model,
      candidate: candidate.reference,
      endpoint,
      deployment,
      package: began.package,
      stable,
      rollout: began.rollout,
      startedAt: isoOf(rollout.startedAtMs ?? began.atMs),
      endedAt: isoOf(decidedAtMs),
      plan: plan.map(({ share, forMs }) => ({ share, forMs })),
      policy,
      looks: looks.filter(({ atMs }) => atMs <= decidedAtMs).map(recordOf),
      decision: decision.kind,
      verdict: { kind: verdictOf(decision), reasons: decision.reasons },
      tool: { name: 'trainyard', version: toolVersion },
    },
  )
}

/** The verdict of a decision, in the words of every other evidence. */
export function verdictOf(decision: Decision): CanaryPredicate['verdict']['kind'] {
  return decision.kind === 'promote' ? 'pass' : decision.verdict
}

function recordOf({ atMs, share, canary, stable }: Look) {
  return { at: isoOf(atMs), share, canary: answered(canary), stable: answered(stable) }
}

function answered({ requests, errors }: Side) {
  return { requests, errors }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
