import type { Deployment } from '../../records/deployment.ts'
import type { Model, ModelVersion } from '../../records/model.ts'
import type { Run } from '../../records/run.ts'
import type { AuditEntry, Workspace } from '../../workspace/workspace.ts'
import { type Evidence, evidenceAbout } from '../show/evidence.ts'

/** All that a report tells of: what a workspace remembers of one model. The same facts make the same bytes. */
export interface ReportFacts {
  /** When the report is made, ISO 8601 in UTC. */
  readonly madeAt: string
  /** The release of Trainyard that makes it. */
  readonly tool: string
  /** Where the workspace is, without credentials. */
  readonly workspace: string
  readonly model: Model
  /** Newest first; the champion is among them, however old it is. Deleted versions are left out. */
  readonly versions: readonly VersionFacts[]
  /** Of this model, in the order in which they were recorded. */
  readonly deployments: readonly Deployment[]
  /** The whole ledger was read and its chain checked; the newest entries are kept, oldest first. */
  readonly audit: { readonly entries: number; readonly newest: readonly AuditEntry[] }
}

/** A version with the run that trained it and the evidence about its bytes, newest first. */
export interface VersionFacts {
  readonly version: ModelVersion
  readonly run?: Run | undefined
  readonly evidence: readonly Evidence[]
}

/** How much is told. */
export interface Extent {
  /** The newest versions. */
  readonly versions: number
  /** The newest entries of the ledger. */
  readonly entries: number
}

/** Gathers the facts about a model. Reads only; every statement and the ledger's chain are verified on the way. */
export async function gatherFacts(
  model: Model,
  workspace: Workspace,
  { extent, ...made }: { readonly extent: Extent } & Pick<ReportFacts, 'madeAt' | 'tool'>,
): Promise<ReportFacts> {
  const versions = [...(await workspace.models.versions(model.name, { limit: extent.versions }))]
  const { champion } = model.aliases
  if (champion !== undefined && !versions.some(({ version }) => version === champion))
    versions.push(await workspace.models.version(model.name, champion))
  const told: VersionFacts[] = []
  for (const version of versions) told.push(await versionFacts(version, workspace))
  return {
    ...made,
    workspace: workspace.url,
    model,
    versions: told,
    deployments: await workspace.deployments.list({ model: model.name }),
    audit: await newestEntries(workspace, extent.entries),
  }
}

/** A version with its run and the evidence about its bytes. */
export async function versionFacts(version: ModelVersion, workspace: Workspace): Promise<VersionFacts> {
  return {
    version,
    run: version.run === undefined ? undefined : await workspace.runs.get(version.run),
    evidence: await evidenceAbout(version.files.digest, workspace),
  }
}

async function newestEntries(workspace: Workspace, most: number): Promise<ReportFacts['audit']> {
  let entries = 0
  const newest: AuditEntry[] = []
  for await (const entry of workspace.audit()) {
    entries += 1
    newest.push(entry)
    if (newest.length > most) newest.shift()
  }
  return { entries, newest }
}
