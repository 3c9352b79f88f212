import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import { map, scalar, textsIn } from './yaml-nodes.ts'

/** One step of a job, as far as our rules look at it. */
export interface WorkflowStep {
  /** `jobs.train.steps[1]` */
  readonly at: string
  readonly id: string | undefined
  readonly uses: string | undefined
  /** The comment at the end of the line with `uses`. */
  readonly usesComment: string | undefined
  readonly run: string | undefined
  readonly with: ReadonlyMap<string, string>
  /** Every text of the step, for references in expressions. */
  readonly texts: readonly string[]
}

/** One job. */
export interface WorkflowJob {
  readonly at: string
  /** Undefined where the job takes the workflow's. */
  readonly permissions: Permissions | undefined
  readonly steps: readonly WorkflowStep[]
  /** Texts outside the steps, such as outputs. */
  readonly texts: readonly string[]
}

/** Scopes with their level; `all` where one word gives every scope. */
export type Permissions = ReadonlyMap<string, string>

/** A workflow. */
export interface Workflow {
  readonly events: readonly string[]
  readonly permissions: Permissions | undefined
  readonly jobs: readonly WorkflowJob[]
}

/**
 * Reads a workflow file for our own rules; that it is a workflow at all is for the parser of GitHub to say.
 *
 * @throws Error when it is not even YAML.
 */
export function readWorkflow(text: string): Workflow {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined) throw error
  const top = map(document.contents)
  const jobs = map(top?.get('jobs', true))
  return {
    events: eventsOf(top?.get('on', true)),
    permissions: permissionsOf(top?.get('permissions', true)),
    jobs: (jobs?.items ?? []).map(({ key, value }) => readJob(`jobs.${scalar(key) ?? ''}`, map(value))),
  }
}

function readJob(at: string, job: YAMLMap | undefined): WorkflowJob {
  const steps = job?.get('steps', true)
  return {
    at,
    permissions: permissionsOf(job?.get('permissions', true)),
    steps: isSeq(steps) ? steps.items.map((step, index) => readStep(`${at}.steps[${index}]`, map(step))) : [],
    texts: (job?.items ?? []).flatMap(({ key, value }) => (scalar(key) === 'steps' ? [] : textsIn(value))),
  }
}

function readStep(at: string, step: YAMLMap | undefined): WorkflowStep {
  const uses = step?.get('uses', true)
  const given = map(step?.get('with', true))
  return {
    at,
    id: scalar(step?.get('id', true)),
    uses: scalar(uses),
    usesComment: isScalar(uses) ? uses.comment?.trim() : undefined,
    run: scalar(step?.get('run', true)),
    with: new Map((given?.items ?? []).map(({ key, value }) => [scalar(key) ?? '', scalar(value) ?? ''])),
    texts: textsIn(step),
  }
}

function eventsOf(node: unknown): readonly string[] {
  if (isMap(node)) return node.items.map(({ key }) => scalar(key) ?? '')
  return isSeq(node) ? node.items.map((item) => scalar(item) ?? '') : [scalar(node) ?? '']
}

function permissionsOf(node: unknown): Permissions | undefined {
  if (isMap(node)) return new Map(node.items.map(({ key, value }) => [scalar(key) ?? '', scalar(value) ?? '']))
  const word = scalar(node)
  return word === undefined ? undefined : new Map([['all', word]])
}
