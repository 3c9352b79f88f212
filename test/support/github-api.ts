import { parse } from 'yaml'
import { type Answer, Played, type Received } from './loopback.ts'
import { type Matched, OpenApi } from './openapi.ts'

/** A repository that the server plays. */
export interface PlayedRepository {
  readonly branches: readonly string[]
  /** The text of the files in `.github/workflows`. */
  readonly workflows: Readonly<Record<string, string>>
}

/** What a token may do in all repositories. */
export type Grants = Readonly<Partial<Record<'actions' | 'contents', 'read' | 'write'>>>

/** A workflow run that a dispatch started. */
export interface PlayedRun {
  readonly id: number
  readonly repository: string
  readonly file: string
  readonly ref: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly title: string
  readonly page: string
  readonly createdAt: Date
}

/** A `repository_dispatch` that arrived. */
export interface PlayedDispatch {
  readonly repository: string
  readonly type: string
  readonly payload: unknown
}

interface Options {
  readonly repositories: Readonly<Record<string, PlayedRepository>>
  readonly tokens: Readonly<Record<string, Grants>>
  /** An Enterprise Server does not know `return_run_details`. */
  readonly isEnterprise?: boolean
}

/** Plays GitHub's API, with state. Every request and every answer is checked against GitHub's published description. */
export class GithubApi extends Played {
  readonly runs: PlayedRun[] = []
  readonly dispatches: PlayedDispatch[] = []
  readonly #options: Options
  readonly #description: OpenApi

  private constructor(options: Options) {
    super()
    this.#options = options
    this.#description = new OpenApi(options.isEnterprise === true ? 'ghes-3.19' : 'api.github.com')
  }

  static start(options: Options): Promise<GithubApi> {
    return new GithubApi(options).listen()
  }

  protected answer(received: Received): Answer {
    const { method, url } = received
    const matched = this.#description.match(method, url.pathname)
    if (matched === undefined) return this.#object(`GitHub knows no ${method} ${url.pathname}`)
    const body: unknown = received.text === '' ? undefined : JSON.parse(received.text)
    const faults = this.#description.requestFaults(matched, { method, url, body })
    if (faults.length > 0) return this.#object(`${matched.operationId}: ${faults.join('; ')}`)
    const answer = this.#perform(matched, received, body)
    const wrong = this.#description.responseFaults(matched, answer.status, answer.body)
    if (wrong.length > 0) return this.#object(`the answer to ${matched.operationId}: ${wrong.join('; ')}`)
    return { ...answer, headers: { 'x-github-request-id': `ID:${this.received.length}`, ...answer.headers } }
  }

  #object(objection: string): Answer {
    this.server.objections.push(objection)
    return { status: 500, body: { message: objection } }
  }

  #perform(matched: Matched, { headers, url }: Received, body: unknown): Answer {
    const name = `${matched.path['owner']}/${matched.path['repo']}`
    const repository = this.#options.repositories[name]
    const grants = this.#options.tokens[/^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '']
    if (grants === undefined) return { status: 401, body: { message: 'Bad credentials', status: '401' } }
    if (repository === undefined) return notFound
    const scene = { name, repository, grants, matched, query: url.searchParams }
    switch (matched.operationId) {
      case 'actions/create-workflow-dispatch':
        return this.#dispatchWorkflow(scene, record(body))
      case 'actions/list-workflow-runs':
        return this.#listRuns(scene)
      case 'repos/create-dispatch-event':
        return this.#dispatchRepository(scene, record(body))
      case 'repos/get-content':
        return this.#content(scene)
      default:
        return this.#object(`no test needs ${matched.operationId} so far`)
    }
  }

  #dispatchWorkflow({ name, repository, grants, matched }: Scene, body: Fields): Answer {
    const file = matched.path['workflow_id'] ?? ''
    const workflow = repository.workflows[file]
    if (grants.actions !== 'write') return notGranted
    if (workflow === undefined) return notFound
    if (this.#options.isEnterprise === true && 'return_run_details' in body)
      return unprocessable('Invalid request.\n\n"return_run_details" is not a permitted key.')
    const ref = String(body['ref']).replace(/^refs\/heads\//, '')
    if (!repository.branches.includes(ref)) return unprocessable(`No ref found for: ${ref}`)
    const { name: title = file, 'run-name': runName, on } = record(parse(workflow))
    const declared = record(on)['workflow_dispatch']
    if (declared === undefined) return unprocessable("Workflow does not have 'workflow_dispatch' trigger")
    const inputs = record(body['inputs'] ?? {})
    const unexpected = Object.keys(inputs).filter((key) => !(key in record(record(declared)['inputs'] ?? {})))
    if (unexpected.length > 0) return unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`)
    const shown = typeof runName === 'string' ? fillTitle(runName, inputs) : String(title)
    const run = this.addRun({ repository: name, file, ref, inputs, title: shown })
    if (body['return_run_details'] !== true) return { status: 204 }
    return {
      status: 200,
      body: {
        workflow_run_id: run.id,
        run_url: `${this.url}/repos/${name}/actions/runs/${run.id}`,
        html_url: run.page,
      },
    }
  }

  /** A run that somebody started. */
  addRun(run: Omit<PlayedRun, 'id' | 'page' | 'createdAt'>): PlayedRun {
    const id = 1001 + this.runs.length
    const page = `https://github.com/${run.repository}/actions/runs/${id}`
    const added = { ...run, id, page, createdAt: new Date() }
    this.runs.push(added)
    return added
  }

  #listRuns({ name, repository, grants, matched, query }: Scene): Answer {
    const file = matched.path['workflow_id'] ?? ''
    if (grants.actions === undefined) return notGranted
    if (repository.workflows[file] === undefined) return notFound
    const since = Date.parse((query.get('created') ?? '>=1970-01-01T00:00:00Z').replace('>=', ''))
    const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)]
    const isAsked = query.get('event') === null || query.get('event') === 'workflow_dispatch'
    const found = this.runs.filter((one) => one.repository === name && one.file === file && isAsked)
    const recent = found.filter((one) => one.createdAt.getTime() >= since).reverse()
    const example = record(this.#description.example('workflow-run-paginated'))['workflow_runs']
    const template: unknown = Array.isArray(example) ? example[0] : undefined
    const shown = recent.slice((page - 1) * size, page * size).map((run) => ({
      ...record(template),
      id: run.id,
      display_title: run.title,
      event: 'workflow_dispatch',
      html_url: run.page,
      created_at: run.createdAt.toISOString(),
      head_branch: run.ref,
    }))
    return { status: 200, body: { total_count: recent.length, workflow_runs: shown } }
  }

  #dispatchRepository({ name, grants }: Scene, body: Fields): Answer {
    if (grants.contents !== 'write') return notGranted
    this.dispatches.push({ repository: name, type: String(body['event_type']), payload: body['client_payload'] })
    return { status: 204 }
  }

  #content({ repository, grants, matched }: Scene): Answer {
    const path = matched.path['path'] ?? ''
    const text = repository.workflows[path.replace('.github/workflows/', '')]
    if (grants.contents === undefined) return notGranted
    if (text === undefined) return notFound
    const example = this.#description.example('content-file-response-if-content-is-a-file')
    const content = Buffer.from(text).toString('base64')
    return { status: 200, body: { ...record(example), path, content, size: Buffer.byteLength(text) } }
  }
}

type Fields = Readonly<Record<string, unknown>>

interface Scene {
  readonly name: string
  readonly repository: PlayedRepository
  readonly grants: Grants
  readonly matched: Matched
  readonly query: URLSearchParams
}

const notFound: Answer = { status: 404, body: { message: 'Not Found', status: '404' } }
const notGranted: Answer = {
  status: 403,
  body: { message: 'Resource not accessible by integration', status: '403' },
}

function unprocessable(message: string): Answer {
  return { status: 422, body: { message, status: '422' } }
}

function record(value: unknown): Fields {
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object') throw new TypeError(`expected an object, got ${JSON.stringify(value)}`)
  return { ...value }
}

function fillTitle(runName: string, inputs: Fields): string {
  return runName.replaceAll(/\$\{\{\s*inputs\.([\w-]+)\s*\}\}/g, (_, name: string) => {
    const value = inputs[name]
    return typeof value === 'string' ? value : ''
  })
}
