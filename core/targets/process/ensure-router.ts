import { mkdir } from 'node:fs/promises'
import { ExternalError } from '../../errors/errors.ts'
import type { AdminAddress } from './admin-client.ts'
import type { Site } from './context.ts'
import { endProcess } from './end-process.ts'
import { type Launched, launch } from './launch.ts'
import { pause } from './pause.ts'
import type { RouterStatus } from './router-status.ts'
import { latestRouter, statusOf } from './running.ts'
import { type Intent, intentSchema, newToken, readState, writeStateOnce } from './state.ts'

const startTimeoutMs = 30_000
const mostLaunches = 2

/** A router that answers. */
export interface Router extends AdminAddress {
  readonly port: number
  readonly status: RouterStatus
}

/**
 * Makes sure that the router of an endpoint runs: the one that does, or a new one at the address of the one before.
 *
 * @throws ExternalError when it does not start, with the last lines of its log.
 */
export async function ensureRouter(site: Site): Promise<Router> {
  const intent = await ensureIntent(site)
  const until = performance.now() + startTimeoutMs
  let launched: Launched | undefined
  for (let launches = 0; ; ) {
    site.context.signal.throwIfAborted()
    const state = await routerState(site, intent.token)
    if (typeof state === 'object') return state
    if (state === 'none' && (launched === undefined || launched.hasEnded())) {
      if (launches === mostLaunches || (await isPortTaken(launched))) throw await notStarted(site, 'it ended', launched)
      launched = await launchRouter(site)
      launches += 1
    }
    if (performance.now() > until) throw await notStarted(site, 'it does not answer', launched)
    await pause(20, site.context.signal)
  }
}

/** The router of an endpoint if it runs and answers. */
export async function findRouter(site: Site): Promise<Router | undefined> {
  const intent = await readState(site.layout.intent, intentSchema)
  if (intent === undefined) return undefined
  const state = await routerState(site, intent.token)
  return typeof state === 'object' ? state : undefined
}

async function ensureIntent({ context, layout }: Site): Promise<Intent> {
  for (const folder of [layout.deployments, layout.processes]) await mkdir(folder, { recursive: true, mode: 0o700 })
  const { port, retry, answerTimeoutMs } = context
  const createdAt = new Date().toISOString()
  const intent: Intent = { v: 1, createdAt, port, token: newToken(), retry, answerTimeoutMs }
  await writeStateOnce(layout.intent, intent)
  return (await readState(layout.intent, intentSchema)) ?? intent
}

/** `none`: nobody holds the place; `waiting`: somebody does who cannot be asked yet, or not any more. */
async function routerState({ layout, context }: Site, token: string): Promise<Router | 'none' | 'waiting'> {
  const claim = latestRouter(layout)
  if (claim?.isRunning !== true) return 'none'
  const status = await statusOf(claim, token, context.signal)
  if (status === 'stranger') {
    // It was left by a removal that was cut off.
    await endProcess(claim, context.endGraceMs)
    return 'none'
  }
  if (status === 'silent' || status.isStopping) return 'waiting'
  const { port, adminPort } = claim
  return { port, adminPort, token, status }
}

async function launchRouter({ context, layout, endpoint }: Site): Promise<Launched> {
  const { nodeProgram, routerProgram, env, onLine } = context
  const command = [nodeProgram, routerProgram, layout.folder]
  const launched = await launch({ command, cwd: layout.folder, env, log: layout.log })
  onLine(`The router of ${endpoint} starts (process ${launched.pid}, log ${layout.log}).`)
  return launched
}

async function notStarted(
  { endpoint, layout }: Site,
  why: string,
  launched: Launched | undefined,
): Promise<ExternalError> {
  const lines = (await launched?.lastLines()) ?? ''
  const hint = (await isPortTaken(launched))
    ? ` Another program listens at the port of ${endpoint}, whose address must not change.`
    : ''
  return new ExternalError({
    facts: { operation: `start the router of endpoint ${endpoint}` },
    details: `The router is not there: ${why}.${hint} The end of ${layout.log}:\n${lines}`,
  })
}

async function isPortTaken(launched: Launched | undefined): Promise<boolean> {
  return (await launched?.lastLines())?.includes('EADDRINUSE') === true
}
