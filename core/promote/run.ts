import { InputError } from '../errors/errors.ts'
import type { Context, Run } from '../main/context.ts'
import { gatesOf } from '../main/gates.ts'
import { gitStateOf } from '../main/git-state.ts'
import { code, plain } from '../main/markdown.ts'
import { demandTrust } from '../main/trust.ts'
import { versionEvent } from '../records/event.ts'
import type { ModelVersion } from '../records/model.ts'
import { referenceText } from '../records/reference.ts'
import { type Allowed, decide } from './decide.ts'
import type { definition } from './definition.ts'
import { promotionStatement } from './statement.ts'

type PromoteContext = Context<typeof definition>

/** Promotes a version: demands the gate's evidence, then moves the alias with statement and event in one entry. */
export const run: Run<typeof definition> = async (context) => {
  const { inputs, workspace, host, done, rejected } = context
  const { alias } = inputs
  demandTrust(host, 'promote a model')
  const version = await versionToPromote(context)
  const reference = `${version.model}@${version.version}`
  const from = await versionUnder(context, version.model)
  if (from?.version === version.version)
    return done(
      { version: version.version, moved: false },
      { message: `${reference} is ${alias} already; nothing changed` },
    )

  // The gate compares with the champion, whatever other aliases name.
  const champion = alias === 'champion' ? from : undefined
  const decision = decide({ gates: await gatesOf(version, workspace), champion, ...inputs })
  if (decision.kind === 'refused') {
    host.summary(`### ❌ ${code(reference)} was not promoted\n\n${decision.reasons.map(plain).join('\n')}\n`)
    return rejected(
      { version: from?.version, moved: false },
      { code: 'TY0303', reasons: decision.reasons.map((reason) => `${reference}: ${reason}`) },
    )
  }

  await move(context, { version, from, decision })
  const before = from === undefined ? 'the first one' : `before: ${version.model}@${from.version}`
  const message = `${reference} is ${alias} now (${before})`
  const { concern } = decision
  host.summary(
    [
      `### ${concern === undefined ? '✅' : '⚠️'} ${code(reference)} is ${code(alias)} now (${before})`,
      decision.kind === 'forced'
        ? `**Forced** without a passing gate: ${plain(decision.reason)}`
        : `A gate passed these very bytes, evidence ${code(decision.gate.id)}.`,
      ...(concern === undefined ? [] : [plain(concern)]),
      '',
    ].join('\n\n'),
  )
  return done(
    { version: version.version, moved: true, previous: from?.version },
    { message, warning: concern === undefined ? undefined : `${message}. ${concern}` },
  )
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
}

async function move(
  { inputs, workspace, host }: PromoteContext,
  { version, from, decision }: Promotion,
): Promise<void> {
  const passed = decision.kind === 'gated' ? `passed the gate, evidence ${decision.gate.id}` : decision.reason
  await workspace.models.moveAlias({
    model: version.model,
    alias: inputs.alias,
    from: from?.version,
    to: version.version,
    why: inputs.reason ?? passed,
    isForced: decision.kind === 'forced',
    statement: promotionStatement({ version, from: from?.version, decision }),
    event: versionEvent({ type: 'model.promoted', version, git: await gitStateOf(host), at: new Date().toISOString() }),
  })
}
