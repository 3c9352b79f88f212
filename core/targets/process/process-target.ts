import { readdir } from 'node:fs/promises'
import { isErrno } from '../../engines/process/group.ts'
import { ExternalError, InputError } from '../../errors/errors.ts'
import { namePattern } from '../../records/reference.ts'
import type { EndpointStatus, Target } from '../target.ts'
import { askRouter } from './admin-client.ts'
import type { Context, Site } from './context.ts'
import { ensureRouter } from './ensure-router.ts'
import { layoutOf } from './layout.ts'
import { lookAt } from './look-at.ts'
import { removeEndpoint } from './remove-endpoint.ts'
import { retireServer } from './retire-server.ts'
import { deploymentHeader, tokenHeader } from './router/headers.ts'
import { startServer } from './start-server.ts'
import { intentSchema, readState } from './state.ts'

/** What the target `process` needs to know. */
export interface ProcessTargetOptions {
  /** Where the endpoints are remembered, one folder each; on a disk of this machine that outlives the job. */
  readonly stateFolder: string
  /** The environment of the host. Routers and servers see the allow-listed part of it. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The bundle of the router; `hold.mjs` is beside it. */
  readonly routerProgram: string
  /** The Node that runs routers and servers, version 20.20 or later. */
  readonly nodeProgram: string
  readonly signal: AbortSignal
  /** Told what begins and ends. */
  readonly onLine?: (line: string) => void
  /** The public port of an endpoint that is made new; 0 takes any that is free. */
  readonly port?: number
  /**
   * Whether an endpoint that is made new may send a request again when a deployment breaks the connection before it answers:
   * `pure`, the default, since inference changes nothing; `never`, except where HTTP allows it by the method. Bodies of more than
   * 4 MiB are not kept and so never sent again.
   */
  readonly retry?: 'pure' | 'never'
  /** How long a deployment of an endpoint that is made new may say nothing before its client is answered 504. */
  readonly answerTimeoutMs?: number
  readonly readyTimeoutMs?: number
  /** How long `retire` waits for the requests that the deployment has. */
  readonly drainTimeoutMs?: number
  /** How long a router or a server may take to end before it is killed: a little longer than its own limit for what it has begun. */
  readonly endGraceMs?: number
}

/** The port, and what only this target can. */
export interface ProcessTarget extends Target {
  /** The endpoints that are remembered. */
  endpoints(): Promise<readonly string[]>
  /** Headers by which a request goes to one deployment whatever its share, to try it before it has one. They hold the token. */
  headersFor(endpoint: string, deployment: string): Promise<Readonly<Record<string, string>>>
}

/** How long a router may take to change the shares. */
const sharesTimeoutMs = 10_000

/**
 * Runs deployments as processes of this machine, behind a router that is one too. All of them outlive the step that starts
 * them. The state folder says what is wanted and which processes claimed to be it; each process writes down itself before it
 * begins, and is only ever ended when both its number and its start are those of the claim. So every operation can be
 * killed at any instruction and run again. A package's folder has to stay as long as the deployment.
 *
 * @throws InputError on Windows, where a process can neither be asked to end nor told from another that got its number.
 */
export function processTarget(options: ProcessTargetOptions): ProcessTarget {
  if (process.platform === 'win32') throw noWindows()
  const context = contextOf(options)
  const at = (endpoint: string): Site => ({ context, endpoint, layout: layoutOf(options.stateFolder, endpoint) })
  return {
    id: 'process',
    look: (endpoint) => lookAt(at(endpoint)),
    async ensureEndpoint(endpoint) {
      await ensureRouter(at(endpoint))
      return seen(at(endpoint))
    },
    async start(endpoint, deployment) {
      const site = at(endpoint)
      await startServer(site, await ensureRouter(site), deployment)
    },
    async setShares(endpoint, shares) {
      const site = at(endpoint)
      await demandEndpoint(site)
      const question = { method: 'PUT', path: '/shares', body: { shares }, timeoutMs: sharesTimeoutMs } as const
      await askRouter(await ensureRouter(site), { ...question, signal: context.signal })
    },
    retire: (endpoint, deployment) => retireServer(at(endpoint), deployment),
    remove: (endpoint) => removeEndpoint(at(endpoint)),
    endpoints: () => endpointsIn(options.stateFolder),
    async headersFor(endpoint, deployment) {
      const { token } = await demandEndpoint(at(endpoint))
      return { [deploymentHeader]: deployment, [tokenHeader]: token }
    },
  }
}

function contextOf(options: ProcessTargetOptions): Context {
  const { env, routerProgram, nodeProgram, signal } = options
  return {
    env,
    routerProgram,
    nodeProgram,
    signal,
    onLine: options.onLine ?? (() => undefined),
    port: options.port ?? 0,
    retry: options.retry ?? 'pure',
    answerTimeoutMs: options.answerTimeoutMs ?? 60_000,
    readyTimeoutMs: options.readyTimeoutMs ?? 60_000,
    drainTimeoutMs: options.drainTimeoutMs ?? 30_000,
    endGraceMs: options.endGraceMs ?? 25_000,
  }
}

async function seen(site: Site): Promise<EndpointStatus> {
  const status = await lookAt(site)
  if (status !== undefined) return status
  throw notThere(site)
}

async function demandEndpoint(site: Site) {
  const intent = await readState(site.layout.intent, intentSchema)
  if (intent !== undefined) return intent
  throw notThere(site)
}

function notThere({ endpoint, layout }: Site): ExternalError {
  const details = `There is no endpoint ${endpoint} in ${layout.folder}.`
  return new ExternalError({ facts: { operation: `find endpoint ${endpoint}` }, details })
}

async function endpointsIn(stateFolder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(stateFolder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory() && namePattern.test(entry.name))
      .map(({ name }) => name)
      .sort()
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

function noWindows(): InputError {
  const problem = 'does not run on Windows; use Linux or macOS (WSL is Linux)'
  return new InputError({ faults: [{ subject: 'target', source: { kind: 'input' }, value: 'process', problem }] })
}
