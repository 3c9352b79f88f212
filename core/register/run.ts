import { deliverNow } from '../delivery/deliver-now.ts'
import type { Context, Run } from '../main/context.ts'
import { gitStateOf } from '../main/git-state.ts'
import { signatureOf } from '../main/signature.ts'
import { demandTrust } from '../main/trust.ts'
import { sized } from '../main/words.ts'
import { shortDigest } from '../records/digest.ts'
import { versionEvent } from '../records/event.ts'
import type { GitState } from '../records/actor.ts'
import type { VersionStart } from '../records/model.ts'
import type { definition } from './definition.ts'
import { filesToRegister, type ModelFiles } from './files.ts'
import { summaryOf } from './summary.ts'

/** Registers a version: gathers its files, reads the signature, and records version and event in one entry. */
export const run: Run<typeof definition> = async (context) => {
  const { inputs, workspace, host, done } = context
  demandTrust(host, 'register a model')
  const git = await gitStateOf(host)
  const found = await filesToRegister(context)
  const { version, isNew } = await workspace.models.register(await startOf(context, found, git), (registered) =>
    versionEvent({ type: 'model.registered', version: registered, git, at: registered.createdAt }),
  )

  const { files, model } = version
  const reference = `${model}@${version.version}`
  host.log.info(
    `${reference} ${isNew ? 'registered' : 'was registered before'}: ${sized(files)}, ${shortDigest(files.digest)}`,
  )
  host.summary(summaryOf(version, isNew))
  // Also of a version that was registered before: the job may have ended in between. What arrived is not sent again.
  if (inputs.deliver && workspace.access === 'write') await deliverNow(context)
  return done(
    { version: version.version, reference, digest: files.digest, isNew },
    { message: isNew ? `Registered ${reference}` : `${reference} was registered before; nothing changed` },
  )
}

async function startOf(
  context: Context<typeof definition>,
  { files, run: trainedBy, source }: ModelFiles,
  { ref }: GitState,
): Promise<VersionStart> {
  const { inputs } = context
  const { model, description, tags = {}, datasets = [] } = inputs
  // What the run read by its bytes, and what the user knows beside.
  const made = [...new Set([...(trainedBy?.datasets ?? []), ...datasets])]
  // What stays elsewhere is not downloaded to be registered.
  const signature = source === undefined ? await signatureOf(files, context) : undefined
  const parent = await parentOf(context)
  return {
    model,
    files,
    tags,
    datasets: made,
    ...(trainedBy === undefined ? {} : { run: trainedBy.id }),
    ...(source === undefined ? {} : { source }),
    ...(description === undefined ? {} : { description }),
    ...(signature === undefined ? {} : { signature }),
    ...(parent === undefined ? {} : { parent }),
    ...(ref === undefined ? {} : { ref }),
  }
}

/** The parent by its number: an alias would name another version tomorrow. */
async function parentOf({ inputs, workspace }: Context<typeof definition>): Promise<string | undefined> {
  if (inputs.parent === undefined) return undefined
  const { model, version } = await workspace.models.resolve(inputs.parent)
  return `${model}@${version}`
}
