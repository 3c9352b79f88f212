import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AgentCommand, parseAgentCommand } from './agent-commands.ts'
import { basicEnvironment, type CiProcess, runCiProcess, streamLines } from './ci-process.ts'

/** An issue of the run's page. */
export interface AgentIssue {
  readonly level: 'error' | 'warning'
  readonly message: string
  readonly properties: Readonly<Record<string, string>>
}

/** The agent's results, from the best to the worst. A task is what the worst of its completions says. */
const results = ['Succeeded', 'SucceededWithIssues', 'Failed', 'Canceled', 'Skipped', 'Abandoned'] as const

/** What the agent made of a task. */
export interface AgentReading {
  readonly result: (typeof results)[number]
  readonly exitCode: number | null
  /** The lines of the log, masked. */
  readonly log: readonly string[]
  /** Lines that only a debug run shows, masked. */
  readonly debug: readonly string[]
  /** In order; the page shows the first ten of each level. */
  readonly issues: readonly AgentIssue[]
  readonly masks: readonly string[]
  /** Output variables, as later steps see them under the step's name. */
  readonly outputs: ReadonlyMap<string, string>
  readonly taskVariables: ReadonlyMap<string, string>
  /** Every section of the run's page: its title and its text. */
  readonly summaries: ReadonlyMap<string, string>
  readonly progress: ReadonlyArray<readonly [percent: string, operation: string]>
  /** What no task of ours ever does: other commands, other variables, and commands that the agent refuses. */
  readonly misdeeds: readonly string[]
  /** Files that were left in the working folder. */
  readonly hasLeftKey: boolean
  readonly sent: readonly NodeJS.Signals[]
}

/** A service connection, as the server gives it to the agent. */
export interface AgentEndpoint {
  readonly url: string
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

/** A task to run. */
export interface TaskRun extends Omit<CiProcess, 'cwd' | 'env'> {
  /** By the names of task.json. */
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly endpoints?: Readonly<Record<string, AgentEndpoint>>
  /** Secret variables of the pipeline, by their names. */
  readonly secretVariables?: Readonly<Record<string, string>>
  /** What main remembered, for a post-job entry. */
  readonly taskVariables?: ReadonlyMap<string, string>
  readonly sources?: string
}

/** Runs a task's entry as the agent does, and reads what it printed. */
export async function runTask(run: TaskRun): Promise<AgentReading> {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-agent-'))
  try {
    const sources = run.sources ?? join(folder, 's')
    for (const name of [sources, join(folder, 'temp')]) mkdirSync(name, { recursive: true })
    const end = await runCiProcess({ ...run, cwd: sources, env: environment(run, { folder, sources }) })
    return read(end, sources)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function environment(run: TaskRun, { folder, sources }: { folder: string; sources: string }) {
  const own: Record<string, string> = {
    ...basicEnvironment(),
    AGENT_CLOUDID: '',
    AGENT_ISSELFHOSTED: '1',
    AGENT_TEMPDIRECTORY: join(folder, 'temp'),
    AGENT_VERSION: '4.260.0',
    BUILD_BUILDID: '815',
    BUILD_REASON: 'IndividualCI',
    BUILD_REPOSITORY_NAME: 'flights',
    BUILD_REPOSITORY_PROVIDER: 'TfsGit',
    BUILD_REQUESTEDFOR: 'Grace Hopper',
    BUILD_SOURCEBRANCH: 'refs/heads/main',
    BUILD_SOURCESDIRECTORY: sources,
    BUILD_SOURCEVERSION: '0123456789abcdef0123456789abcdef01234567',
    COMMAND_CORRELATION_ID: 'probe',
    SYSTEM_COLLECTIONURI: 'https://dev.azure.com/contoso/',
    SYSTEM_DEFINITIONID: '38',
    SYSTEM_HOSTTYPE: 'build',
    SYSTEM_JOBATTEMPT: '1',
    SYSTEM_JOBID: '12f1170f-54f2-53f3-20dd-22fc7dff55f9',
    SYSTEM_JOBNAME: '__default',
    SYSTEM_PHASENAME: 'Train',
    SYSTEM_PLANID: 'd614af29-f220-4ce1-bcd3-2bfacb2c980d',
    SYSTEM_PULLREQUEST_ISFORK: 'False',
    SYSTEM_STAGEATTEMPT: '1',
    SYSTEM_STAGENAME: '__default',
    SYSTEM_TASKDISPLAYNAME: 'Probe the host',
    SYSTEM_TASKINSTANCENAME: 'TrainyardProbe1',
    SYSTEM_TEAMPROJECT: 'Air Traffic',
    SYSTEM_TEAMPROJECTID: '48440e73-a9f9-45c7-bbdd-3ff745878df5',
    TF_BUILD: 'True',
    VSTS_PROCESS_LOOKUP_ID: 'vsts_probe',
    VSTS_PUBLIC_VARIABLES: JSON.stringify(['build.buildId', 'agent.tempDirectory']),
    VSTS_SECRET_VARIABLES: JSON.stringify(Object.keys(run.secretVariables ?? {})),
  }
  for (const [name, value] of Object.entries(run.inputs ?? {})) own[`INPUT_${variable(name)}`] = value
  for (const [name, value] of Object.entries(run.secretVariables ?? {})) own[`SECRET_${variable(name)}`] = value
  for (const [name, value] of run.taskVariables ?? []) own[`VSTS_TASKVARIABLE_${variable(name)}`] = value
  const system = { url: 'https://dev.azure.com/contoso/', scheme: 'OAuth', parameters: { AccessToken: 'system-token' } }
  for (const [id, endpoint] of Object.entries({ SYSTEMVSSCONNECTION: system, ...run.endpoints }))
    addEndpoint(own, id, endpoint)
  return { ...own, ...run.env }
}

function addEndpoint(env: Record<string, string>, id: string, { url, scheme, parameters }: AgentEndpoint): void {
  env[`ENDPOINT_URL_${id}`] = url
  env[`ENDPOINT_AUTH_${id}`] = JSON.stringify({ scheme, parameters })
  env[`ENDPOINT_AUTH_SCHEME_${id}`] = scheme
  for (const [key, value] of Object.entries(parameters))
    env[`ENDPOINT_AUTH_PARAMETER_${id}_${key.toUpperCase()}`] = value
}

function variable(name: string): string {
  return name.replaceAll(/[. ]/g, '_').toUpperCase()
}

type End = Awaited<ReturnType<typeof runCiProcess>>

function read(end: End, sources: string): AgentReading {
  const reader = new Reader()
  for (const line of [...streamLines(end.stdout), ...streamLines(end.stderr)]) reader.take(line)
  // A task tells its result in words; an exit code means that the infrastructure failed.
  if (end.exitCode !== 0) reader.complete('Failed')
  return {
    result: results[reader.worst] ?? 'Succeeded',
    exitCode: end.exitCode,
    log: reader.log,
    debug: reader.debug,
    issues: reader.issues,
    masks: reader.masks,
    outputs: reader.outputs,
    taskVariables: reader.taskVariables,
    summaries: reader.summaries,
    progress: reader.progress,
    misdeeds: reader.misdeeds,
    hasLeftKey: existsSync(join(sources, '.taskkey')),
    sent: end.sent,
  }
}

/** Reads line after line, as WorkerCommandManager.cs and TaskCommandExtension.cs of the agent do. */
class Reader {
  readonly log: string[] = []
  readonly debug: string[] = []
  readonly issues: AgentIssue[] = []
  readonly masks: string[] = []
  readonly outputs = new Map<string, string>()
  readonly taskVariables = new Map<string, string>()
  readonly summaries = new Map<string, string>()
  readonly progress: (readonly [string, string])[] = []
  readonly misdeeds: string[] = []
  worst = -1

  mask(text: string): string {
    return this.masks.reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
  }

  take(line: string): void {
    const command = parseAgentCommand(line)
    if (command !== undefined) {
      this.#obey(command, line)
      return
    }
    if (line.includes('##vso')) this.misdeeds.push(line)
    this.log.push(this.mask(line))
  }

  complete(result: string | undefined): boolean {
    const rank = results.findIndex((name) => name === result)
    this.worst = Math.max(this.worst, rank)
    return rank >= 0
  }

  #obey({ name, properties, data }: AgentCommand, line: string): void {
    switch (name) {
      case 'task.debug':
        this.debug.push(this.mask(data))
        break
      case 'task.setsecret':
        if (data !== '') this.masks.push(data)
        break
      case 'task.setvariable':
        if (properties.get('isoutput') === 'true') this.outputs.set(properties.get('variable') ?? '', data)
        else this.misdeeds.push(line)
        break
      case 'task.settaskvariable':
        this.taskVariables.set(properties.get('variable') ?? '', data)
        break
      case 'task.issue':
      case 'task.logissue':
        this.#issue(properties, data)
        break
      case 'task.setprogress':
        this.progress.push([properties.get('value') ?? '', data])
        break
      case 'task.uploadsummary':
        this.#summary(data, line)
        break
      case 'task.complete':
        if (!this.complete(properties.get('result'))) this.misdeeds.push(line)
        break
      default:
        this.misdeeds.push(line)
    }
  }

  #issue(properties: ReadonlyMap<string, string>, data: string): void {
    const level = properties.get('type') === 'warning' ? 'warning' : 'error'
    const message = this.mask(data)
    this.issues.push({ level, message, properties: Object.fromEntries(properties) })
    this.log.push(`##[${level}]${message}`)
  }

  #summary(path: string, line: string): void {
    if (existsSync(path)) this.summaries.set(path.split('/').at(-1) ?? '', this.mask(readFileSync(path, 'utf8')))
    else this.misdeeds.push(line)
  }
}
