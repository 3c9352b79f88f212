import { parseDocument, type YAMLMap } from 'yaml'
import { items, map, scalar, scalars, textsIn } from './yaml-nodes.ts'

/** One step of a job, as far as our rules look at it. */
export interface PipelineStep {
  readonly at: string
  readonly name: string | undefined
  /** `Name@1` */
  readonly task: string | undefined
  readonly inputs: ReadonlyMap<string, string>
  /** What `script:` or `bash:` runs. */
  readonly script: string | undefined
  readonly checkout: string | undefined
  readonly persistCredentials: string | undefined
  readonly texts: readonly string[]
}

/** One job with its steps; a pipeline without jobs is one job. */
export interface PipelineJob {
  readonly at: string
  readonly name: string | undefined
  readonly stage: string | undefined
  readonly dependsOn: readonly string[]
  /** What its stage depends on. */
  readonly stageDependsOn: readonly string[]
  /** Its own variables and those above it. */
  readonly variables: ReadonlyMap<string, string>
  readonly steps: readonly PipelineStep[]
}

/** A pipeline. */
export interface Pipeline {
  readonly name: string | undefined
  readonly parameters: readonly string[]
  readonly jobs: readonly PipelineJob[]
  /** The plain value, for its shape. */
  readonly plain: unknown
  /** Every text of the file. */
  readonly texts: readonly string[]
}

/**
 * Reads a pipeline for our own rules.
 *
 * @throws Error when it is not even YAML.
 */
export function readPipeline(text: string): Pipeline {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined) throw error
  const top = map(document.contents)
  const stages = items(top?.get('stages', true)).map(map)
  const above = { stage: undefined, stageDependsOn: [], variables: scalars(top?.get('variables', true)) }
  return {
    name: scalar(top?.get('name', true)),
    parameters: items(top?.get('parameters', true)).map((one) => scalar(map(one)?.get('name', true)) ?? ''),
    jobs:
      stages.length > 0
        ? stages.flatMap((stage, index) => jobsIn(stage, stageOf(stage, index, above)))
        : jobsIn(top, { ...above, at: '' }),
    plain: document.toJS() as unknown,
    texts: textsIn(document.contents),
  }
}

interface Above extends Pick<PipelineJob, 'stage' | 'stageDependsOn' | 'variables'> {
  readonly at: string
}

function stageOf(stage: YAMLMap | undefined, index: number, { variables }: Pick<Above, 'variables'>): Above {
  return {
    at: `stages[${index}].`,
    stage: scalar(stage?.get('stage', true)),
    stageDependsOn: names(stage?.get('dependsOn', true)),
    variables: new Map([...variables, ...scalars(stage?.get('variables', true))]),
  }
}

function jobsIn(parent: YAMLMap | undefined, above: Above): readonly PipelineJob[] {
  const jobs = items(parent?.get('jobs', true)).map(map)
  if (jobs.length === 0) return [readJob(parent, { ...above, at: above.at.replace(/\.$/, '') })]
  return jobs.map((job, index) => readJob(job, { ...above, at: `${above.at}jobs[${index}]` }))
}

function readJob(job: YAMLMap | undefined, above: Above): PipelineJob {
  const { at } = above
  const deploy = map(map(map(job?.get('strategy', true))?.get('runOnce', true))?.get('deploy', true))
  const steps = items((deploy ?? job)?.get('steps', true)).map(map)
  return {
    ...above,
    name: scalar(job?.get('job', true)) ?? scalar(job?.get('deployment', true)),
    dependsOn: names(job?.get('dependsOn', true)),
    variables: new Map([...above.variables, ...scalars(job?.get('variables', true))]),
    steps: steps.map((step, index) => readStep(step, at === '' ? `steps[${index}]` : `${at}.steps[${index}]`)),
  }
}

function readStep(step: YAMLMap | undefined, at: string): PipelineStep {
  const text = (key: string) => scalar(step?.get(key, true))
  return {
    at,
    name: text('name'),
    task: text('task'),
    inputs: scalars(step?.get('inputs', true)),
    script: text('script') ?? text('bash'),
    checkout: text('checkout'),
    persistCredentials: text('persistCredentials'),
    texts: textsIn(step),
  }
}

function names(node: unknown): readonly string[] {
  const one = scalar(node)
  return one === undefined ? items(node).map((item) => scalar(item) ?? '') : [one]
}
