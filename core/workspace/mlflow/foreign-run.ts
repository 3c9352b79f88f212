import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { servedPath } from '../../engines/mlflow/artifacts.ts'
import { openMlflow } from '../../engines/mlflow/client.ts'
import type { MlflowConnection } from '../../engines/mlflow/connection.ts'
import type { MlflowRun } from '../../engines/mlflow/runs.ts'
import { ExternalError, InputError } from '../../errors/errors.ts'
import type { GitState } from '../../records/actor.ts'
import type { ForeignRun } from '../../records/run.ts'
import { isSafePath, treeOf } from '../../records/tree.ts'
import { notFound } from '../failures.ts'
import type { SourceFile, Workspace } from '../workspace.ts'
import { foreigner } from './foreign.ts'

/** What is imported. */
export interface ImportOptions {
  readonly connection: MlflowConnection
  /** MLflow's id of the run. */
  readonly runId: string
  /** The model that it trained. */
  readonly model: string
  /** Takes its artifacts on their way. */
  readonly folder: string
  readonly workspace: Workspace
}

/**
 * Brings a run of an MLflow server here: parameters, metrics, tags, commit, times and person, and every artifact, with the models
 * that it logged. A second time the run is found.
 *
 * @throws InputError TY0205 for a run that is not there, and for one that has not ended
 */
export async function importRun(options: ImportOptions): ReturnType<Workspace['runs']['adopt']> {
  const { connection, runId, workspace } = options
  const api = openMlflow(connection)
  const run = await api.runs.find(runId)
  if (run === undefined) throw notFound(`no run is called ${runId} at ${connection.url}`)
  const state = endOf(run)
  const sources = await download(run, options)
  const artifacts = await workspace.files.put(sources, { isModel: true })
  const { start_time: startMs = 0, end_time: endMs = startMs, user_id: user, experiment_id: experimentId } = run.info
  const { metrics, params, tags } = run.data
  const startedAt = new Date(startMs).toISOString()
  const endedAt = new Date(endMs).toISOString()
  return workspace.runs.adopt({
    source: `mlflow+${connection.url}/#${runId}`,
    by: foreigner(user),
    startedAt,
    endedAt,
    start: startOf(run, { model: options.model, experiment: await api.runs.experimentName(experimentId), endedAt }),
    end: {
      state,
      metrics: Object.fromEntries(metrics.map(({ key, value }) => [key, value])),
      params: Object.fromEntries(params.map(({ key, value }) => [key, value])),
      tags: Object.fromEntries(
        tags.filter(({ key }) => !key.startsWith('mlflow.')).map(({ key, value }) => [key, value]),
      ),
      artifacts,
    },
  })
}

const ends = { FINISHED: 'succeeded', FAILED: 'failed', KILLED: 'cancelled' } as const

function endOf({ info: { run_id: id, status } }: MlflowRun): ForeignRun['end']['state'] {
  const state = status === 'FINISHED' || status === 'FAILED' || status === 'KILLED' ? ends[status] : undefined
  if (state !== undefined) return state
  throw new InputError({ details: `the run ${id} has not ended: MLflow says ${status}` })
}

/** What MLflow does not know is said to be unknown. */
function startOf(
  run: MlflowRun,
  { model, experiment, endedAt }: { readonly model: string; readonly experiment: string; readonly endedAt: string },
): ForeignRun['start'] {
  const tags = new Map(run.data.tags.map(({ key, value }) => [key, value]))
  const command = tags.get('mlflow.source.name')
  return {
    model,
    experiment,
    command: command === undefined ? [] : [command],
    git: gitIn(tags),
    environment: { kind: 'none' },
    code: treeOf([]),
    data: [],
    machine: { os: 'unknown', arch: 'unknown', cpus: 0, cpuModel: 'unknown', memoryBytes: 0 },
    deadline: endedAt,
  }
}

function gitIn(tags: ReadonlyMap<string, string>): GitState {
  const commit = tags.get('mlflow.source.git.commit')
  const branch = tags.get('mlflow.source.git.branch')
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(branch === undefined ? {} : { ref: `refs/heads/${branch}` }),
  }
}

/** Downloads the run's artifacts, and under their names the models that MLflow 3 keeps beside them. */
async function download(run: MlflowRun, options: ImportOptions): Promise<readonly SourceFile[]> {
  const { runs } = openMlflow(options.connection)
  const found = new Map<string, string>()
  await downloadAt({ uri: run.info.artifact_uri, below: '', found }, options)
  for (const { model_id: id } of run.outputs?.model_outputs ?? []) {
    const { name, artifactUri } = await runs.loggedModel(id)
    await downloadAt({ uri: artifactUri, below: `${name}/`, found }, options)
  }
  return [...found].map(([path, from]) => ({ path, from }))
}

interface Downloading {
  readonly uri: string
  readonly below: string
  /** Takes the local file of each path. */
  readonly found: Map<string, string>
}

async function downloadAt({ uri, below, found }: Downloading, { connection, folder }: ImportOptions): Promise<void> {
  const { artifacts } = openMlflow(connection)
  const root = servedPath(uri)
  if (root === undefined)
    throw failure(connection, `The server does not serve ${uri}: start it with --serve-artifacts.`)
  for await (const { path: there } of artifacts.walk(root)) {
    const path = below + there.slice(root.length + 1)
    if (!isSafePath(path)) throw failure(connection, `An artifact has a name that leaves its folder: ${path}`)
    const bytes = await artifacts.get(there)
    if (bytes === undefined) throw failure(connection, `${there} is listed, and is not there.`)
    const to = join(folder, String(found.size), ...path.split('/'))
    await mkdir(dirname(to), { recursive: true })
    await pipeline(bytes, createWriteStream(to, { flags: 'wx' }))
    found.set(path, to)
  }
}

function failure({ url }: MlflowConnection, details: string): ExternalError {
  return new ExternalError({ facts: { operation: 'read the artifacts of a run', address: url }, details })
}
