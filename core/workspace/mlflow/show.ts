import { servedUri } from '../../engines/mlflow/artifacts.ts'
import { fitting, isKey, keyOf, limits } from '../../engines/mlflow/limits.ts'
import type { MlflowRun, MlflowRunStatus } from '../../engines/mlflow/runs.ts'
import { hexOf } from '../../records/digest.ts'
import type { Entry, View } from '../ledger/ledger.ts'
import type { Change, ChangeOf } from '../registry/changes.ts'
import { find, keys } from '../registry/documents.ts'
import type { StoredRun, StoredRunStart } from '../registry/stored.ts'
import type { AdoptParts } from './adopt.ts'
import { showAlias } from './aliases.ts'
import { userTags } from './record.ts'
import { marks, type MlflowService } from './service.ts'

/**
 * Shows at the server what an entry of the ledger says: runs, tags, aliases, deployments, evidence. Showing twice does no harm.
 *
 * @returns the run of MLflow that stands for a run that began
 */
export async function showEntry(parts: AdoptParts, entry: Entry<Change>): Promise<MlflowRun | undefined> {
  let begun: MlflowRun | undefined
  for (const change of entry.changes) {
    if (change.kind === 'run.started') begun = await showStart(parts.service, change, entry)
    else if (change.kind === 'alias.moved') await showAlias(parts, change.model, change.alias)
    else if (change.kind === 'run.ended') await showEnd(parts, change, entry)
    else await showMark(parts.service, change)
  }
  return begun
}

async function showMark(service: MlflowService, change: Change): Promise<void> {
  const { models } = service.api
  const name = (of: string) => service.nameOf(of)
  switch (change.kind) {
    case 'version.tagged':
      for (const tag of userTags(change.tags)) await models.setVersionTag(name(change.model), change.version, tag)
      return
    case 'version.deleted':
      return models.deleteVersion(name(change.model), change.version)
    case 'deployment.recorded': {
      const { endpoint, name: slot, model, version, state, share } = change.deployment
      const tag = { key: keyOf(`${marks.deployment}${endpoint}/${slot}`), value: `${state}, ${share} % of the traffic` }
      await models.setVersionTag(name(model), version, tag)
      return
    }
    case 'evidence.added':
      return showEvidence(service, change)
    default:
      return
  }
}

/** The run there that stands for one of ours. */
async function runThere(service: MlflowService, id: string, experiment: string): Promise<MlflowRun | undefined> {
  const found = await service.api.runs.findExperiment(service.nameOf(experiment))
  if (found === undefined) return undefined
  for await (const [run] of service.api.runs.search([found.experiment_id], `tags.\`${marks.run}\` = '${id}'`, 1))
    return run
  return undefined
}

async function showStart(
  service: MlflowService,
  { run: id, start }: ChangeOf<'run.started'>,
  { at, by }: Entry<Change>,
): Promise<MlflowRun> {
  const { runs } = service.api
  const known = await runThere(service, id, start.experiment)
  if (known !== undefined) return known
  const { experiment_id: experiment } = await runs.experiment(service.nameOf(start.experiment))
  const { commit, repository, ref } = start.git
  const tags = [
    [marks.run, id],
    ['mlflow.user', by.name],
    ['mlflow.source.type', 'JOB'],
    ['mlflow.source.name', start.command.join(' ')],
    ['mlflow.source.git.commit', commit],
    ['mlflow.source.git.repoURL', repository],
    ['mlflow.source.git.branch', ref?.replace(/^refs\/heads\//, '')],
    ['trainyard.model', start.model],
    ['trainyard.url', by.url],
  ].flatMap(([key, value]) =>
    key === undefined || value === undefined ? [] : [{ key, value: fitting(value, limits.tagValue) }],
  )
  const made = await runs.create(experiment, { name: id, startMs: Date.parse(at), tags })
  await runs.logInputs(made.info.run_id, inputsOf(start))
  return made
}

/** The data files as inputs; a list that lies in a blob is too long to be of use there. */
function inputsOf({ data }: StoredRunStart) {
  const files = 'files' in data ? data.files : []
  return files.map(({ path, digest }) => ({
    name: fitting(path, 500),
    digest: hexOf(digest).slice(0, limits.datasetDigest),
    source: JSON.stringify({ uri: path, sha256: hexOf(digest) }),
    context: 'training',
  }))
}

const statuses: Readonly<Record<string, MlflowRunStatus>> = {
  succeeded: 'FINISHED',
  failed: 'FAILED',
  cancelled: 'KILLED',
}

async function showEnd(
  { service, ledger }: AdoptParts,
  { run: id, end }: ChangeOf<'run.ended'>,
  { at }: Entry<Change>,
): Promise<void> {
  const run = await knownRun(await ledger.view(), id)
  const there = run === undefined ? undefined : await runThere(service, id, run.experiment)
  if (there === undefined) return
  const { run_id: runId } = there.info
  const atMs = Date.parse(at)
  const metrics = Object.entries(end.metrics).flatMap(([name, value]) => ({
    key: isKey(name) ? name : keyOf(name),
    value,
  }))
  const params = Object.entries(end.params).map(([name, value]) => ({
    key: isKey(name) ? name : keyOf(name),
    value: fitting(String(value), limits.paramValue),
  }))
  const tags = [{ key: 'trainyard.artifacts', value: end.artifacts.digest }]
  await service.api.runs.log(runId, { metrics, params, tags }, atMs)
  await service.api.runs.end(runId, statuses[end.state] ?? 'FAILED', atMs)
}

async function knownRun(view: View<Change>, id: string): Promise<StoredRun | undefined> {
  return find(view, keys.run(id))
}

/** Marks every version with these files with a piece of evidence: its verdict, and where the statement is. */
async function showEvidence(
  service: MlflowService,
  { evidence, subjects, verdict, judgement, in: place }: ChangeOf<'evidence.added'>,
): Promise<void> {
  const { models } = service.api
  const value = [verdict, place === undefined ? undefined : servedUri(place)]
    .filter((one) => one !== undefined)
    .join(' ')
  for (const subject of subjects.filter((one) => one !== judgement?.data)) {
    for await (const page of models.search(`tags.\`${marks.digest}\` = '${subject}'`, 'version_number DESC', 20)) {
      for (const { name, version } of page.filter((one) => service.ownName(one.name) !== undefined)) {
        await models.setVersionTag(name, version, {
          key: `trainyard.evidence.${evidence}`,
          value: value === '' ? 'kept' : value,
        })
      }
      break
    }
  }
}
