import { InputError } from '../../errors/errors.ts'
import type { Deployment } from '../../records/deployment.ts'
import type { DatasetVersion, Model } from '../../records/model.ts'
import { type ModelReference, parseReference, referenceText } from '../../records/reference.ts'
import type { AuditEntry, Workspace } from '../../workspace/workspace.ts'
import { type VersionFacts, versionFacts } from '../report/facts.ts'

/** All that a card tells of: what a workspace remembers of one version. */
export interface CardFacts extends VersionFacts {
  /** When the card is made, ISO 8601 in UTC. */
  readonly madeAt: string
  readonly tool: string
  readonly workspace: string
  readonly model: Model
  readonly datasets: readonly DatasetVersion[]
  /** Of this version, in the order in which they were recorded. */
  readonly deployments: readonly Deployment[]
  /** The newest entry of the ledger, which was read whole and checked. */
  readonly head: Pick<AuditEntry, 'seq' | 'digest'>
}

/**
 * Gathers the facts about a version. Reads only; the statements and the ledger's chain are verified on the way.
 *
 * @throws InputError TY0205 for a reference that names no version; ExternalError TY0207 for a workspace that was changed.
 */
export async function gatherCard(
  reference: ModelReference,
  workspace: Workspace,
  made: Pick<CardFacts, 'madeAt' | 'tool'>,
): Promise<CardFacts> {
  const version = await workspace.models.tryResolve(reference)
  const model = version === undefined ? undefined : await workspace.models.find(version.model)
  if (version === undefined || model === undefined)
    throw new InputError({
      code: 'TY0205',
      details: `${referenceText(reference)} names no version in ${workspace.url}`,
    })
  const datasets: DatasetVersion[] = []
  for (const name of version.datasets) {
    const parsed = parseReference(name)
    if (parsed?.kind === 'version') datasets.push(await workspace.datasets.get(parsed.model, parsed.version))
  }
  const deployments = await workspace.deployments.list({ model: version.model })
  return {
    ...made,
    ...(await versionFacts(version, workspace)),
    workspace: workspace.url,
    model,
    datasets,
    deployments: deployments.filter((one) => one.version === version.version),
    head: await headOf(workspace),
  }
}

async function headOf(workspace: Workspace): Promise<CardFacts['head']> {
  let head: AuditEntry | undefined
  for await (const entry of workspace.audit()) head = entry
  if (head === undefined) throw new RangeError('a version in a ledger without entries')
  return { seq: head.seq, digest: head.digest }
}
