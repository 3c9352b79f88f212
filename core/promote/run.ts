import { InputError } from '../errors/errors.ts'
import type { Run } from '../main/context.ts'
import { gitStateOf } from '../main/git-state.ts'
import { code, plain } from '../main/markdown.ts'
import { demandTrust } from '../main/trust.ts'
import { versionEvent } from '../records/event.ts'
import { referenceText } from '../records/reference.ts'
import { decide } from './decide.ts'
import type { definition } from './definition.ts'
import { promotionStatement } from './statement.ts'

/** Promotes a version: demands the gate's evidence, then moves the alias with statement and event in one entry. */
export const run: Run<typeof definition> = async ({ inputs, workspace, host, done, rejected }) => {
  demandTrust(host, 'promote a model')
  if (inputs.candidate.kind === 'run') {
    throw new InputError({
      code: 'TY0205',
      details: `${referenceText(inputs.candidate)} is a run: register it, then promote the version`,
    })
  }
  const version = await workspace.models.resolve(inputs.candidate)
  const model = await workspace.models.find(version.model)
  const from = model?.aliases[inputs.alias]
  const reference = `${version.model}@${version.version}`
  const previous = from === undefined || from === version.version ? {} : { previous: from }
  if (from === version.version) {
    return done(
      { version: version.version, moved: false },
      { message: `${reference} is ${inputs.alias} already; nothing changed` },
    )
  }

  const decision = decide(await workspace.evidence.about(version.files.digest, 'gate'), inputs)
  if (decision.kind === 'refused') {
    host.summary(`### ${code(reference)} was not promoted\n\n${decision.reasons.map(plain).join('\n')}\n`)
    return rejected(
      { version: from ?? 0, moved: false },
      { code: 'TY0303', reasons: [`${reference}: ${decision.reasons.join('; ')}`] },
    )
  }

  await workspace.models.moveAlias({
    model: version.model,
    alias: inputs.alias,
    from,
    to: version.version,
    why:
      inputs.reason ?? (decision.kind === 'gated' ? `passed the gate, evidence ${decision.gate.id}` : decision.reason),
    isForced: decision.kind === 'forced',
    statement: promotionStatement({ version, from, decision }),
    event: versionEvent({ type: 'model.promoted', version, git: await gitStateOf(host), at: new Date().toISOString() }),
  })
  const before = from === undefined ? 'the first one' : `before: ${version.model}@${from}`
  const how =
    decision.kind === 'forced'
      ? `**forced**: ${plain(decision.reason)}`
      : `gate passed, evidence ${code(decision.gate.id)}`
  host.summary(`### ${code(reference)} is ${code(inputs.alias)} now (${before})\n\n${how}\n`)
  return done(
    { version: version.version, moved: true, ...previous },
    { message: `${reference} is ${inputs.alias} now (${before})` },
  )
}
