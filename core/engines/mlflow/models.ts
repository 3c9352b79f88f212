import { z } from 'zod'
import { ask, askIfThere, tryAsk } from './ask.ts'
import type { MlflowConnection } from './connection.ts'
import type { KeyValue } from './limits.ts'

const tags = z.array(z.object({ key: z.string(), value: z.string().default('') })).default([])

const versionShape = z.object({
  name: z.string(),
  // A number in one release, a text in another.
  version: z.coerce.number().int(),
  creation_timestamp: z.coerce.number().default(0),
  current_stage: z.string().optional(),
  description: z.string().optional(),
  source: z.string().default(''),
  run_id: z.string().optional(),
  user_id: z.string().optional(),
  status: z.string().default('READY'),
  tags,
})

/** A version as MLflow tells it. */
export type MlflowVersion = z.infer<typeof versionShape>

const modelShape = z.object({
  name: z.string(),
  latest_versions: z.array(versionShape).default([]),
  tags,
  aliases: z.array(z.object({ alias: z.string(), version: z.coerce.number().int() })).default([]),
})

/** A registered model as MLflow tells it; `latest_versions` has the newest of each stage. */
export type MlflowModel = z.infer<typeof modelShape>

const nothing = z.unknown()

/** How long a server may take to give a number. */
const createMs = 120_000

/** What a new version is. */
export interface NewVersion {
  readonly name: string
  /** Where its files are: `mlflow-artifacts:/…` below the artifacts of the run. */
  readonly source: string
  readonly runId?: string | undefined
  readonly description?: string | undefined
  readonly tags: readonly KeyValue[]
}

/** MLflow's registry of models, by its REST API. */
export class MlflowModels {
  readonly #connection: MlflowConnection

  constructor(connection: MlflowConnection) {
    this.#connection = connection
  }

  /** Makes a registered model; one that is there already is no error. */
  async create(name: string): Promise<void> {
    const asked = await tryAsk(this.#connection, {
      operation: `create the registered model ${name}`,
      method: 'POST',
      path: 'mlflow/registered-models/create',
      body: { name },
      shape: nothing,
      isIdempotent: true,
    })
    if (!asked.ok && asked.refusal.code !== 'RESOURCE_ALREADY_EXISTS' && !(await this.isThere(name))) throw asked.error
  }

  async isThere(name: string): Promise<boolean> {
    return (await this.find(name)) !== undefined
  }

  /** A registered model with its aliases. */
  async find(name: string): Promise<MlflowModel | undefined> {
    const found = await askIfThere(this.#connection, {
      operation: `read the registered model ${name}`,
      method: 'GET',
      path: 'mlflow/registered-models/get',
      query: { name },
      shape: z.object({ registered_model: modelShape }),
    })
    return found?.registered_model
  }

  async setTag(name: string, { key, value }: KeyValue): Promise<void> {
    await ask(this.#connection, {
      operation: `tag the registered model ${name}`,
      method: 'POST',
      path: 'mlflow/registered-models/set-tag',
      body: { name, key, value },
      shape: nothing,
      isIdempotent: true,
    })
  }

  /** Registers the next version. Not to be repeated blindly: look for its tags first. */
  async createVersion({ name, source, runId, description, tags: marks }: NewVersion) {
    return tryAsk(this.#connection, {
      operation: `create a version of ${name}`,
      method: 'POST',
      path: 'mlflow/model-versions/create',
      body: {
        name,
        source,
        tags: marks,
        ...(runId === undefined ? {} : { run_id: runId }),
        ...(description === undefined ? {} : { description }),
      },
      shape: z.object({ model_version: versionShape }),
      isIdempotent: false,
      // Of many at once each waits for those before it.
      timeoutMs: createMs,
    })
  }

  async version(name: string, version: number): Promise<MlflowVersion | undefined> {
    const found = await askIfThere(this.#connection, {
      operation: `read version ${version} of ${name}`,
      method: 'GET',
      path: 'mlflow/model-versions/get',
      query: { name, version: String(version) },
      shape: z.object({ model_version: versionShape }),
    })
    return found?.model_version
  }

  /** Where a version's files are, as an address of storage. */
  async downloadUri(name: string, version: number): Promise<string> {
    const { artifact_uri: uri } = await ask(this.#connection, {
      operation: `find the files of version ${version} of ${name}`,
      method: 'GET',
      path: 'mlflow/model-versions/get-download-uri',
      query: { name, version: String(version) },
      shape: z.object({ artifact_uri: z.string() }),
    })
    return uri
  }

  /** Versions that match a filter of MLflow's, page by page, in an order such as `version_number DESC`. */
  async *search(filter: string | undefined, orderBy: string, pageSize = 100): AsyncGenerator<readonly MlflowVersion[]> {
    for (let token: string | undefined; ; ) {
      const page = await ask(this.#connection, {
        operation: 'search versions of models',
        method: 'GET',
        path: 'mlflow/model-versions/search',
        query: {
          max_results: String(pageSize),
          order_by: orderBy,
          ...(filter === undefined ? {} : { filter }),
          ...(token === undefined ? {} : { page_token: token }),
        },
        shape: z.object({ model_versions: z.array(versionShape).default([]), next_page_token: z.string().optional() }),
      })
      yield page.model_versions
      token = page.next_page_token
      if (token === undefined || token === '') return
    }
  }

  /** Sets a tag; false where there is no such version. */
  async setVersionTag(name: string, version: number, { key, value }: KeyValue): Promise<boolean> {
    const done = await askIfThere(this.#connection, {
      operation: `tag version ${version} of ${name}`,
      method: 'POST',
      path: 'mlflow/model-versions/set-tag',
      body: { name, version: String(version), key, value },
      shape: nothing,
      isIdempotent: true,
    })
    return done !== undefined
  }

  /** Deletes a version; one that is gone already is no error. */
  async deleteVersion(name: string, version: number): Promise<void> {
    await askIfThere(this.#connection, {
      operation: `delete version ${version} of ${name}`,
      method: 'DELETE',
      path: 'mlflow/model-versions/delete',
      body: { name, version: String(version) },
      shape: nothing,
    })
  }

  /** Points an alias at a version, or removes it. */
  async setAlias(name: string, alias: string, version: number | undefined): Promise<void> {
    await askIfThere(this.#connection, {
      operation: `set the alias ${alias} of ${name}`,
      method: version === undefined ? 'DELETE' : 'POST',
      path: 'mlflow/registered-models/alias',
      body: { name, alias, ...(version === undefined ? {} : { version: String(version) }) },
      shape: nothing,
      isIdempotent: true,
    })
  }

  /** Moves a version to a stage of servers before aliases; `None` takes it out. */
  async setStage(name: string, version: number, stage: string): Promise<void> {
    await askIfThere(this.#connection, {
      operation: `move version ${version} of ${name} to the stage ${stage}`,
      method: 'POST',
      path: 'mlflow/model-versions/transition-stage',
      body: { name, version: String(version), stage, archive_existing_versions: stage !== 'None' },
      shape: nothing,
      isIdempotent: true,
    })
  }
}
