import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { AnyDefinition } from '../../core/step/define-step.ts'
import { taskName } from '../../core/step/names.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { type Pipeline, type PipelineJob, type PipelineStep, readPipeline } from './azure-pipeline.ts'
import { pipelineShape } from './azure-shape.ts'
import type { Problem } from './problem.ts'
import { checkInputs, definitions, inputRules, type Surroundings } from './steps.ts'

/** Every rule that an Azure pipeline is held to; each has a fixture that breaks it. */
export const azureRules = [
  'shape',
  'unknown-task',
  'wrong-version',
  ...inputRules,
  'unknown-output',
  'unknown-variable',
  'unknown-parameter',
  'unknown-dependency',
  'injection',
  'kept-credentials',
  'run-name',
] as const
/** One of them. */
export type AzureRule = (typeof azureRules)[number]
type Found = Problem<AzureRule>

const taskShape = z.object({
  name: z.string(),
  version: z.object({ Major: z.int() }),
  inputs: z.array(z.object({ name: z.string() })),
  outputVariables: z.array(z.object({ name: z.string() })),
})

/** A step's manifest, as users download it, with the definition that it was generated from. */
interface Task extends z.infer<typeof taskShape> {
  readonly definition: AnyDefinition
}

const tasks: ReadonlyMap<string, Task> = new Map(
  definitions.map((definition) => {
    const text = readFileSync(join(root, 'tasks', definition.id, 'task.json'), 'utf8')
    const task = { ...taskShape.parse(JSON.parse(text)), definition }
    return [task.name, task]
  }),
)

/** What the agent itself defines, and what a run's name may use. */
const predefined = /^(Agent|Build|Checks|Date|Environment|Pipeline|Release|Rev|Strategy|System)[.:]/

/** Checks a pipeline by the shape that pipelines have, and by the manifests of our tasks. */
export async function checkAzure(text: string, surroundings: Surroundings = {}): Promise<readonly Found[]> {
  const pipeline = readPipeline(text)
  const shape = pipelineShape.safeParse(pipeline.plain)
  if (!shape.success)
    return shape.error.issues.map(({ path, message }) => ({ rule: 'shape', at: path.map(String).join('.'), message }))
  const steps = pipeline.jobs.flatMap((job) => job.steps)
  const inputs = await Promise.all(steps.map((step) => inputProblems(step, surroundings)))
  return [
    ...nameProblems(pipeline),
    ...steps.flatMap(stepProblems),
    ...inputs.flat(),
    ...pipeline.jobs.flatMap(macroProblems),
    ...pipeline.jobs.flatMap((job) => dependencyProblems(job, pipeline)),
    ...parameterProblems(pipeline),
  ]
}

/** TF209010: the characters that a run's name may not have. A model reference has one of them, the `@`. */
function nameProblems({ name = '' }: Pipeline): readonly Found[] {
  const written = name.replaceAll(/\$\{\{.*?\}\}|\$\(.*?\)/g, '')
  const bad = /["/:<>\\|?@*]/.exec(written)?.[0]
  const raw = /\$\{\{\s*(parameters\.\w+)\s*\}\}/.exec(name)?.[1]
  const problems = [
    ...(bad === undefined ? [] : [`a run's name may not have ${bad}`]),
    ...(raw === undefined ? [] : [`${raw} may have characters that a run's name may not: replace them`]),
  ]
  return problems.map((message) => ({ rule: 'run-name', at: 'name', message }))
}

function taskOf({ task }: PipelineStep): Task | undefined {
  return tasks.get(task?.split('@')[0] ?? '')
}

function stepProblems(step: PipelineStep): readonly Found[] {
  const { at, task, script, checkout, persistCredentials } = step
  if (script !== undefined && /\$\{\{|\$\(/.test(script))
    return [{ rule: 'injection', at, message: 'what an expression gives would be run as code; hand it over by env' }]
  if (checkout === 'self' && persistCredentials !== 'false')
    return [{ rule: 'kept-credentials', at, message: 'persistCredentials: false keeps the token out of the checkout' }]
  const [name = '', major] = task?.split('@') ?? []
  if (!name.startsWith(taskName(''))) return []
  const manifest = taskOf(step)
  if (manifest === undefined) return [{ rule: 'unknown-task', at, message: `there is no task ${name}` }]
  const { Major } = manifest.version
  return major === String(Major) ? [] : [{ rule: 'wrong-version', at, message: `${name} has the version ${Major}` }]
}

async function inputProblems(step: PipelineStep, surroundings: Surroundings): Promise<readonly Found[]> {
  const task = taskOf(step)
  if (task === undefined) return []
  const known = new Set(task.inputs.map(({ name }) => name))
  const missing = Object.keys(task.definition.inputs).filter((name) => !known.has(name))
  if (missing.length > 0) throw new Error(`${task.name} lacks ${missing.join(', ')}: run npm run gen`)
  const found = await checkInputs(task.definition, step.inputs, 'azure', surroundings)
  return found.map(([rule, message]) => ({ rule, at: step.at, message }))
}

/** `$(name.output)` and `$(variable)`: the agent leaves what it does not know as it is, and our tasks call that a fault. */
function macroProblems({ steps, variables }: PipelineJob): readonly Found[] {
  return steps.flatMap((step, index) =>
    step.texts.flatMap((text) =>
      [...text.matchAll(/\$\(([^()]+)\)/g)].flatMap(([, name = '']): readonly Found[] => {
        const { at } = step
        if (predefined.test(name) || variables.has(name)) return []
        const [source, output = ''] = name.split('.')
        const before = steps.slice(0, index).find((one) => one.name === source)
        if (before === undefined) return [{ rule: 'unknown-variable', at, message: `nothing defines $(${name})` }]
        return hasOutput(before, output) ? [] : [{ rule: 'unknown-output', at, message: `nothing sets $(${name})` }]
      }),
    ),
  )
}

function hasOutput(step: PipelineStep, output: string): boolean {
  const task = taskOf(step)
  return task === undefined || task.outputVariables.some(({ name }) => name === output)
}

const dependency = /\b(?:stageDependencies\.(\w+)|dependencies)\.(\w+)\.outputs\['(\w+)\.(\w+)'\]/g

/** Outputs of other jobs, which a job only sees when it depends on them. */
function dependencyProblems(job: PipelineJob, pipeline: Pipeline): readonly Found[] {
  return [...job.variables.values()].flatMap((text) =>
    [...text.matchAll(dependency)].flatMap(([whole, stage, from, stepName, output = '']): readonly Found[] => {
      const isDeclared = stage === undefined ? job.dependsOn.includes(from ?? '') : job.stageDependsOn.includes(stage)
      const source = pipeline.jobs.find((one) => one.name === from && one.stage === (stage ?? job.stage))
      const step = source?.steps.find(({ name }) => name === stepName)
      const { at } = job
      if (!isDeclared || step === undefined)
        return [{ rule: 'unknown-dependency', at, message: `${whole} is not there, or not named in dependsOn` }]
      return hasOutput(step, output) ? [] : [{ rule: 'unknown-output', at, message: `nothing sets ${whole}` }]
    }),
  )
}

function parameterProblems({ texts, parameters }: Pipeline): readonly Found[] {
  const used = texts.flatMap((text) => [...text.matchAll(/\bparameters\.(\w+)/g)].map(([, name = '']) => name))
  return [...new Set(used)]
    .filter((name) => !parameters.includes(name))
    .map((name) => ({ rule: 'unknown-parameter', at: 'parameters', message: `there is no parameter ${name}` }))
}
