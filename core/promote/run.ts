import { InputError } from '../errors/errors.ts'
import type { Context, Ending, Run } from '../main/context.ts'
import { gatesOf } from '../main/gates.ts'
import { gitStateOf } from '../main/git-state.ts'
import { code, plain } from '../main/markdown.ts'
import { demandTrust } from '../main/trust.ts'
import { versionEvent } from '../records/event.ts'
import type { ModelVersion } from '../records/model.ts'
import { referenceText } from '../records/reference.ts'
import type { Ground } from '../targets/give-traffic.ts'
import { openTarget } from '../targets/open.ts'
import { criteriaNow } from './criteria.ts'
import { type Allowed, decide } from './decide.ts'
import type { definition } from './definition.ts'
import { promotionStatement } from './statement.ts'
import { messageOf, summaryOf } from './summary.ts'
import { type Traffic, trafficFor } from './traffic.ts'

export type PromoteContext = Context<typeof definition>

/** Promotes a version: gives it the traffic of an endpoint where one is named, then moves the alias. */
export const run: Run<typeof definition> = (context) => promote(context, () => openTarget(context.host, context.inputs))

/**
 * The same on any target. Demands the evidence of a gate, and of a canary for the traffic; moves the traffic first, then the
 * alias with statement and event in one entry: what is cut off in between is finished by running it again.
 */
export async function promote(context: PromoteContext, open: () => Ground): Promise<Ending> {
  const { inputs, workspace, host, project, done } = context
  const { alias } = inputs
  demandTrust(host, 'promote a model')
  const version = await versionToPromote(context)
  const reference = `${version.model}@${version.version}`
  const from = await versionUnder(context, version.model)
  const isThere = from?.version === version.version
  const traffic = await trafficFor(context, version, open)
  if (isThere && traffic === undefined)
    return done(
      { version: version.version, moved: false },
      { message: `${reference} is ${alias} already; nothing changed` },
    )

  // The gate compares with the champion, whatever other aliases name.
  const champion = alias === 'champion' && !isThere ? from : undefined
  const gates = await gatesOf(version, workspace)
  const criteria = await criteriaNow(project, version.model)
  const decision = decide({ gates, champion, criteria, ...inputs })
  if (decision.kind === 'refused') return refuse(context, { version, from, code: 'TY0303', reasons: decision.reasons })
  if (traffic?.access.kind === 'refused') {
    const reasons = [`${traffic.access.reason}, at ${traffic.endpoint}`]
    return refuse(context, { version, from, code: 'TY0307', reasons })
  }
  if (workspace.access === 'write') await traffic?.move()
  if (!isThere) await move(context, { version, from, decision, traffic })
  host.summary(summaryOf({ alias, version, from, decision, traffic }))
  const { message, warning } = messageOf({ alias, version, from, decision, traffic })
  return done(
    { version: version.version, moved: !isThere, previous: isThere ? undefined : from?.version },
    { message, warning },
  )
}

interface Refusal {
  readonly version: ModelVersion
  readonly from: ModelVersion | undefined
  readonly code: 'TY0303' | 'TY0307'
  readonly reasons: readonly string[]
}

function refuse({ host, rejected }: PromoteContext, { version, from, code: why, reasons }: Refusal): Ending {
  const reference = `${version.model}@${version.version}`
  host.summary(`### ❌ ${code(reference)} was not promoted\n\n${reasons.map(plain).join('\n')}\n`)
  const outputs = { version: from?.version, moved: false }
  return rejected(outputs, { code: why, reasons: reasons.map((reason) => `${reference}: ${reason}`) })
}

async function versionToPromote({ inputs, workspace, host }: PromoteContext): Promise<ModelVersion> {
  const { candidate, alias } = inputs
  const refused = (name: string, value: string, problem: string) =>
    new InputError({ faults: [{ subject: host.inputName(name), source: { kind: 'input' }, value, problem }] })
  if (alias === 'latest') throw refused('alias', alias, 'always names the newest version and cannot be moved')
  if (candidate.kind === 'run')
    throw refused('candidate', referenceText(candidate), 'is a run: register it, then promote the version')
  return workspace.models.resolve(candidate)
}

/** The version that the alias names now. */
async function versionUnder({ inputs, workspace }: PromoteContext, model: string): Promise<ModelVersion | undefined> {
  const { aliases = {} } = (await workspace.models.find(model)) ?? {}
  const version = Object.hasOwn(aliases, inputs.alias) ? aliases[inputs.alias] : undefined
  return version === undefined ? undefined : workspace.models.version(model, version)
}

interface Promotion {
  readonly version: ModelVersion
  readonly from: ModelVersion | undefined
  readonly decision: Allowed
  readonly traffic: Traffic | undefined
}

async function move(
  { inputs, workspace, host }: PromoteContext,
  { version, from, decision, traffic }: Promotion,
): Promise<void> {
  const passed = decision.kind === 'gated' ? `passed the gate, evidence ${decision.gate.id}` : decision.reason
  await workspace.models.moveAlias({
    model: version.model,
    alias: inputs.alias,
    from: from?.version,
    to: version.version,
    why: inputs.reason ?? passed,
    isForced: decision.kind === 'forced' || traffic?.access.kind === 'forced',
    statement: promotionStatement({ version, from: from?.version, decision, traffic }),
    event: versionEvent({ type: 'model.promoted', version, git: await gitStateOf(host), at: new Date().toISOString() }),
  })
}
