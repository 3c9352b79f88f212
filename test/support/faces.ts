import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { toolVersion } from '../../core/main/version.ts'
import { camel, kebab, taskName } from '../../core/step/names.ts'
import { runTask } from './agent.ts'
import { basicEnvironment, runCiProcess } from './ci-process.ts'
import { runAction } from './runner.ts'

/** One execution of a step, in the words that the three faces share. */
export interface StepRun {
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
  readonly exitCode: number | null
  /** By their camelCase names. */
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly log: string
  /** What no step may do on its host. */
  readonly misdeeds: readonly string[]
}

/** One of the ways in which people run steps, from the files that they download. */
export interface Face {
  readonly name: string
  run(run: StepRun): Promise<StepReading>
}

const actionShape = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
  runs: z.object({ main: z.string() }),
})

/** The actions of a folder that holds only what users download, as the GitHub runner runs them. */
export function actionFace(node: string, release: string): Face {
  return {
    name: 'actions',
    async run({ step, inputs, checkout, ciRun, env }) {
      const folder = join(release, 'actions', step)
      const action = actionShape.parse(parse(readFileSync(join(folder, 'action.yml'), 'utf8')))
      // The runner evaluates the manifest's defaults where the workflow says nothing.
      const defaults = Object.entries(action.inputs).flatMap(([name, { default: text }]) =>
        text === undefined ? [] : [[name, text.replace('${{ github.token }}', 'job-token')] as const],
      )
      const given = Object.entries(inputs).map(([name, text]) => [kebab(name), text] as const)
      const reading = await runAction({
        node,
        entry: join(folder, action.runs.main),
        inputs: Object.fromEntries([...defaults, ...given]),
        workspace: checkout,
        env: { GITHUB_ACTION: step, GITHUB_REPOSITORY: 'octo/kettles', ...githubRun(ciRun), ...env },
        event: { name: 'push', payload: { repository: { default_branch: 'main', private: true } } },
      })
      return {
        isGreen: reading.conclusion === 'success',
        exitCode: reading.exitCode,
        outputs: camelKeys(reading.outputs),
        summary: reading.summary ?? '',
        log: reading.log.join('\n'),
        misdeeds: reading.misdeeds,
      }
    },
  }
}

function githubRun({ id = 4711, attempt = 1 }: Partial<NonNullable<StepRun['ciRun']>> = {}) {
  return { GITHUB_RUN_ID: String(id), GITHUB_RUN_ATTEMPT: String(attempt) }
}

const taskShape = z.object({
  version: z.object({ Major: z.int() }),
  inputs: z.array(z.object({ name: z.string(), defaultValue: z.string().optional() })),
  execution: z.object({ Node20_1: z.object({ target: z.string() }) }),
})

/** The tasks of an unpacked VSIX, as the Azure Pipelines agent runs them. */
export function taskFace(node: string, extension: string): Face {
  return {
    name: 'tasks',
    async run({ step, inputs, checkout, ciRun, env }) {
      const major = `v${toolVersion.split('.')[0]}`
      const folder = join(extension, taskName(step), major)
      const task = taskShape.parse(JSON.parse(readFileSync(join(folder, 'task.json'), 'utf8')))
      const defaults = task.inputs.flatMap(({ name, defaultValue: text }) =>
        text === undefined ? [] : [[name, text.replace('$(System.AccessToken)', 'job-token')] as const],
      )
      const reading = await runTask({
        node,
        entry: join(folder, task.execution.Node20_1.target),
        inputs: { ...Object.fromEntries(defaults), ...inputs },
        sources: checkout,
        env: { SYSTEM_TASKINSTANCENAME: taskName(step), ...azureRun(ciRun), ...env },
      })
      return {
        isGreen: reading.result === 'Succeeded' || reading.result === 'SucceededWithIssues',
        exitCode: reading.exitCode,
        outputs: Object.fromEntries(reading.outputs),
        summary: [...reading.summaries.values()].join('\n'),
        log: reading.log.join('\n'),
        misdeeds: reading.misdeeds,
      }
    },
  }
}

function azureRun({ id = 815, attempt = 1 }: Partial<NonNullable<StepRun['ciRun']>> = {}) {
  return { BUILD_BUILDID: String(id), SYSTEM_JOBATTEMPT: String(attempt) }
}

/** The command line, as a person runs it in a terminal. */
export function commandFace(node: string, entry: string): Face {
  return {
    name: 'commands',
    async run({ step, inputs, checkout, env }) {
      const temp = mkdtempSync(join(tmpdir(), 'trainyard-command-'))
      try {
        const outputs = join(temp, 'outputs.json')
        const options = Object.entries(inputs).flatMap(([name, text]) => [`--${kebab(name)}`, text])
        const end = await runCiProcess({
          node,
          entry,
          args: [step, ...options, '--output-file', outputs],
          cwd: checkout,
          env: { ...basicEnvironment(), TMPDIR: temp, ...env },
        })
        const written = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(outputs, 'utf8')))
        const log = `${end.stdout}${end.stderr}`
        return {
          isGreen: end.exitCode === 0,
          exitCode: end.exitCode,
          outputs: camelKeys(new Map(Object.entries(written))),
          // A terminal has no page beside it: the summary is a part of what it shows.
          summary: log,
          log,
          misdeeds: [],
        }
      } finally {
        rmSync(temp, { recursive: true, force: true })
      }
    },
  }
}

function camelKeys(outputs: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...outputs].map(([name, text]) => [camel(name), text]))
}
