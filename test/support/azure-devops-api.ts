import type { RunPipelineParameters } from 'azure-devops-node-api/interfaces/PipelinesInterfaces.js'
import type { ReleaseStartMetadata } from 'azure-devops-node-api/interfaces/ReleaseInterfaces.js'
import { z } from 'zod'
import { type Answer, Played, type Received } from './loopback.ts'

/** A YAML pipeline that the server plays: its number, and the parameters that it declares. */
export interface PlayedPipeline {
  readonly id: number
  readonly branches: readonly string[]
  readonly parameters: readonly string[]
}

/** A run of a pipeline. */
export interface PlayedRun {
  readonly id: number
  readonly pipeline: number
  readonly refName: string | undefined
  readonly parameters: Readonly<Record<string, string>> | undefined
  readonly createdDate: Date
}

/** A classic release. */
export interface PlayedRelease {
  readonly id: number
  readonly definition: number
  readonly description: string
  readonly artifacts: ReleaseStartMetadata['artifacts']
  readonly createdOn: Date
}

interface Options {
  readonly project: string
  /** The tokens that are let in, with how they have to come: a personal access token as Basic, one of Entra as Bearer. */
  readonly tokens: Readonly<Record<string, 'Basic' | 'Bearer'>>
  readonly pipelines?: readonly PlayedPipeline[]
  /** Release definitions by number, with the aliases of their artifacts. */
  readonly definitions?: Readonly<Record<number, readonly string[]>>
  /** A server of one's own: releases are at the same address. */
  readonly isOnPremises?: boolean
}

/** The fields that the typings of azure-devops-node-api allow in a body; the compiler holds these shapes to them. */
const runParameters = z.strictObject({
  templateParameters: z.record(z.string(), z.string()).exactOptional(),
  resources: z
    .strictObject({ repositories: z.strictObject({ self: z.strictObject({ refName: z.string() }) }) })
    .exactOptional(),
}) satisfies z.ZodType<RunPipelineParameters>

const releaseStart = z.strictObject({
  definitionId: z.int(),
  description: z.string().max(4000),
  isDraft: z.literal(false),
  reason: z.literal(2),
  artifacts: z
    .array(
      z.strictObject({ alias: z.string(), instanceReference: z.strictObject({ id: z.string(), name: z.string() }) }),
    )
    .exactOptional(),
}) satisfies z.ZodType<ReleaseStartMetadata>

/** Resource locations as the service lists them for OPTIONS; the client makes its addresses from them. */
const locations = {
  Location: [
    location('e81700f7-3be2-46de-8624-2eb35882fcaa', 'Location', 'ResourceAreas', '_apis/{resource}/{areaId}'),
  ],
  pipelines: [
    location(
      '7859261e-d2e9-4a68-b820-a5d84cc5bb3d',
      'pipelines',
      'runs',
      '{project}/_apis/{area}/{pipelineId}/{resource}/{runId}',
    ),
  ],
  Release: [
    location(
      'a166fde7-27ad-408e-ba75-703c2cc9d500',
      'Release',
      'releases',
      '{project}/_apis/{area}/{resource}/{releaseId}',
    ),
  ],
} as const

function location(id: string, area: string, resourceName: string, routeTemplate: string) {
  const versions = { minVersion: '1.0', maxVersion: '7.2', releasedVersion: '7.1', resourceVersion: 9 }
  return { id, area, resourceName, routeTemplate, ...versions }
}

/** Plays an organisation of Azure DevOps, with state: `dev.azure.com` at `/contoso` and `vsrm.dev.azure.com` at `/vsrm/contoso`. */
export class AzureDevopsApi extends Played {
  readonly runs: PlayedRun[] = []
  readonly releases: PlayedRelease[] = []
  readonly #options: Options

  private constructor(options: Options) {
    super()
    this.#options = options
  }

  static start(options: Options): Promise<AzureDevopsApi> {
    return new AzureDevopsApi(options).listen()
  }

  /** The organisation's address. */
  override get url(): string {
    return `${super.url}/contoso`
  }

  /** A run that somebody started. */
  addRun(run: Omit<PlayedRun, 'id' | 'createdDate'>): PlayedRun {
    const added = { ...run, id: 501 + this.runs.length, createdDate: new Date() }
    this.runs.push(added)
    return added
  }

  protected answer(received: Received): Answer {
    const { method, url, headers } = received
    const area = /^(?:\/vsrm)?\/contoso\/_apis\/(\w+)$/.exec(url.pathname)?.[1]
    if (method === 'OPTIONS' && area !== undefined && isArea(area))
      return { status: 200, body: { count: 1, value: locations[area] } }
    if (!this.#isLetIn(headers)) return this.#refuse(headers)
    if (!/;api-version=7\.[12](-preview\.\d+)?$/.test(headers.accept ?? '')) {
      return this.#object(`${method} ${url.pathname} names no api-version: ${headers.accept ?? ''}`)
    }
    const answer = this.#perform(received)
    return { ...answer, headers: { 'x-vss-e2eid': `e2e-${this.received.length}`, ...answer.headers } }
  }

  #isLetIn({ authorization = '' }: Received['headers']): boolean {
    const [scheme = '', value = ''] = authorization.split(' ')
    const token = scheme === 'Basic' ? Buffer.from(value, 'base64').toString().replace(/^:/, '') : value
    return this.#options.tokens[token] === scheme
  }

  /** Without the header that suppresses it, the service sends a browser to its sign-in page. */
  #refuse(headers: Received['headers']): Answer {
    if (headers['x-tfs-fedauthredirect'] === 'Suppress') return { status: 401, body: '' }
    return this.#object('the request would have been sent to the sign-in page')
  }

  #object(objection: string): Answer {
    this.server.objections.push(objection)
    return { status: 500, body: { message: objection } }
  }

  #perform(received: Received): Answer {
    const { method, url } = received
    const path = decodeURIComponent(url.pathname)
    if (method === 'GET' && path.startsWith('/contoso/_apis/ResourceAreas/')) return this.#area(url)
    const base = this.#options.isOnPremises === true ? '/contoso' : '/vsrm/contoso'
    if (path === `${base}/${this.#options.project}/_apis/Release/releases`) {
      return method === 'POST' ? this.#createRelease(received) : this.#listReleases(url)
    }
    const run = new RegExp(`^/contoso/${this.#options.project}/_apis/pipelines/(\\d+)/runs(?:/(\\d+))?$`).exec(path)
    if (run === null) return /_apis\/(pipelines|Release)\//.test(path) ? notFound : this.#object(`no ${method} ${path}`)
    const pipeline = this.#options.pipelines?.find(({ id }) => id === Number(run[1]))
    if (pipeline === undefined) return notFound
    if (method === 'POST') return this.#startRun(received, pipeline)
    return run[2] === undefined ? this.#listRuns(pipeline) : this.#getRun(Number(run[2]))
  }

  #area(url: URL): Answer {
    const locationUrl = `${super.url}/vsrm/contoso/`
    if (this.#options.isOnPremises === true) return notFound
    return { status: 200, body: { id: url.pathname.split('/').at(-1), name: 'Release', locationUrl } }
  }

  #startRun({ text }: Received, pipeline: PlayedPipeline): Answer {
    const body = runParameters.safeParse(JSON.parse(text))
    if (!body.success) return this.#object(`RunPipelineParameters: ${body.error.message}`)
    const { templateParameters = {}, resources } = body.data
    const unexpected = Object.keys(templateParameters).find((name) => !pipeline.parameters.includes(name))
    if (unexpected !== undefined) return bad(`Unexpected parameter '${unexpected}'`)
    const refName = resources?.repositories.self.refName
    if (refName !== undefined && !pipeline.branches.includes(refName)) return bad(`No branch ${refName}`)
    const run = this.addRun({ pipeline: pipeline.id, refName, parameters: templateParameters })
    return this.#getRun(run.id)
  }

  /** The service's list names no parameters. */
  #listRuns({ id }: PlayedPipeline): Answer {
    const value = this.runs
      .filter((run) => run.pipeline === id)
      .map((run) => ({
        id: run.id,
        name: String(run.id),
        createdDate: run.createdDate.toISOString(),
        state: 'inProgress',
      }))
      .reverse()
    return { status: 200, body: { count: value.length, value } }
  }

  #getRun(id: number): Answer {
    const run = this.runs.find((one) => one.id === id)
    if (run === undefined) return notFound
    const { createdDate, parameters } = run
    const body = { id, name: String(id), createdDate: createdDate.toISOString(), state: 'inProgress' }
    return { status: 200, body: parameters === undefined ? body : { ...body, templateParameters: parameters } }
  }

  #createRelease({ text }: Received): Answer {
    const body = releaseStart.safeParse(JSON.parse(text))
    if (!body.success) return this.#object(`ReleaseStartMetadata: ${body.error.message}`)
    const { definitionId, description, artifacts } = body.data
    const aliases = this.#options.definitions?.[definitionId]
    if (aliases === undefined) return { status: 404, body: { message: `VS402881: No definition ${definitionId}` } }
    const wrong = artifacts?.find(({ alias }) => !aliases.includes(alias))
    if (wrong !== undefined) return bad(`VS402904: No artifact ${wrong.alias}`)
    const release = {
      id: 71 + this.releases.length,
      definition: definitionId,
      description,
      artifacts,
      createdOn: new Date(),
    }
    this.releases.push(release)
    return { status: 200, body: releaseBody(release) }
  }

  #listReleases(url: URL): Answer {
    const query = url.searchParams
    const known = ['definitionId', 'minCreatedTime', '$top']
    const unknown = [...query.keys()].find((name) => !known.includes(name))
    if (unknown !== undefined) return this.#object(`the list of releases was asked with ${unknown}`)
    const since = Date.parse(query.get('minCreatedTime') ?? 'invalid')
    if (Number.isNaN(since)) return this.#object(`minCreatedTime is ${query.get('minCreatedTime')}`)
    const value = this.releases
      .filter((one) => one.definition === Number(query.get('definitionId')) && one.createdOn.getTime() >= since)
      .reverse()
      .slice(0, Number(query.get('$top')))
      .map(releaseBody)
    return { status: 200, body: { count: value.length, value } }
  }
}

const notFound: Answer = { status: 404, body: { message: 'The resource cannot be found' } }

function bad(message: string): Answer {
  return { status: 400, body: { message, typeKey: 'PipelineValidationException' } }
}

function isArea(area: string): area is keyof typeof locations {
  return Object.hasOwn(locations, area)
}

function releaseBody({ id, definition, description, createdOn }: PlayedRelease) {
  return {
    id,
    name: `Release-${id}`,
    status: 'active',
    description,
    createdOn: createdOn.toISOString(),
    releaseDefinition: { id: definition },
  }
}
