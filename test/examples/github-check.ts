import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import type { AnyDefinition } from '../../core/step/define-step.ts'
import { kebab } from '../../core/step/names.ts'
import {
  type Permissions,
  readWorkflow,
  type Workflow,
  type WorkflowJob,
  type WorkflowStep,
} from './github-workflow.ts'
import type { Problem } from './problem.ts'
import { about, checkInputs, definitions, inputRules, type Surroundings } from './steps.ts'

/** Every rule that a GitHub workflow is held to; each has a fixture that breaks it. */
export const githubRules = [
  'syntax',
  'unknown-step',
  'wrong-tag',
  ...inputRules,
  'unknown-output',
  'missing-permission',
  'needless-permission',
  'default-permissions',
  'pull-request-target',
  'unpinned',
  'injection',
] as const
/** One of them. */
export type GithubRule = (typeof githubRules)[number]
type Found = Problem<GithubRule>

const tag = `v${about.numbers.major}`

/** Actions of others that need rights, which the job has to grant for them. */
const foreignPermissions: Readonly<Record<string, Permissions>> = {
  'actions/checkout': new Map([['contents', 'read']]),
}

/** Checks a workflow file by GitHub's own parser and by our definitions. */
export async function checkGithub(text: string, surroundings: Surroundings = {}): Promise<readonly Found[]> {
  const syntax = await syntaxProblems(text)
  if (syntax.length > 0) return syntax
  const workflow = readWorkflow(text)
  const steps = workflow.jobs.flatMap((job) => job.steps)
  const inputs = await Promise.all(steps.map((step) => inputProblems(step, surroundings)))
  return [
    ...eventProblems(workflow),
    ...steps.flatMap(stepProblems),
    ...inputs.flat(),
    ...workflow.jobs.flatMap(outputProblems),
    ...workflow.jobs.flatMap((job) => permissionProblems(job, workflow)),
  ]
}

/** What @actions/workflow-parser, the parser of GitHub's own editor, says. */
async function syntaxProblems(content: string): Promise<readonly Found[]> {
  const { context, value } = parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter())
  if (value !== undefined) await convertWorkflowTemplate(context, value)
  return context.errors.getErrors().map(({ message }) => ({ rule: 'syntax', at: 'workflow', message }))
}

function eventProblems({ events, permissions }: Workflow): readonly Found[] {
  const dangerous = events.includes('pull_request_target')
    ? [
        {
          rule: 'pull-request-target',
          at: 'on',
          message: 'gives the code of a pull request the rights of main',
        } as const,
      ]
    : []
  return permissions?.size === 0
    ? dangerous
    : [
        ...dangerous,
        { rule: 'default-permissions', at: 'permissions', message: 'a workflow starts with no rights: {}' },
      ]
}

/** Our action's step id and tag; undefined for an action of somebody else. */
function ours(uses: string | undefined): { readonly step: string; readonly tag: string } | undefined {
  const prefix = `${about.repository}/actions/`
  if (uses?.startsWith(prefix) !== true) return undefined
  const [step = '', after = ''] = uses.slice(prefix.length).split('@')
  return { step, tag: after }
}

/** The definition behind a step of a workflow, where it is one of ours. */
function definitionOf(step: WorkflowStep): AnyDefinition | undefined {
  const action = ours(step.uses)
  return action === undefined ? undefined : definitions.find(({ id }) => id === action.step)
}

function stepProblems(step: WorkflowStep): readonly Found[] {
  const { at, uses, usesComment, run } = step
  if (run?.includes('${{') === true)
    return [{ rule: 'injection', at, message: 'what an expression gives would be run as code; hand it over by env' }]
  if (uses === undefined || uses.startsWith('./')) return []
  const action = ours(uses)
  if (action === undefined) {
    const isPinned = /@[0-9a-f]{40}$/.test(uses) && /^v\d+(\.\d+){0,2}$/.test(usesComment ?? '')
    return isPinned
      ? []
      : [{ rule: 'unpinned', at, message: `${uses} needs a whole commit, and its version as comment` }]
  }
  if (definitionOf(step) === undefined)
    return [{ rule: 'unknown-step', at, message: `there is no step ${action.step}` }]
  return action.tag === tag ? [] : [{ rule: 'wrong-tag', at, message: `${uses} is not at ${tag}` }]
}

async function inputProblems(step: WorkflowStep, surroundings: Surroundings): Promise<readonly Found[]> {
  const definition = definitionOf(step)
  if (definition === undefined) return []
  const found = await checkInputs(definition, step.with, 'github', surroundings)
  return found.map(([rule, message]) => ({ rule, at: step.at, message }))
}

/** References to outputs of our steps, in the job's own steps and outputs. */
function outputProblems({ steps, texts, at }: WorkflowJob): readonly Found[] {
  const places = [...steps.map((step) => ({ at: step.at, texts: step.texts })), { at, texts }]
  return places.flatMap((place) =>
    place.texts.flatMap((text) =>
      [...text.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)].flatMap(([, id, output = '']): readonly Found[] => {
        const definition = steps.filter((step) => step.id === id).map(definitionOf)[0]
        const names = Object.keys(definition?.outputs ?? {}).map(kebab)
        return definition === undefined || names.includes(output)
          ? []
          : [{ rule: 'unknown-output', at: place.at, message: `${definition.id} has no output ${output}` }]
      }),
    ),
  )
}

/** A job grants what its steps need, and no more. Jobs without a step of ours are none of our business. */
function permissionProblems(job: WorkflowJob, workflow: Workflow): readonly Found[] {
  if (!job.steps.some((step) => definitionOf(step) !== undefined)) return []
  const granted = job.permissions ?? workflow.permissions ?? new Map<string, string>()
  const needed = new Map(job.steps.flatMap(needs).sort(([, a], [, b]) => rank(a) - rank(b)))
  const lacking = [...needed].filter(([scope, level]) => rank(granted.get(scope)) < rank(level))
  // A project file may ask each step that writes to verify who acts.
  const isAskedFor = (scope: string) => scope === 'id-token' && needed.has('contents')
  const idle = [...granted].filter(([scope, level]) => rank(level) > rank(needed.get(scope)) && !isAskedFor(scope))
  const { at } = job
  return [
    ...lacking.map(([scope, level]) => ({
      rule: 'missing-permission' as const,
      at,
      message: `needs ${scope}: ${level}`,
    })),
    ...idle.map(([scope, level]) => ({ rule: 'needless-permission' as const, at, message: `${scope}: ${level}` })),
  ]
}

function needs(step: WorkflowStep): readonly (readonly [string, string])[] {
  const definition = definitionOf(step)
  if (definition === undefined) return [...(foreignPermissions[step.uses?.split('@')[0] ?? ''] ?? [])]
  // A registration that delivers at once does the work of the trigger step too.
  const isDelivering = step.with.has('deliver') && step.with.get('deliver') !== 'false'
  const trigger = isDelivering ? definitions.find(({ id }) => id === 'trigger') : undefined
  return [...Object.entries(definition.permissions), ...Object.entries(trigger?.permissions ?? {})]
}

function rank(level: string | undefined): number {
  return ['none', 'read', 'write'].indexOf(level ?? 'none')
}
