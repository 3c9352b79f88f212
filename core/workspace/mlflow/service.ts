import { type Artifact, servedPath } from '../../engines/mlflow/artifacts.ts'
import type { Mlflow } from '../../engines/mlflow/client.ts'
import type { MlflowRun } from '../../engines/mlflow/runs.ts'
import { ConfigError } from '../../errors/errors.ts'

/** Tags by which we know again what we made. */
export const marks = {
  /** On a run: the id of our run. */
  run: 'trainyard.run',
  /** On a run: its artifacts hold files of no run. */
  carrier: 'trainyard.files',
  /** On a version: the request that registered it. */
  request: 'trainyard.request',
  /** On a version: the digest of its tree. */
  digest: 'trainyard.digest',
  /** On a version: its record, or where it is. */
  record: 'trainyard.record',
  /** On a version, before the endpoint and the deployment. */
  deployment: 'trainyard.deployment.',
  /** On a registered model, before an alias: what was last shown there. */
  alias: 'trainyard.alias.',
} as const

/** An MLflow server as one workspace sees it: its names, and the run that carries the files. */
export class MlflowService {
  readonly api: Mlflow
  readonly prefix: string
  /** The stage that means `champion`, on servers before aliases. */
  readonly championStage: string | undefined
  #carrier: Promise<Carrier> | undefined

  constructor(api: Mlflow, options: { readonly prefix: string; readonly championStage?: string | undefined }) {
    this.api = api
    this.prefix = options.prefix
    this.championStage = options.championStage
  }

  /** What a model or an experiment of ours is called there. */
  nameOf(own: string): string {
    return `${this.prefix}${own}`
  }

  /** What a model there is called here; undefined for one that is not ours. */
  ownName(name: string): string | undefined {
    return name.startsWith(this.prefix) ? name.slice(this.prefix.length) : undefined
  }

  /** The run whose artifacts hold the files that belong to no run. Two may come into being at once: places name the one meant. */
  carrier(): Promise<Carrier> {
    this.#carrier ??= this.#findCarrier().catch((error: unknown) => {
      this.#carrier = undefined
      throw error
    })
    return this.#carrier
  }

  async #findCarrier(): Promise<Carrier> {
    const { runs } = this.api
    const { experiment_id: id } = await runs.experiment(this.nameOf('trainyard-files'))
    for await (const [first] of runs.search([id], `tags.\`${marks.carrier}\` = 'true'`, 1)) {
      if (first !== undefined) return carrierOf(first)
      break
    }
    const note = 'Files of models that no run of this server trained. Do not delete.'
    const tags = [
      { key: marks.carrier, value: 'true' },
      { key: 'mlflow.note.content', value: note },
    ]
    const made = await runs.create(id, { name: 'trainyard files', startMs: Date.now(), tags })
    await runs.end(made.info.run_id, 'FINISHED', Date.now())
    return carrierOf(made)
  }
}

/** Where files of no run go. */
export interface Carrier {
  readonly runId: string
  /** The path of its artifacts in the store of the server. */
  readonly root: string
  /** Up to where each ledger was shown at the server, as far as the carrier says. */
  readonly cursors: ReadonlyMap<string, number>
}

function carrierOf(run: MlflowRun): Carrier {
  const cursors = run.data.tags.filter(({ key }) => key.startsWith('trainyard.cursor.'))
  return {
    runId: run.info.run_id,
    root: rootOf(run),
    cursors: new Map(cursors.map(({ key, value }) => [key, Number(value)])),
  }
}

/** The path of a run's artifacts in the store of the server. @throws ConfigError where the server does not serve them */
export function rootOf({ info }: MlflowRun): string {
  const root = servedPath(info.artifact_uri)
  if (root !== undefined) return root
  throw new ConfigError({
    code: 'TY0203',
    details: `The MLflow server does not serve artifacts: those of the run ${info.run_id} are at ${info.artifact_uri}. Start it with --artifacts-destination and without --no-serve-artifacts; experiments made before keep their old place.`,
  })
}

/** The id of the run that a path of the artifact store belongs to. */
export function runIdIn(path: string): string | undefined {
  return /(?:^|\/)([0-9a-f]{32})\/artifacts(?:\/|$)/.exec(path)?.[1]
}

/** A path of a tree as the artifact store takes it. */
export function storedPath(path: string): string {
  return path.replaceAll(/[#%?~]/g, (char) => `~${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** The files of a list, by path. */
export function bySize(files: readonly Artifact[]): ReadonlyMap<string, number> {
  return new Map(files.map(({ path, size }) => [path, size]))
}
