import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { basicEnvironment, type CiProcess, runCiProcess, streamLines } from './ci-process.ts'
import { knownCommands, parseKeyValueFile, parseRunnerCommand, type RunnerCommand } from './runner-commands.ts'

/** An annotation of the run's page. */
export interface RunnerAnnotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly message: string
  readonly properties: Readonly<Record<string, string>>
}

/** What the GitHub runner made of a step. */
export interface RunnerReading {
  readonly conclusion: 'success' | 'failure'
  readonly exitCode: number | null
  /** The lines of the log, masked. */
  readonly log: readonly string[]
  /** Lines that only a debug run shows, masked. */
  readonly debug: readonly string[]
  /** In order; GitHub shows the first ten of each level. */
  readonly annotations: readonly RunnerAnnotation[]
  readonly masks: readonly string[]
  readonly outputs: ReadonlyMap<string, string>
  readonly state: ReadonlyMap<string, string>
  /** Undefined where there is none, and where it is refused for its size. */
  readonly summary: string | undefined
  /** What no step of ours ever does: environment, PATH, problem matchers, and commands that failed. */
  readonly misdeeds: readonly string[]
  readonly sent: readonly NodeJS.Signals[]
}

/** A step to run. */
export interface ActionRun extends Omit<CiProcess, 'cwd' | 'env'> {
  /** By the names of action.yml. */
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly event?: { readonly name: string; readonly payload: unknown }
  /** What main remembered, for a `post` entry. */
  readonly state?: ReadonlyMap<string, string>
  /** The checkout; an empty folder by default. */
  readonly workspace?: string
}

const pipes = ['output', 'state', 'env', 'path', 'step_summary'] as const

/** Runs an action's entry as the GitHub runner does, and reads what it left. */
export async function runAction(run: ActionRun): Promise<RunnerReading> {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-runner-'))
  try {
    const workspace = run.workspace ?? join(folder, 'workspace')
    for (const name of [workspace, join(folder, 'temp')]) mkdirSync(name, { recursive: true })
    for (const pipe of pipes) writeFileSync(join(folder, pipe), '')
    const env = environment(run, { folder, workspace })
    const end = await runCiProcess({ ...run, cwd: workspace, env })
    return read(end, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function environment(run: ActionRun, { folder, workspace }: { folder: string; workspace: string }) {
  const event = join(folder, 'event.json')
  writeFileSync(event, JSON.stringify(run.event?.payload ?? {}))
  const own: Record<string, string> = {
    ...basicEnvironment(),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: 'probe',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: run.event?.name ?? 'push',
    GITHUB_EVENT_PATH: event,
    GITHUB_JOB: 'train',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'octo/flights',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '4711',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_WORKSPACE: workspace,
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_TEMP: join(folder, 'temp'),
    RUNNER_TRACKING_ID: 'github_probe',
  }
  for (const pipe of pipes) own[`GITHUB_${pipe.toUpperCase()}`] = join(folder, pipe)
  for (const [name, value] of Object.entries(run.inputs ?? {}))
    own[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] = value
  for (const [name, value] of run.state ?? []) own[`STATE_${name}`] = value
  return { ...own, ...run.env }
}

type End = Awaited<ReturnType<typeof runCiProcess>>

function read(end: End, folder: string): RunnerReading {
  const reader = new Reader()
  for (const line of [...streamLines(end.stdout), ...streamLines(end.stderr)]) reader.take(line)
  const file = (name: string) => readFileSync(join(folder, name), 'utf8')
  const summary = file('step_summary')
  const isSummaryTaken = summary !== '' && statSync(join(folder, 'step_summary')).size <= 1024 * 1024
  for (const name of ['env', 'path']) if (file(name) !== '') reader.misdeeds.push(`${name}: ${file(name)}`)
  return {
    conclusion: end.exitCode === 0 ? 'success' : 'failure',
    exitCode: end.exitCode,
    log: reader.log,
    debug: reader.debug,
    annotations: reader.annotations,
    masks: reader.masks,
    outputs: parseKeyValueFile(file('output')),
    state: parseKeyValueFile(file('state')),
    summary: isSummaryTaken ? reader.mask(summary) : undefined,
    misdeeds: reader.misdeeds,
    sent: end.sent,
  }
}

/** Reads line after line, as OutputManager.cs and ActionCommandManager.cs of the runner do. */
class Reader {
  readonly log: string[] = []
  readonly debug: string[] = []
  readonly annotations: RunnerAnnotation[] = []
  readonly masks: string[] = []
  readonly misdeeds: string[] = []
  readonly #registered = new Set(knownCommands)
  #stopToken: string | undefined

  mask(text: string): string {
    return this.masks.reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
  }

  take(line: string): void {
    const command = parseRunnerCommand(line, this.#registered)
    if (command === undefined || !this.#obey(command, line)) this.log.push(this.mask(line))
  }

  #obey(command: RunnerCommand, line: string): boolean {
    if (this.#stopToken !== undefined) {
      if (command.name !== this.#stopToken.toLowerCase()) return false
      this.#registered.delete(command.name)
      this.#stopToken = undefined
      return true
    }
    switch (command.name) {
      case 'stop-commands':
        this.#stopToken = command.data
        this.#registered.add(command.data.toLowerCase())
        this.log.push(line)
        break
      case 'add-mask':
        if (command.data.trim() === '') this.misdeeds.push(line)
        else this.masks.push(command.data)
        break
      case 'debug':
        this.debug.push(this.mask(command.data))
        break
      case 'error':
      case 'warning':
      case 'notice':
        this.#annotate(command.name, command)
        break
      case 'group':
      case 'endgroup':
        this.log.push(this.mask(`##[${command.name}]${command.name === 'group' ? command.data : ''}`))
        break
      default:
        this.misdeeds.push(line)
    }
    return true
  }

  #annotate(level: RunnerAnnotation['level'], { properties, data }: RunnerCommand): void {
    const message = this.mask(data).slice(0, 4096)
    this.annotations.push({ level, message, properties: Object.fromEntries(properties) })
    this.log.push(`##[${level}]${message}`)
  }
}
