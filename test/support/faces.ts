import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { camel, kebab, taskName } from '../../core/step/names.ts'
import { runTask } from './agent.ts'
import { basicEnvironment, type CiProcess, runCiProcess } from './ci-process.ts'
import { runAction } from './runner.ts'

/** One execution of a step, in the words that the three faces share. */
export interface StepRun extends Pick<CiProcess, 'cancelOn' | 'signalsOn'> {
  readonly step: string
  /** By their camelCase names. */
  readonly inputs: Readonly<Record<string, string>>
  readonly checkout: string
  /** The CI run that it is a part of, and its attempt. */
  readonly ciRun?: { readonly id: number; readonly attempt?: number }
  readonly env?: Readonly<Record<string, string>>
}

/** What a person, and the next step, see of it. */
export interface StepReading {
  readonly isGreen: boolean
  /** In the host's own word. */
  readonly result: string
  readonly exitCode: number | null
  /** By their camelCase names. */
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly log: string
  /** What no step may do on its host. */
  readonly misdeeds: readonly string[]
  /** What the step remembered for its clean-up. */
  readonly remembered: ReadonlyMap<string, string>
  /** The signals that it was sent. */
  readonly sent: readonly NodeJS.Signals[]
}

/** One of the ways in which people run steps, from the files that they download. */
export interface Face {
  readonly name: string
  run(run: StepRun): Promise<StepReading>
  /** The clean-up after a step, with what the step remembered, as the host runs it at the end of the job. */
  tidyUp(run: StepRun, remembered: ReadonlyMap<string, string>): Promise<StepReading>
}

const actionShape = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
  runs: z.object({ main: z.string(), post: z.string().optional() }),
})

/** The actions of a folder that holds what users download, as the GitHub runner runs them. */
export function actionFace(node: string, release: string): Face {
  const start = async (run: StepRun, entry: 'main' | 'post', state: ReadonlyMap<string, string> = new Map()) => {
    const { step, inputs, checkout, ciRun, env, ...signals } = run
    const folder = join(release, 'actions', step)
    const action = actionShape.parse(parse(readFileSync(join(folder, 'action.yml'), 'utf8')))
    // The runner evaluates the manifest's defaults where the workflow says nothing.
    const defaults = Object.entries(action.inputs).flatMap(([name, { default: text }]) =>
      text === undefined ? [] : [[name, text.replace('${{ github.token }}', 'job-token')] as const],
    )
    const given = Object.entries(inputs).map(([name, text]) => [kebab(name), text] as const)
    const reading = await runAction({
      ...signals,
      node,
      entry: join(folder, action.runs[entry] ?? `there is no ${entry} entry`),
      inputs: Object.fromEntries([...defaults, ...given]),
      workspace: checkout,
      state,
      env: { GITHUB_ACTION: step, GITHUB_REPOSITORY: 'octo/kettles', ...githubRun(ciRun), ...env },
      event: { name: 'push', payload: { repository: { default_branch: 'main', private: true } } },
    })
    return {
      isGreen: reading.conclusion === 'success',
      result: reading.conclusion,
      exitCode: reading.exitCode,
      outputs: camelKeys(reading.outputs),
      summary: reading.summary ?? '',
      log: reading.log.join('\n'),
      misdeeds: reading.misdeeds,
      remembered: reading.state,
      sent: reading.sent,
    }
  }
  return { name: 'actions', run: (run) => start(run, 'main'), tidyUp: (run, state) => start(run, 'post', state) }
}

function githubRun({ id = 4711, attempt = 1 }: Partial<NonNullable<StepRun['ciRun']>> = {}) {
  return { GITHUB_RUN_ID: String(id), GITHUB_RUN_ATTEMPT: String(attempt) }
}

const target = z.object({ Node20_1: z.object({ target: z.string() }) })
const taskShape = z.object({
  inputs: z.array(z.object({ name: z.string(), defaultValue: z.string().optional() })),
  execution: target,
  postjobexecution: target.optional(),
})

/**
 * Tasks, as the Azure Pipelines agent runs them.
 *
 * @param folderOf Where a step's task.json is: in an unpacked VSIX, or in the checkout.
 */
export function taskFace(node: string, folderOf: (step: string) => string): Face {
  const start = async (run: StepRun, entry: 'execution' | 'postjobexecution', state: ReadonlyMap<string, string>) => {
    const { step, inputs, checkout, ciRun, env, ...signals } = run
    const folder = folderOf(step)
    const task = taskShape.parse(JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8')))
    const defaults = task.inputs.flatMap(({ name, defaultValue: text }) =>
      text === undefined ? [] : [[name, text.replace('$(System.AccessToken)', 'job-token')] as const],
    )
    const reading = await runTask({
      ...signals,
      node,
      entry: join(folder, task[entry]?.Node20_1.target ?? `there is no ${entry}`),
      inputs: { ...Object.fromEntries(defaults), ...inputs },
      sources: checkout,
      taskVariables: state,
      env: { SYSTEM_TASKINSTANCENAME: taskName(step), ...azureRun(ciRun), ...env },
    })
    return {
      isGreen: reading.result === 'Succeeded' || reading.result === 'SucceededWithIssues',
      result: reading.result,
      exitCode: reading.exitCode,
      outputs: Object.fromEntries(reading.outputs),
      summary: [...reading.summaries.values()].join('\n'),
      log: reading.log.join('\n'),
      misdeeds: reading.misdeeds,
      remembered: reading.taskVariables,
      sent: reading.sent,
    }
  }
  return {
    name: 'tasks',
    run: (run) => start(run, 'execution', new Map()),
    tidyUp: (run, state) => start(run, 'postjobexecution', state),
  }
}

function azureRun({ id = 815, attempt = 1 }: Partial<NonNullable<StepRun['ciRun']>> = {}) {
  return { BUILD_BUILDID: String(id), SYSTEM_JOBATTEMPT: String(attempt) }
}

/** The command line, as a person runs it in a terminal. It cleans up by itself, or not at all. */
export function commandFace(node: string, entry: string): Face {
  return {
    name: 'commands',
    async run(run) {
      const { step, inputs, checkout, env } = run
      const temp = mkdtempSync(join(tmpdir(), 'trainyard-command-'))
      try {
        const file = join(temp, 'outputs.json')
        const options = Object.entries(inputs).flatMap(([name, text]) => [`--${kebab(name)}`, text])
        const end = await runCiProcess({
          ...run,
          node,
          entry,
          args: [step, ...options, '--output-file', file],
          cwd: checkout,
          env: { ...basicEnvironment(), TMPDIR: temp, ...env },
        })
        const log = `${end.stdout}${end.stderr}`
        return {
          isGreen: end.exitCode === 0,
          result: String(end.exitCode),
          exitCode: end.exitCode,
          outputs: camelKeys(new Map(Object.entries(readOutputs(file)))),
          // A terminal has no page beside it: the summary is a part of what it shows.
          summary: log,
          log,
          misdeeds: [],
          remembered: new Map(),
          sent: end.sent,
        }
      } finally {
        rmSync(temp, { recursive: true, force: true })
      }
    },
    tidyUp: () => Promise.reject(new Error('a command has no clean-up')),
  }
}

/** What a step that ended wrote; nothing of one that was killed. */
function readOutputs(file: string): Readonly<Record<string, string>> {
  return existsSync(file) ? z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8'))) : {}
}

function camelKeys(outputs: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...outputs].map(([name, text]) => [camel(name), text]))
}
