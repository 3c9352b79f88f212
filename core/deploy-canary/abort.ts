import { InputError } from '../errors/errors.ts'
import type { Ending } from '../main/context.ts'
import { servingAt } from '../targets/serving.ts'
import { beginNew } from './begin.ts'
import { versionToTry } from './candidate.ts'
import { driveToDecision } from './ending.ts'
import type { Journal } from './journal.ts'
import { progressOf } from './progress.ts'
import type { CanaryContext, Ground } from './run.ts'
import type { Terms } from './terms.ts'

/**
 * Takes a canary out, whatever its numbers say. It writes the decision where every run of this canary reads it, so that one that
 * is at work on it now does not give it its share back.
 */
export async function abort(
  context: CanaryContext,
  ground: Ground & { readonly journal: Journal; readonly terms: Terms },
): Promise<Ending> {
  const { inputs, workspace, host, done } = context
  const { endpoint } = inputs
  const version = await versionToTry(context)
  const reference = `${version.model}@${version.version}`
  const { canary, stable } = await servingAt(endpoint, workspace)
  const isHere = canary?.model === version.model && canary.version === version.version
  if (!isHere || canary.package === undefined || stable === undefined) throw notHere(endpoint, reference)
  const outputs = { continue: false, reference, deployment: canary.name }
  if (workspace.access !== 'write') return done(outputs, { message: `${reference} would be taken out of ${endpoint}` })

  const { journal, clock, terms } = ground
  const candidate = { version, reference, package: canary.package, deployment: canary.name }
  const before = await journal.read()
  const isKnown = before?.[0].deployment === canary.name
  const kept = isKnown ? before : await beginNew(context, { candidate, stable, isHeld: true, terms, journal, clock })
  if (progressOf(kept).rollout.decision?.kind !== 'rollback') {
    const why = inputs.reason === undefined ? '.' : `: ${inputs.reason}`
    const reasons = [`${host.context.actor} took the canary out${why}`]
    const decision = { kind: 'rollback', verdict: 'inconclusive', reasons } as const
    await journal.append({ kind: 'decided', atMs: clock.now(), decision })
  }
  const { evidence } = await driveToDecision(context, ground, { version, spec: undefined })
  const message = `${reference} was taken out of ${endpoint}: all the traffic is with ${stable.model}@${stable.version}`
  return done({ ...outputs, verdict: 'inconclusive', share: 0, evidence }, { message })
}

function notHere(endpoint: string, reference: string): InputError {
  const details = `${reference} is not the canary at ${endpoint}, so there is nothing to take out`
  return new InputError({ code: 'TY0205', details })
}
