import { errorJudge } from '../stats/canary/judge-errors.ts'
import type { ErrorPolicy } from '../stats/canary/policy.ts'
import type { CanaryLook, CanaryVerdict } from '../stats/canary/verdict.ts'

/** One judge of a canary. It is told everything at every look, and says the same of the same. */
export interface Judge {
  /** What it judges by: `errors`. */
  readonly name: string
  look(look: CanaryLook): CanaryVerdict
}

/** The judges of a canary under a policy. */
export function judgesOf(policy: ErrorPolicy): readonly [Judge, ...Judge[]] {
  return [{ name: 'errors', look: errorJudge(policy) }]
}

const severity = { rollback: 4, invalid: 3, inconclusive: 2, continue: 1, promote: 0 } as const

/**
 * The verdict of several judges: one of them is enough to roll back, and all have to agree to promote. The numbers are those of
 * the judge whose verdict counts.
 */
export function jointVerdict(judges: readonly [Judge, ...Judge[]], look: CanaryLook): CanaryVerdict {
  const [first, ...rest] = judges
  return rest
    .map((judge) => judge.look(look))
    .reduce((worst, one) => (severity[one.kind] > severity[worst.kind] ? one : worst), first.look(look))
}
