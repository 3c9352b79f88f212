import { Cancelled } from '../errors/errors.ts'
import type { Ending } from '../main/context.ts'
import type { ModelVersion } from '../records/model.ts'
import type { DeploymentSpec } from '../targets/target.ts'
import type { Candidate } from './candidate.ts'
import { type Driven, drive } from './drive.ts'
import type { Journal } from './journal.ts'
import { judgesOf } from './judge.ts'
import { verdictOf } from './predicate.ts'
import type { Decision } from './rollout.ts'
import type { CanaryContext, Ground } from './run.ts'
import { openSummary, summaryOf } from './summary.ts'
import type { Terms } from './terms.ts'

type Driving = Ground & { readonly journal: Journal; readonly terms: Terms }

/** Drives a canary until it is decided, or until it has to be looked at again, and ends the step accordingly. */
export async function driveToEnding(
  context: CanaryContext,
  driving: Driving,
  { version, reference, spec, address }: Candidate & { readonly address: string },
): Promise<Ending> {
  const { host, inputs, done } = context
  const driven = await driveOn(context, driving, { version, spec })
  const outputs = { reference, deployment: spec.name, address }
  if (driven.kind === 'decided') return endingOf(context, driven, outputs)
  host.summary(openSummary(driven))
  const message = `${reference} has ${driven.share} % of the requests at ${inputs.endpoint}, and is not decided yet: run this step again to go on`
  return done({ ...outputs, continue: true, share: driven.share }, { message })
}

/** Drives a canary whose decision is made. */
export async function driveToDecision(
  context: CanaryContext,
  driving: Driving,
  what: { readonly version: ModelVersion; readonly spec: DeploymentSpec | undefined },
): Promise<Extract<Driven, { kind: 'decided' }>> {
  const driven = await driveOn(context, driving, what)
  if (driven.kind !== 'decided') throw new Error('a decided canary has to be looked at again')
  return driven
}

async function driveOn(
  { inputs, workspace, host, signal }: CanaryContext,
  { terms, ...ground }: Driving,
  what: { readonly version: ModelVersion; readonly spec: DeploymentSpec | undefined },
): Promise<Driven> {
  const { lookEvery: lookEveryMs, onInconclusive, once } = inputs
  const say = (sentence: string) => host.log.info(sentence)
  try {
    const judges = judgesOf(terms.policy)
    return await drive({ ...ground, ...what, workspace, judges, lookEveryMs, onInconclusive, once, signal, say })
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error
    const left = [
      `the canary at ${inputs.endpoint} keeps its share; run this step again to go on, or with \`abort\` to take it out`,
    ]
    throw new Cancelled({ signal: error.signal, aftermath: { left }, cause: error })
  }
}

interface Outputs {
  readonly reference: string
  readonly deployment: string
  readonly address: string
}

function endingOf(
  { inputs, host, done, rejected }: CanaryContext,
  driven: Extract<Driven, { kind: 'decided' }>,
  common: Outputs,
): Ending {
  const { decision, evidence, kept } = driven
  const verdict = verdictOf(decision)
  const [{ stable, plan }] = kept
  const last = plan.at(-1)?.share ?? 0
  host.summary(summaryOf(driven))
  const outputs = { ...common, continue: false, verdict, evidence }
  if (decision.kind === 'promote') {
    const message = `${common.reference} may take over from ${stable.reference} at ${inputs.endpoint}; it keeps ${last} % of the requests until it is promoted`
    return done({ ...outputs, share: last }, { message })
  }
  const reasons = [sentenceOf(decision, common.reference, stable.reference), ...decision.reasons]
  const code = verdict === 'fail' ? 'TY0305' : 'TY0306'
  return rejected(decision.kind === 'rollback' ? { ...outputs, share: 0 } : outputs, { code, reasons })
}

function sentenceOf({ kind }: Decision, reference: string, stable: string): string {
  if (kind === 'rollback') return `${reference} is out, and ${stable} has all the traffic`
  return `${reference} keeps its share beside ${stable}; take it out with \`abort\`, or promote it by force with a reason`
}
