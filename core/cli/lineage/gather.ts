import { InputError } from '../../errors/errors.ts'
import type { Host } from '../../host/host.ts'
import type { DatasetVersion, ModelVersion } from '../../records/model.ts'
import { type ModelReference, referenceText } from '../../records/reference.ts'
import type { Run } from '../../records/run.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { overviewOf } from '../serving/overview.ts'
import { runningHere } from '../show/endpoints.ts'
import { type Evidence, evidenceAbout } from '../show/evidence.ts'
import { namedVersions } from '../show/models.ts'
import type { LineageRecords, ServedVersion } from './build.ts'

/** Everything that the workspace knows about one version or run, and what came of it. */
export interface SubjectLineage {
  readonly version: ModelVersion | undefined
  readonly run: Run | undefined
  readonly evidence: readonly Evidence[]
  /** The version that it was derived from, and those derived from it. */
  readonly parent: ModelVersion | undefined
  readonly derived: readonly ModelVersion[]
  readonly datasets: readonly DatasetVersion[]
  readonly serving: readonly ServedVersion[]
}

/** Where a lineage is looked for. */
export interface Around {
  readonly workspace: Workspace
  readonly host: Host
}

/** More than any workspace has; what is archived was made, too. */
export const everything = { limit: Number.MAX_SAFE_INTEGER, withArchived: true } as const

/**
 * Gathers what is known about a version or run.
 *
 * @throws InputError TY0205 where there is no such thing.
 */
export async function gatherSubject(reference: ModelReference, { workspace, host }: Around): Promise<SubjectLineage> {
  const version = await workspace.models.tryResolve(reference)
  if (version === undefined && reference.kind !== 'run')
    throw new InputError({ code: 'TY0205', details: `${referenceText(reference)} does not exist in ${workspace.url}` })
  const runId = reference.kind === 'run' ? reference.run : version?.run
  const run = runId === undefined ? undefined : await workspace.runs.get(runId)
  const subject = version?.files ?? run?.end?.artifacts
  const family = version === undefined ? { parent: undefined, derived: [] } : await familyOf(version, workspace)
  return {
    version,
    run,
    evidence: subject === undefined ? [] : await evidenceAbout(subject.digest, workspace),
    ...family,
    datasets: await datasetsOf(version, run, workspace),
    serving: version === undefined ? [] : await servingOf([version], { workspace, host }),
  }
}

/** The records of a subject, for the graph. */
export async function subjectRecords(lineage: SubjectLineage, workspace: Workspace): Promise<LineageRecords> {
  const { version, run, evidence, parent, derived, datasets, serving } = lineage
  const versions = [parent, version, ...derived].filter((one) => one !== undefined)
  return {
    asked: [version === undefined ? `run ${run?.id ?? ''}` : `version ${version.model}@${version.version}`],
    versions: await namedVersions(versions, workspace),
    runs: run === undefined ? [] : [run],
    datasets,
    evidence: new Map(version === undefined ? [] : [[`${version.model}@${version.version}`, evidence]]),
    serving,
    sources: 'all',
  }
}

async function familyOf(
  { model, version, parent }: ModelVersion,
  { models }: Workspace,
): Promise<Pick<SubjectLineage, 'parent' | 'derived'>> {
  const [parentModel, number] = parent?.split('@') ?? []
  const isChild = { kind: 'text', field: 'parent', op: '=', value: `${model}@${version}` } as const
  return {
    parent: parentModel === undefined ? undefined : await models.version(parentModel, Number(number)),
    derived: await models.search(isChild, everything),
  }
}

/** The datasets that a version or its run names, and those that have a file which its run read. */
async function datasetsOf(
  version: ModelVersion | undefined,
  run: Run | undefined,
  { datasets }: Workspace,
): Promise<readonly DatasetVersion[]> {
  const used = new Set(run?.data.map(({ digest }) => digest))
  const named = new Set([...(version?.datasets ?? []), ...(run?.datasets ?? [])])
  return (await datasets.list()).filter(
    (dataset) =>
      named.has(`${dataset.name}@${dataset.version}`) || dataset.files.files.some(({ digest }) => used.has(digest)),
  )
}

/** Where versions are deployed, as it is remembered and as this machine sees it. */
export async function servingOf(
  versions: readonly Pick<ModelVersion, 'model' | 'version'>[],
  { workspace, host }: Around,
): Promise<readonly ServedVersion[]> {
  const names = new Set(versions.map(({ model, version }) => `${model}@${version}`))
  const live = (await workspace.deployments.list()).filter(({ state }) => state === 'live')
  const wanted = live.filter(({ model, version }) => names.has(`${model}@${version}`))
  if (wanted.length === 0) return []
  const endpoints = new Set(wanted.map(({ endpoint }) => endpoint))
  const statuses = (await runningHere(host, {})).filter(({ endpoint }) => endpoints.has(endpoint))
  const overview = overviewOf(live, statuses)
  return wanted.flatMap(({ endpoint, name, model, version, package: packed }) =>
    overview
      .filter((served) => served.endpoint === endpoint && served.deployment === name)
      .map((served) => ({
        version: `${model}@${version}`,
        served,
        ...(packed === undefined ? {} : { package: packed }),
      })),
  )
}
