import { z } from 'zod'
import { ask, askIfThere, tryAsk } from './ask.ts'
import type { MlflowConnection } from './connection.ts'
import { inParts, type KeyValue, limits } from './limits.ts'

const keyValues = z.array(z.object({ key: z.string(), value: z.string().default('') })).default([])

const runShape = z.object({
  info: z.object({
    run_id: z.string(),
    run_name: z.string().optional(),
    experiment_id: z.string(),
    user_id: z.string().optional(),
    status: z.string(),
    start_time: z.coerce.number().optional(),
    end_time: z.coerce.number().optional(),
    artifact_uri: z.string().default(''),
  }),
  data: z
    .object({
      // JSON has no numbers for them: MLflow writes NaN and Infinity as texts.
      metrics: z
        .array(z.object({ key: z.string(), value: z.coerce.number(), step: z.coerce.number().default(0) }))
        .default([]),
      params: keyValues,
      tags: keyValues,
    })
    .default({ metrics: [], params: [], tags: [] }),
  outputs: z.object({ model_outputs: z.array(z.object({ model_id: z.string() })).default([]) }).optional(),
  inputs: z
    .object({
      dataset_inputs: z
        .array(
          z.object({
            tags: keyValues,
            dataset: z.object({
              name: z.string(),
              digest: z.string(),
              source_type: z.string().optional(),
              source: z.string().optional(),
            }),
          }),
        )
        .default([]),
    })
    .optional(),
})

/** A run as MLflow tells it. Times are milliseconds since 1970. */
export type MlflowRun = z.infer<typeof runShape>

const experimentShape = z.object({
  experiment_id: z.string(),
  name: z.string(),
  artifact_location: z.string().default(''),
  lifecycle_stage: z.string().default('active'),
})

/** An experiment as MLflow tells it. */
export type MlflowExperiment = z.infer<typeof experimentShape>

/** What MLflow calls the states of a run. */
export type MlflowRunStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED'

/** What a run is given. */
export interface RunLog {
  readonly metrics?: readonly { readonly key: string; readonly value: number }[]
  readonly params?: readonly KeyValue[]
  readonly tags?: readonly KeyValue[]
}

const nothing = z.unknown()
const oneRun = z.object({ run: runShape })

/** MLflow's tracking of runs, by its REST API. */
export class MlflowRuns {
  readonly #connection: MlflowConnection

  constructor(connection: MlflowConnection) {
    this.#connection = connection
  }

  /** The experiment under a name. */
  async findExperiment(name: string): Promise<MlflowExperiment | undefined> {
    const found = await askIfThere(this.#connection, {
      operation: `read the experiment ${name}`,
      method: 'GET',
      path: 'mlflow/experiments/get-by-name',
      query: { experiment_name: name },
      shape: z.object({ experiment: experimentShape }),
    })
    return found?.experiment
  }

  /** The experiment under a name, made where there is none. @throws ExternalError for one that was deleted. */
  async experiment(name: string): Promise<MlflowExperiment> {
    const found = await this.findExperiment(name)
    if (found !== undefined && found.lifecycle_stage !== 'deleted') return found
    const asked = await tryAsk(this.#connection, {
      operation: `create the experiment ${name}`,
      method: 'POST',
      path: 'mlflow/experiments/create',
      body: { name },
      shape: nothing,
      isIdempotent: true,
    })
    const made = await this.findExperiment(name)
    if (made !== undefined && made.lifecycle_stage !== 'deleted') return made
    if (!asked.ok) throw asked.error
    return this.experiment(name)
  }

  async create(
    experimentId: string,
    run: { readonly name: string; readonly startMs: number; readonly tags: readonly KeyValue[] },
  ): Promise<MlflowRun> {
    const made = await ask(this.#connection, {
      operation: 'create a run',
      method: 'POST',
      path: 'mlflow/runs/create',
      body: { experiment_id: experimentId, run_name: run.name, start_time: run.startMs, tags: run.tags },
      shape: oneRun,
      isIdempotent: false,
    })
    return made.run
  }

  async find(runId: string): Promise<MlflowRun | undefined> {
    const found = await askIfThere(this.#connection, {
      operation: `read the run ${runId}`,
      method: 'GET',
      path: 'mlflow/runs/get',
      query: { run_id: runId },
      shape: oneRun,
    })
    return found?.run
  }

  /** The name of an experiment. */
  async experimentName(id: string): Promise<string> {
    const { experiment } = await ask(this.#connection, {
      operation: `read the experiment ${id}`,
      method: 'GET',
      path: 'mlflow/experiments/get',
      query: { experiment_id: id },
      shape: z.object({ experiment: experimentShape }),
    })
    return experiment.name
  }

  /** A model that a run logged, which MLflow 3 keeps beside the run's artifacts. */
  async loggedModel(id: string): Promise<{ readonly name: string; readonly artifactUri: string }> {
    const { model } = await ask(this.#connection, {
      operation: `read the logged model ${id}`,
      method: 'GET',
      path: `mlflow/logged-models/${encodeURIComponent(id)}`,
      shape: z.object({ model: z.object({ info: z.object({ name: z.string(), artifact_uri: z.string() }) }) }),
    })
    return { name: model.info.name, artifactUri: model.info.artifact_uri }
  }

  /** Runs of experiments that match a filter of MLflow's, page by page, oldest first. */
  async *search(
    experimentIds: readonly string[],
    filter: string,
    pageSize = 100,
  ): AsyncGenerator<readonly MlflowRun[]> {
    for (let token: string | undefined; ; ) {
      const page = await ask(this.#connection, {
        operation: 'search runs',
        method: 'POST',
        path: 'mlflow/runs/search',
        body: {
          experiment_ids: experimentIds,
          filter,
          max_results: pageSize,
          order_by: ['attributes.start_time ASC'],
          ...(token === undefined ? {} : { page_token: token }),
        },
        shape: z.object({ runs: z.array(runShape).default([]), next_page_token: z.string().optional() }),
        isIdempotent: true,
      })
      yield page.runs
      token = page.next_page_token
      if (token === undefined || token === '') return
    }
  }

  /** Logs in as many parts as MLflow needs. @param atMs of the metrics */
  async log(runId: string, { metrics = [], params = [], tags = [] }: RunLog, atMs: number): Promise<void> {
    const parts = [
      ...inParts(
        metrics.map((metric) => ({ ...metric, timestamp: atMs, step: 0 })),
        limits.metricsPerBatch,
      ).map((part) => ({ metrics: part })),
      ...inParts(params, limits.paramsPerBatch).map((part) => ({ params: part })),
      ...inParts(tags, limits.tagsPerBatch).map((part) => ({ tags: part })),
    ]
    for (const part of parts) {
      await ask(this.#connection, {
        operation: `log to the run ${runId}`,
        method: 'POST',
        path: 'mlflow/runs/log-batch',
        body: { run_id: runId, ...part },
        shape: nothing,
        isIdempotent: true,
      })
    }
  }

  /** Logs datasets as inputs of a run. */
  async logInputs(runId: string, datasets: readonly MlflowDataset[]): Promise<void> {
    if (datasets.length === 0) return
    await ask(this.#connection, {
      operation: `log the inputs of the run ${runId}`,
      method: 'POST',
      path: 'mlflow/runs/log-inputs',
      body: {
        run_id: runId,
        datasets: datasets.map(({ name, digest, source, context }) => ({
          tags: [{ key: 'mlflow.data.context', value: context }],
          dataset: { name, digest, source_type: 'local', source },
        })),
      },
      shape: nothing,
      isIdempotent: true,
    })
  }

  async end(runId: string, status: MlflowRunStatus, endMs: number): Promise<void> {
    await ask(this.#connection, {
      operation: `end the run ${runId}`,
      method: 'POST',
      path: 'mlflow/runs/update',
      body: { run_id: runId, status, end_time: endMs },
      shape: nothing,
      isIdempotent: true,
    })
  }
}

/** A dataset as the input of a run. `digest` has at most 36 characters. */
export interface MlflowDataset {
  readonly name: string
  readonly digest: string
  /** JSON. */
  readonly source: string
  readonly context: string
}
