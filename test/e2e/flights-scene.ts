import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { cacheFolder } from '../../core/engines/python/cache.ts'
import { commandIn, prepareEnvironment } from '../../core/engines/python/environment.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { type ActReading, actionsOf, runWorkflow } from '../support/act.ts'
import { basicEnvironment } from '../support/ci-process.ts'
import { GitServer } from '../support/git-server.ts'
import { GithubApi } from '../support/github-api.ts'
import { ProjectRepository } from '../support/project-repository.ts'

const flights = join(root, 'workflows-examples/flights')
const examples = join(root, 'workflows-examples/github')

/** `owner/name` of the user's repository. */
export const repositoryName = 'octo/flights'

/** The job's token, and that of a fork's pull request, which may only read. */
export const tokens = { own: 'job-token-of-main', fork: 'job-token-of-a-fork' } as const

/** What `params.json` says. */
export interface FlightParams {
  readonly model: 'logistic' | 'trees'
  readonly delay_unit: 'minutes' | 'hours'
}

/** The text of `params.json`. */
export function paramsFile(params: FlightParams): Readonly<Record<string, string>> {
  return { 'params.json': `${JSON.stringify({ ...params, seed: 2013 }, undefined, 2)}\n` }
}

/** Where a workflow runs. */
export interface Play {
  readonly workflow: string
  readonly event: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> }
  /** The branch that is checked out. */
  readonly branch?: string
  readonly token?: string
  /** The home of the user on a machine that stays when the job is over; without it the machine is thrown away. */
  readonly home?: string
}

/** What the scene is built from. */
export interface SceneOptions {
  readonly act: string
  readonly node: string
  /** A folder that holds only what users of the actions download. */
  readonly release: string
  /** `owner/name@tag` of the actions. */
  readonly actions: string
  readonly scratch: string
}

/**
 * A team's repository on a machine of its own: the example project with the example workflows, a git host, GitHub's API, and
 * a runner.
 */
export class FlightsScene implements AsyncDisposable {
  readonly repository: ProjectRepository
  readonly git: GitServer
  readonly api: GithubApi
  readonly #options: SceneOptions
  #runs = 0

  private constructor(
    options: SceneOptions,
    repository: ProjectRepository,
    servers: { git: GitServer; api: GithubApi },
  ) {
    this.#options = options
    this.repository = repository
    this.git = servers.git
    this.api = servers.api
  }

  /** Builds it. The Python environment is the one that the steps will find ready in the cache of this machine. */
  static async build(options: SceneOptions): Promise<FlightsScene> {
    const { scratch } = options
    const project = await withAprilFlights(scratch)
    const workflows = Object.fromEntries(
      readdirSync(examples).map((file) => [file, readFileSync(join(examples, file), 'utf8')]),
    )
    const files = Object.fromEntries(
      Object.entries(workflows).map(([file, text]) => [`.github/workflows/${file}`, text] as const),
    )
    const repository = new ProjectRepository({
      project,
      files: { ...files, ...paramsFile({ model: 'logistic', delay_unit: 'minutes' }), '.gitignore': 'model/\n' },
      scratch,
      name: repositoryName,
    })
    const git = await GitServer.start({
      folder: repository.remotes,
      tokens: { [tokens.own]: 'write', [tokens.fork]: 'read' },
    })
    const api = await GithubApi.start({
      repositories: { [repositoryName]: { branches: ['main'], workflows } },
      tokens: { [tokens.own]: { actions: 'write', contents: 'write' } },
    })
    return new FlightsScene(options, repository, { git, api })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api[Symbol.asyncDispose]()
    await this.git[Symbol.asyncDispose]()
  }

  /** A fresh clone, as a job has it. */
  clone(branch = 'main'): string {
    return this.repository.clone(branch, `${this.git.url}/${repositoryName}`)
  }

  /** Lets a workflow run, in a fresh clone. */
  async play({ workflow, event, branch = 'main', token = tokens.own, home }: Play): Promise<ActReading> {
    const { act, node, release, actions, scratch } = this.#options
    const cache = await cacheFolder(basicEnvironment())
    const checkout = this.clone(branch)
    const path = `.github/workflows/${workflow}`
    const stand = (action: string) => {
      if (action === actions) return release
      if (action.startsWith('actions/upload-artifact@')) return join(root, 'test/support/upload-artifact')
      throw new Error(`no folder stands in for ${action}`)
    }
    // act itself stands in for actions/checkout.
    const used = actionsOf(join(checkout, path)).filter((action) => !action.startsWith('actions/checkout@'))
    this.#runs += 1
    return runWorkflow({
      act,
      node,
      checkout,
      scratch,
      token,
      workflow: path,
      event: { name: event.name, payload: { repository: aboutRepository, ...event.payload } },
      actions: Object.fromEntries(used.map((action) => [action, stand(action)])),
      env: {
        GITHUB_API_URL: this.api.url,
        GITHUB_REPOSITORY: repositoryName,
        GITHUB_RUN_ID: String(5000 + this.#runs),
        GITHUB_SERVER_URL: this.git.url,
        ...(home === undefined
          ? { RUNNER_ENVIRONMENT: 'github-hosted' }
          : { RUNNER_ENVIRONMENT: 'self-hosted', HOME: home }),
        // act has a new tool cache in every run; with this one the packages are installed once.
        TRAINYARD_CACHE: cache,
      },
    })
  }
}

const aboutRepository = { full_name: repositoryName, default_branch: 'main', private: true }

/** The payload of a pull request's event. */
export function pullRequest(number: number, branch: string, head = repositoryName): Play['event'] {
  return {
    name: 'pull_request',
    payload: {
      action: 'opened',
      number,
      pull_request: {
        number,
        head: { ref: branch, repo: { full_name: head } },
        base: { ref: 'main', repo: { full_name: repositoryName } },
      },
    },
  }
}

/** The payload of a push to main. */
export function push(commit: string): Play['event'] {
  return { name: 'push', payload: { ref: 'refs/heads/main', after: commit } }
}

/** The example project with data/april.csv, which a team keeps with its code. */
async function withAprilFlights(scratch: string): Promise<string> {
  const project = join(mkdtempSync(join(scratch, 'project-')), basename(flights))
  mkdirSync(dirname(project), { recursive: true })
  cpSync(flights, project, { recursive: true, filter: (path) => !/\/(data|model|__pycache__)$/.test(path) })
  const env = basicEnvironment()
  const environment = await prepareEnvironment({
    requirements: join(project, 'requirements.txt'),
    folder: project,
    env,
    signal: new AbortController().signal,
    onLine: () => undefined,
  })
  const { command, set } = commandIn(environment, ['python', 'data.py'], env)
  const [program = '', ...args] = command
  execFileSync(program, args, { cwd: project, env: { ...env, ...set }, stdio: 'pipe' })
  return project
}
