import { InputError } from '../errors/errors.ts'
import type { Context, Ending, Run } from '../main/context.ts'
import { gitStateOf } from '../main/git-state.ts'
import { code, plain } from '../main/markdown.ts'
import { demandModel } from '../main/subject.ts'
import { demandTrust } from '../main/trust.ts'
import type { Digest } from '../records/digest.ts'
import { versionEvent } from '../records/event.ts'
import { type PromotionPredicate, type Statement, statement } from '../records/evidence.ts'
import type { Model, ModelVersion } from '../records/model.ts'
import { packageTree } from '../scoring/client/packaged.ts'
import { type Ground, giveTraffic } from '../targets/give-traffic.ts'
import { openTarget } from '../targets/open.ts'
import { provenPackage } from '../targets/package-of.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { definition } from './definition.ts'
import { previousOf } from './previous.ts'

type RollbackContext = Context<typeof definition>

const alias = 'champion'

/** Returns to the previous champion. */
export const run: Run<typeof definition> = (context) =>
  rollback(context, () => openTarget(context.host, context.inputs))

/** The same on any target: the traffic first, then the alias with statement and event in one entry. */
export async function rollback(context: RollbackContext, open: () => Ground): Promise<Ending> {
  const { inputs, workspace, host, done } = context
  demandTrust(host, 'roll a model back')
  const { model, from, reason, endpoint } = inputs
  const found = await workspace.models.find(model)
  const now = found?.aliases[alias]
  if (found === undefined || now === undefined) throw nothing(`${model} has no champion`)
  if (from !== undefined) {
    const taken = await workspace.models.resolve(from)
    demandModel({ reference: `${taken.model}@${taken.version}`, model: taken.model }, model, host.inputName('from'))
    if (taken.version !== now) {
      const message = `${model}@${now} is champion, and not ${model}@${taken.version}; nothing changed`
      return done({ version: now, moved: false }, { message })
    }
  }
  const version = await versionBefore(found, now, workspace)
  const reference = `${model}@${version.version}`
  if (endpoint !== undefined) await traffic(context, { endpoint, version, open })
  await workspace.models.moveAlias({
    model,
    alias,
    from: now,
    to: version.version,
    why: `rolled back from ${now}: ${reason}`,
    statement: rollbackStatement(version, { from: now, reason, endpoint }),
    event: versionEvent({ type: 'model.promoted', version, git: await gitStateOf(host), at: new Date().toISOString() }),
  })
  const served = endpoint === undefined ? '' : `, with all the traffic of ${endpoint}`
  const message = `${reference} is champion again${served}; before: ${model}@${now}`
  host.summary(`### ↩️ ${code(reference)} is champion again\n\n${plain(message)}. ${plain(reason)}\n`)
  return done({ version: version.version, previous: now, moved: true }, { message })
}

async function versionBefore({ name, history }: Model, now: number, { models }: Workspace): Promise<ModelVersion> {
  const before = previousOf(history, alias, now)
  if (before === undefined) throw nothing(`there was no champion before ${name}@${now}`)
  return models.version(name, before)
}

function nothing(details: string): InputError {
  return new InputError({ code: 'TY0205', details })
}

async function traffic(
  { inputs, workspace, host }: RollbackContext,
  to: { readonly endpoint: string; readonly version: ModelVersion; readonly open: () => Ground },
): Promise<void> {
  const { endpoint, version } = to
  const ground = to.open()
  const folder = inputs.package
  const input = host.inputName('package')
  const given =
    folder === undefined ? undefined : await provenPackage(folder, { version, workspace, input, treeOf: packageTree })
  if (workspace.access !== 'write') return
  const known = await lastPackage(version, endpoint, workspace)
  const deed = `rolls back to ${version.model}@${version.version}`
  const say = (sentence: string) => host.log.info(sentence)
  await giveTraffic({ ...ground, workspace, say }, { endpoint, version, given, known, deed, treeOf: packageTree })
}

/** The package in which the version served there. */
async function lastPackage(
  { model, version }: ModelVersion,
  endpoint: string,
  { deployments }: Workspace,
): Promise<Digest | undefined> {
  const all = await deployments.list({ endpoint, model })
  const own = all.filter((one) => one.version === version && one.role !== 'canary')
  return own.sort((a, b) => (a.at < b.at ? 1 : -1))[0]?.package
}

function rollbackStatement(
  { model, version, files }: ModelVersion,
  facts: { readonly from: number; readonly reason: string; readonly endpoint: string | undefined },
): Statement<PromotionPredicate> {
  const { from, reason, endpoint } = facts
  const subject = { name: `${model}@${version}`, digest: files.digest }
  const where = endpoint === undefined ? {} : { endpoint }
  return statement('promotion', subject, { model, version, from, ...where, rollback: { from, reason } })
}
