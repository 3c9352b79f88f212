import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parse } from 'yaml'
import { z } from 'zod'

/** A workflow to run on this machine, by act. */
export interface ActRun {
  readonly act: string
  /** The checkout that each job of the run gets a copy of. */
  readonly checkout: string
  /** The workflow's path in the checkout. */
  readonly workflow: string
  readonly event: { readonly name: string; readonly payload: unknown }
  /** Actions by `owner/name@ref`, and the folder that holds each. Nothing is fetched from the network. */
  readonly actions: Readonly<Record<string, string>>
  /** A folder for everything that act and the jobs write; not removed. */
  readonly scratch: string
  /** The first `node` on PATH runs the actions. */
  readonly node: string
  readonly token: string
  /** `GITHUB_*` and other variables of every job. */
  readonly env: Readonly<Record<string, string>>
}

/** A step of a job, as the page of the run shows it. */
export interface ActStep {
  readonly job: string
  /** The step's `id`, or its index. */
  readonly id: string
  readonly uses: string
  /** Whether it is the step itself, or its clean-up. */
  readonly stage: string
  readonly result: string | undefined
  readonly outputs: ReadonlyMap<string, string>
  readonly summary: string
  readonly log: string
}

/** What came of a run. */
export interface ActReading {
  readonly exitCode: number | null
  /** Jobs that ran, by their id, with their conclusion. */
  readonly jobs: ReadonlyMap<string, string>
  readonly steps: readonly ActStep[]
  /** The folder with the artifacts, by name. */
  readonly artifacts: string
  /** Everything that was printed, to be shown when a test fails. */
  readonly transcript: string
}

const lineShape = z.object({
  jobID: z.string().optional(),
  jobResult: z.string().optional(),
  step: z.string().optional(),
  stepID: z.array(z.string()).optional(),
  stepResult: z.string().optional(),
  stage: z.string().optional(),
  command: z.string().optional(),
  name: z.string().optional(),
  arg: z.string().optional(),
  content: z.string().optional(),
  msg: z.string().default(''),
})
type Line = z.infer<typeof lineShape>

/** Runs a workflow by act, without containers: every job in a folder of its own. */
export async function runWorkflow(run: ActRun): Promise<ActReading> {
  const folder = mkdtempSync(join(run.scratch, 'act-'))
  const artifacts = join(folder, 'artifacts')
  const cache = join(folder, 'cache')
  for (const path of [artifacts, cache]) mkdirSync(path)
  writeFileSync(join(folder, 'event.json'), JSON.stringify(run.event.payload))
  const child = spawn(run.act, argumentsOf(run, { folder, cache }), {
    cwd: run.checkout,
    env: {
      PATH: `${dirname(run.node)}:${process.env['PATH'] ?? ''}`,
      HOME: process.env['HOME'],
      LANG: 'C.UTF-8',
      TRAINYARD_TEST_ARTIFACTS: artifacts,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  const [exitCode, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)])
  const lines = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => lineShape.parse(JSON.parse(line)))
  return {
    exitCode,
    jobs: new Map(lines.flatMap(({ jobID, jobResult }) => (jobResult === undefined ? [] : [[jobID ?? '', jobResult]]))),
    steps: stepsOf(lines),
    artifacts,
    transcript: `${lines.map(({ jobID, msg }) => `[${jobID ?? ''}] ${msg.trimEnd()}`).join('\n')}\n${stderr}`,
  }
}

function argumentsOf(run: ActRun, { folder, cache }: { folder: string; cache: string }): readonly string[] {
  return [
    run.event.name,
    '--json',
    `--workflows=${run.workflow}`,
    `--eventpath=${join(folder, 'event.json')}`,
    // By act's first value the job asks for a runner with the label, by its second it is given this machine.
    '--platform=ubuntu-latest=-self-hosted',
    '--platform=self-hosted=-self-hosted',
    `--action-cache-path=${cache}`,
    '--no-cache-server',
    `--secret=GITHUB_TOKEN=${run.token}`,
    ...Object.entries(run.actions).map(([action, path]) => `--local-repository=${action}=${path}`),
    ...Object.entries(run.env).map(([name, value]) => `--env=${name}=${value}`),
  ]
}

function stepsOf(lines: readonly Line[]): readonly ActStep[] {
  const groups = new Map<string, Line[]>()
  for (const line of lines.filter(({ stepID, stage }) => stepID !== undefined && stage !== 'Pre')) {
    const key = `${line.jobID}/${line.stepID?.join('.')}/${line.stage}`
    groups.set(key, [...(groups.get(key) ?? []), line])
  }
  return [...groups.values()].map(stepOf)
}

function stepOf(lines: readonly Line[]): ActStep {
  const [first] = lines
  return {
    job: first?.jobID ?? '',
    id: first?.stepID?.join('.') ?? '',
    uses: first?.step ?? '',
    stage: first?.stage ?? '',
    result: lines.find(({ stepResult }) => stepResult !== undefined)?.stepResult,
    outputs: new Map(
      lines.flatMap(({ command, name, arg }) => (command === 'set-output' ? [[name ?? '', arg ?? '']] : [])),
    ),
    summary: lines.flatMap(({ command, content }) => (command === 'summary' ? [content ?? ''] : [])).join('\n'),
    log: lines.map(({ msg }) => msg).join(''),
  }
}

/** The actions that a workflow uses, as `owner/name@ref`: the repository, without the folder in it. */
export function actionsOf(workflow: string): readonly string[] {
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, entry] of Object.entries(value)) {
        if (key === 'uses' && typeof entry === 'string') found.add(entry.replace(/^([^/]+\/[^/@]+)[^@]*@/, '$1@'))
        else visit(entry)
      }
    }
  }
  visit(parse(readFileSync(workflow, 'utf8')))
  return [...found]
}
