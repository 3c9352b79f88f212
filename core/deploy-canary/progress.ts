import type { Digest } from '../records/digest.ts'
import type { Kept, Line } from './journal.ts'
import type { Look } from './looks.ts'
import { type Rollout, plannedShare } from './rollout.ts'

/** What a journal comes to. */
export interface Progress {
  readonly rollout: Rollout
  readonly isClaimed: boolean
  /** From the first look at which the canary had a share. */
  readonly looks: readonly Look[]
  /** When it was decided. */
  readonly decidedAtMs: number | undefined
  /** The evidence of the decision that counts. */
  readonly evidence: Digest | undefined
}

/** Where a rollout is, from all that was kept of it. */
export function progressOf([began, ...lines]: Kept): Progress {
  const start: Progress = {
    rollout: {
      plan: began.plan,
      step: -1,
      stepSinceMs: undefined,
      startedAtMs: undefined,
      unreadyLooks: 0,
      decision: undefined,
    },
    isClaimed: false,
    looks: [],
    decidedAtMs: undefined,
    evidence: undefined,
  }
  const looks: Look[] = []
  const progress = lines.reduce((before, line) => {
    const after = fold(before, line)
    if (line.kind === 'look' && after.rollout.startedAtMs !== undefined) looks.push(line)
    return after
  }, start)
  return { ...progress, looks }
}

function fold(progress: Progress, line: Line): Progress {
  const { rollout } = progress
  switch (line.kind) {
    case 'began':
      return progress
    case 'claimed':
      return { ...progress, isClaimed: true }
    case 'look':
      return { ...progress, rollout: seen(rollout, line) }
    case 'advanced':
      return { ...progress, rollout: { ...rollout, step: line.step, stepSinceMs: undefined } }
    case 'decided':
      return {
        ...progress,
        rollout: { ...rollout, decision: line.decision },
        decidedAtMs: line.atMs,
        evidence: undefined,
      }
    case 'proved':
      return { ...progress, evidence: line.evidence }
  }
}

function seen(rollout: Rollout, { atMs, share, canary }: Look): Rollout {
  const isInForce = rollout.step >= 0 && share === plannedShare(rollout)
  return {
    ...rollout,
    stepSinceMs: rollout.stepSinceMs ?? (isInForce ? atMs : undefined),
    startedAtMs: rollout.startedAtMs ?? (share > 0 ? atMs : undefined),
    unreadyLooks: canary.isReady ? 0 : rollout.unreadyLooks + 1,
  }
}
