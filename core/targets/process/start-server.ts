import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ExternalError, InputError } from '../../errors/errors.ts'
import type { DeploymentSpec } from '../target.ts'
import { askRouter } from './admin-client.ts'
import type { Site } from './context.ts'
import type { Router } from './ensure-router.ts'
import { type Hold, holdVariable } from './hold/hold.ts'
import { type Launched, launch } from './launch.ts'
import { readyFile, serverKey, serverLog, wantedFile } from './layout.ts'
import { pause } from './pause.ts'
import { endServer } from './retire-server.ts'
import { routerStatusSchema } from './router-status.ts'
import { storedShares } from './router/stored.ts'
import { latestServer } from './running.ts'
import { readState, readySchema, type Wanted, wantedSchema, writeStateOnce } from './state.ts'

const mostLaunches = 3
const admitTimeoutMs = 10_000

/** A server that this process started. */
interface OwnServer {
  readonly launch: string
  readonly process: Launched
}

/**
 * Makes sure that the server of a deployment runs and is known to the router: the one that does, or a new one.
 *
 * @throws ExternalError when it does not become ready, or another package serves under this name and has traffic.
 */
export async function startServer(site: Site, router: Router, spec: DeploymentSpec): Promise<void> {
  await checkPackage(spec)
  await makeRoom(site, spec)
  try {
    await untilServing(site, router, spec)
  } catch (error) {
    // What never served is not left behind; what has traffic is for others to judge.
    if (!(await hasShare(site, spec.name))) {
      await rm(wantedFile(site.layout, spec.name), { force: true })
      await endServer(site, spec.name, 2000)
    }
    throw error
  }
}

async function untilServing(site: Site, router: Router, spec: DeploymentSpec): Promise<void> {
  const { context, layout } = site
  const until = performance.now() + context.readyTimeoutMs
  let own: OwnServer | undefined
  for (let launches = 0; ; ) {
    context.signal.throwIfAborted()
    const server = latestServer(layout, spec.name)
    if (server?.isRunning === true) {
      await want(site, spec)
      if (await isServing(site, router, { spec, launch: server.launch })) return
    } else if (own === undefined || own.process.hasEnded()) {
      const hasBegun = own !== undefined && server?.launch === own.launch
      if (hasBegun || launches === mostLaunches) throw await notReady(site, 'its server ended', { spec, own })
      own = await launchServer(site, spec)
      launches += 1
    }
    if (performance.now() > until) {
      const seconds = context.readyTimeoutMs / 1000
      throw await notReady(site, `its server was not ready after ${seconds} s`, { spec, own })
    }
    await pause(20, context.signal)
  }
}

async function checkPackage({ folder }: DeploymentSpec): Promise<void> {
  const isThere = await stat(join(folder, 'serve.mjs')).then(
    (found) => found.isFile(),
    () => false,
  )
  if (isThere) return
  const problem = 'is no package: it has no serve.mjs'
  throw new InputError({ faults: [{ subject: 'package', source: { kind: 'input' }, value: folder, problem }] })
}

/** A name has one package at a time. */
async function makeRoom(site: Site, { name, digest }: DeploymentSpec): Promise<void> {
  const wanted = await readState(wantedFile(site.layout, name), wantedSchema)
  const server = latestServer(site.layout, name)
  const others = [wanted?.digest, server?.digest].filter((other) => other !== undefined && other !== digest)
  if (others.length === 0) return
  if (await hasShare(site, name)) {
    throw new ExternalError({
      facts: { operation: `start deployment ${name} of endpoint ${site.endpoint}` },
      details: `${name} has a share of the traffic and serves another package (${others[0]}).`,
    })
  }
  await rm(wantedFile(site.layout, name), { force: true })
  await endServer(site, name)
}

async function hasShare({ layout }: Site, name: string): Promise<boolean> {
  return ((await storedShares(layout))[name] ?? 0) > 0
}

/** Makes sure that it is written that the deployment is to run; of many who write it at once, one does. */
async function want({ layout }: Site, spec: DeploymentSpec): Promise<Wanted> {
  const { name, digest, models } = spec
  const wanted: Wanted = {
    name,
    digest,
    models: [...models],
    folder: resolve(spec.folder),
    id: randomUUID(),
    createdAt: new Date().toISOString(),
  }
  const path = wantedFile(layout, name)
  await writeStateOnce(path, wanted)
  return (await readState(path, wantedSchema)) ?? wanted
}

async function launchServer(site: Site, spec: DeploymentSpec): Promise<OwnServer> {
  const { context, layout, endpoint } = site
  const { name, digest } = spec
  const start = randomUUID()
  const { id } = await want(site, spec)
  const { processes } = layout
  const hold: Hold = { processes, key: serverKey(name), wanted: wantedFile(layout, name), id, launch: start, digest }
  const log = serverLog(layout, name)
  const holdProgram = pathToFileURL(join(dirname(context.routerProgram), 'hold.mjs')).href
  const args = ['--host', '127.0.0.1', '--port', '0', '--ready-file', readyFile(layout, start)]
  const process = await launch({
    command: [context.nodeProgram, '--import', holdProgram, 'serve.mjs', ...args],
    cwd: spec.folder,
    env: context.env,
    set: { [holdVariable]: JSON.stringify(hold) },
    log,
  })
  context.onLine(`Deployment ${name} of ${endpoint} starts (process ${process.pid}, log ${log}).`)
  return { launch: start, process }
}

/** Whether the server has said that it is ready, and the router has found it so. */
async function isServing(
  { context, layout }: Site,
  router: Router,
  { spec, launch: id }: { spec: DeploymentSpec; launch: string },
): Promise<boolean> {
  if ((await readState(readyFile(layout, id), readySchema)) === undefined) return false
  const question = { method: 'POST', path: '/admit', body: { deployment: spec.name } } as const
  const answer = await askRouter(router, { ...question, timeoutMs: admitTimeoutMs, signal: context.signal })
  const { deployments } = routerStatusSchema.parse(answer)
  return deployments.some(({ name, digest, isUp }) => name === spec.name && digest === spec.digest && isUp)
}

async function notReady(
  { endpoint, layout }: Site,
  why: string,
  { spec, own }: { spec: DeploymentSpec; own: OwnServer | undefined },
): Promise<ExternalError> {
  const lines = (await own?.process.lastLines()) ?? ''
  return new ExternalError({
    facts: { operation: `start deployment ${spec.name} of endpoint ${endpoint}` },
    details: `The deployment is not ready: ${why}. The end of ${serverLog(layout, spec.name)}:\n${lines}`,
  })
}
