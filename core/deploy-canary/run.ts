import { join } from 'node:path'
import { InputError } from '../errors/errors.ts'
import type { Context, Ending, Run } from '../main/context.ts'
import { demandTrust } from '../main/trust.ts'
import type { Deployment } from '../records/deployment.ts'
import { packageTree } from '../scoring/client/packaged.ts'
import { holdEndpoint } from '../targets/hold.ts'
import { openTarget } from '../targets/open.ts'
import { PackageStore } from '../targets/package-store.ts'
import { reviveStable } from '../targets/revive.ts'
import { demandNoOtherCanary, type Serving, servingAt } from '../targets/serving.ts'
import type { Target } from '../targets/target.ts'
import { abort } from './abort.ts'
import { rolloutFor } from './begin.ts'
import { type Candidate, candidateOf } from './candidate.ts'
import { type Clock, systemClock } from './clock.ts'
import type { definition } from './definition.ts'
import { driveToEnding } from './ending.ts'
import { rememberEndpoint } from './endpoint.ts'
import { deployFirst } from './first.ts'
import { Journal } from './journal.ts'
import { progressOf } from './progress.ts'
import { termsOf } from './terms.ts'

export type CanaryContext = Context<typeof definition>

/** What a canary runs on, besides what every step has. */
export interface Ground {
  readonly target: Target
  readonly stateFolder: string
  readonly clock: Clock
}

/** Tries a version on part of the traffic, on this machine. */
export const run: Run<typeof definition> = (context) => {
  demandTrust(context.host, 'deploy a model')
  return deployCanary(context, { ...openTarget(context.host, context.inputs), clock: systemClock })
}

/** The same on any target and by any clock. */
export async function deployCanary(context: CanaryContext, ground: Ground): Promise<Ending> {
  const { inputs, workspace, host, done } = context
  const { endpoint, plan, minBake: minBakeMs, deadline: deadlineMs } = inputs
  const journal = new Journal(join(ground.stateFolder, 'canaries'), endpoint)
  const criteria = inputs.criteria?.value.canary
  const terms = termsOf({ plan, minBakeMs, deadlineMs, criteria }, (name) => host.inputName(name))
  if (inputs.abort) return abort(context, { ...ground, journal, terms })
  const candidate = await candidateOf(context)
  const { reference, spec } = candidate
  const serving = await servingAt(endpoint, workspace)
  const outputs = { continue: false, reference, deployment: spec.name }
  if (serving.stable?.name === spec.name) {
    if (workspace.access === 'write') await revive(context, ground, serving.stable)
    return done(
      { ...outputs, share: serving.stable.share },
      { message: `${reference} is stable at ${endpoint} already` },
    )
  }
  demandNoOtherCanary(serving, spec.name)
  if (workspace.access !== 'write')
    return done(outputs, { message: `${reference} would be tried at ${endpoint}; nothing was started` })

  const hold = await holdEndpoint(ground.stateFolder, endpoint, `drives the canary of ${reference}`)
  try {
    const kept = await keptCandidate(candidate, ground)
    return await tryOut(context, { ...ground, journal, terms }, { candidate: kept, serving })
  } finally {
    hold.release()
  }
}

/** A copy on this machine that stays; what the user has may be wiped with the checkout. */
async function keptCandidate(candidate: Candidate, { stateFolder }: Ground): Promise<Candidate> {
  const { spec, package: digest } = candidate
  return { ...candidate, spec: await new PackageStore(stateFolder).keep({ spec, digest }, packageTree) }
}

async function tryOut(
  context: CanaryContext,
  driving: Parameters<typeof driveToEnding>[1],
  { candidate, serving }: { readonly candidate: Candidate; readonly serving: Serving },
): Promise<Ending> {
  const { stable, canary } = serving
  if (stable === undefined) {
    await demandNotEnded(context, driving.journal, candidate)
    return deployFirst(context, driving, candidate)
  }
  const address = await rememberEndpoint(context, driving)
  await revive(context, driving, stable)
  await rolloutFor(context, {
    candidate: { ...candidate, deployment: candidate.spec.name },
    stable,
    isHeld: canary !== undefined,
    ...driving,
  })
  return driveToEnding(context, driving, { ...candidate, address })
}

function revive({ host }: CanaryContext, ground: Ground, stable: Deployment): Promise<void> {
  return reviveStable(stable, { ...ground, treeOf: packageTree, say: (sentence) => host.log.warning(sentence) })
}

/** A schedule that looks once and again must not bring an endpoint back that somebody ended, with all the traffic for what was only tried. */
async function demandNotEnded(
  { inputs }: CanaryContext,
  journal: Journal,
  { reference, spec }: Candidate,
): Promise<void> {
  const kept = await journal.read()
  const isOpen = kept?.[0].deployment === spec.name && progressOf(kept).rollout.decision === undefined
  if (!isOpen || inputs.restart) return
  const details = `${inputs.endpoint} was ended while the canary of ${reference} ran; with \`restart\` it would be the first there`
  throw new InputError({ code: 'TY0215', details })
}
