import { deliverNow } from '../delivery/deliver-now.ts'
import { demandTrust } from '../main/trust.ts'
import type { Run } from '../main/context.ts'
import { gitStateOf } from '../main/git-state.ts'
import { code } from '../main/markdown.ts'
import { shortDigest } from '../records/digest.ts'
import { versionEvent } from '../records/event.ts'
import { referenceText } from '../records/reference.ts'
import { treeSize } from '../records/tree.ts'
import type { definition } from './definition.ts'
import { filesToRegister } from './files.ts'
import { signatureOf } from '../main/signature.ts'
import { summaryOf } from './summary.ts'

/** Registers a version: gathers its files, reads the signature, and records version and event in one entry. */
export const run: Run<typeof definition> = async (context) => {
  const { inputs, workspace, host, done } = context
  demandTrust(host, 'register a model')
  const git = await gitStateOf(host)
  const { files, run: trainedBy } = await filesToRegister(context)
  const signature = await signatureOf(files, workspace)

  const { version, isNew } = await workspace.models.register(
    {
      model: inputs.model,
      files,
      tags: inputs.tags ?? {},
      datasets: inputs.datasets ?? [],
      ...(trainedBy === undefined ? {} : { run: trainedBy.id }),
      ...(inputs.description === undefined ? {} : { description: inputs.description }),
      ...(signature === undefined ? {} : { signature }),
      ...(inputs.parent === undefined ? {} : { parent: referenceText(inputs.parent) }),
      ...(git.ref === undefined ? {} : { ref: git.ref }),
    },
    (registered) => versionEvent({ type: 'model.registered', version: registered, git, at: registered.createdAt }),
  )

  const reference = `${version.model}@${version.version}`
  host.log.info(
    `${reference} ${isNew ? 'registered' : 'was registered before'}: ${files.files.length} files, ${treeSize(files)} bytes, ${shortDigest(files.digest)}`,
  )
  host.summary(summaryOf(version, isNew))
  if (inputs.deliver && isNew) await deliverNow(context)
  return done(
    { version: version.version, reference, digest: version.files.digest, isNew },
    { message: isNew ? `Registered ${reference}` : `${code(reference)} was registered before; nothing changed` },
  )
}
