import type { Run, RunPipelineParameters } from 'azure-devops-node-api/interfaces/PipelinesInterfaces.js'
import { ask } from './ask.ts'
import { type AzureDevopsAccess, openPipelines } from './client.ts'
import type { Found } from './found.ts'

/** A YAML pipeline. */
export interface PipelineName {
  /** Name or id of the project. */
  readonly project: string
  readonly id: number
}

/** What a run gets. */
export interface PipelineStart extends PipelineName {
  /** A whole ref; the pipeline's own default where it is left out. */
  readonly ref?: string
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * Starts a run of a YAML pipeline.
 *
 * @returns the run's page.
 * @throws ExternalError when Azure DevOps refuses or does not answer.
 */
export async function startPipeline(
  access: AzureDevopsAccess,
  { project, id, ref, parameters }: PipelineStart,
  signal: AbortSignal,
): Promise<string> {
  const { api, last } = await openPipelines(access, signal)
  const body: RunPipelineParameters = {
    templateParameters: { ...parameters },
    ...(ref === undefined ? {} : { resources: { repositories: { self: { refName: ref } } } }),
  }
  const question = { operation: `start the pipeline ${id} of ${project}`, address: access.url, right: 'queue builds' }
  const run = await ask(question, last, async () => api.runPipeline(body, project, id))
  return pageOf(access, project, run)
}

/** Which run is looked for: it began not before `since`, and its parameter has this value. */
export interface PipelineQuery extends PipelineName {
  readonly since: Date
  readonly parameter: string
  readonly value: string
}

/** A list names no parameters, so each run is looked at; more than these are too many to ask for. */
const mostRuns = 50

/**
 * Looks for a run by one of its parameters.
 *
 * @throws ExternalError when Azure DevOps refuses or does not answer.
 */
export async function findPipelineRun(
  access: AzureDevopsAccess,
  { project, id, since, parameter, value }: PipelineQuery,
  signal: AbortSignal,
): Promise<Found> {
  const { api, last } = await openPipelines(access, signal)
  const question = {
    operation: `list the runs of the pipeline ${id} of ${project}`,
    address: access.url,
    right: 'view builds',
  }
  const runs = await ask(question, last, async () => api.listRuns(project, id))
  const recent = runs.filter(({ createdDate }) => createdDate === undefined || createdDate >= since)
  let isUnclear = recent.length > mostRuns
  for (const { id: run } of recent.slice(0, mostRuns)) {
    if (run === undefined) continue
    const details = await ask(question, last, async () => api.getRun(project, id, run))
    const parameters: unknown = details.templateParameters
    if (isRecord(parameters) && parameters[parameter] === value) {
      return { kind: 'found', reference: pageOf(access, project, details) }
    }
    isUnclear ||= !isRecord(parameters)
  }
  if (!isUnclear) return { kind: 'absent' }
  const why = `the pipeline ${id} of ${project} has run ${recent.length} times since, and not every run says with which parameters`
  return { kind: 'unclear', why }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function pageOf({ url }: AzureDevopsAccess, project: string, { id }: Run): string {
  return `${url.replace(/\/+$/, '')}/${encodeURIComponent(project)}/_build/results?buildId=${id ?? ''}`
}
