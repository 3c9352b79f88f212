import { randomUUID } from 'node:crypto'
import { InputError } from '../errors/errors.ts'
import type { Deployment } from '../records/deployment.ts'
import type { Candidate } from './candidate.ts'
import type { Clock } from './clock.ts'
import type { Journal, Kept } from './journal.ts'
import { planText } from './plan.ts'
import { progressOf } from './progress.ts'
import type { CanaryContext } from './run.ts'
import type { Terms } from './terms.ts'

/** What a rollout is begun with. */
export interface Beginning {
  readonly candidate: Pick<Candidate, 'version' | 'reference' | 'package'> & { readonly deployment: string }
  readonly stable: Deployment
  /** The ledger remembers the candidate's deployment as the canary of the endpoint. */
  readonly isHeld: boolean
  readonly terms: Terms
  readonly journal: Journal
  readonly clock: Clock
}

/**
 * The rollout to go on with: the one that was cut off or left, the one that has ended (whose ending stands), or a new one.
 *
 * @throws InputError when the terms or stable are not those with which the rollout began.
 */
export async function rolloutFor(context: CanaryContext, beginning: Beginning): Promise<Kept> {
  const kept = await beginning.journal.read()
  if (kept === undefined || isBehind(context, kept, beginning)) return beginNew(context, beginning)
  const { decision } = progressOf(kept).rollout
  if (decision === undefined) demandSame(kept, beginning)
  return kept
}

/** Begins a rollout, and keeps the one before beside it. */
export function beginNew({ inputs }: CanaryContext, beginning: Beginning): Promise<Kept> {
  const { candidate, stable, terms, journal, clock } = beginning
  return journal.begin({
    kind: 'began',
    v: 1,
    rollout: randomUUID(),
    atMs: clock.now(),
    candidate: { reference: candidate.reference, digest: candidate.version.files.digest },
    endpoint: inputs.endpoint,
    deployment: candidate.deployment,
    package: candidate.package,
    stable: { reference: `${stable.model}@${stable.version}`, deployment: stable.name },
    ...terms,
  })
}

/** Another version's rollout; one that its canary has outlived; or one that the user wants to make again. */
function isBehind({ inputs }: CanaryContext, kept: Kept, { candidate, isHeld }: Beginning): boolean {
  const { decision } = progressOf(kept).rollout
  if (kept[0].deployment !== candidate.deployment) return true
  if (decision === undefined) return false
  // A canary that was to stay and is not there any more was promoted and replaced, or taken out, since.
  return inputs.restart || (decision.kind !== 'rollback' && !isHeld)
}

function demandSame([began]: Kept, { stable, terms }: Beginning): void {
  const { plan, policy, candidate, endpoint } = began
  if (stable.name !== began.stable.deployment) {
    const details = `the canary of ${candidate.reference} began beside ${began.stable.reference}, and ${stable.model}@${stable.version} is stable now; take the canary out with \`abort\`, and begin anew`
    throw new InputError({ code: 'TY0215', details })
  }
  if (JSON.stringify({ plan, policy }) === JSON.stringify(terms)) return
  const details = `the canary of ${candidate.reference} at ${endpoint} began with other terms (its plan is ${planText(plan)}), which stay as they are until it ends; give the same ones, or take it out with \`abort\``
  throw new InputError({ code: 'TY0103', details })
}
