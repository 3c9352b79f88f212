import { rm } from 'node:fs/promises'
import { ExternalError } from '../../errors/errors.ts'
import { askRouter } from './admin-client.ts'
import { dropClaim, latestClaim } from './claim.ts'
import type { Site } from './context.ts'
import { endProcess } from './end-process.ts'
import { findRouter } from './ensure-router.ts'
import { readyFile, serverKey, wantedFile } from './layout.ts'
import { storedShares } from './router/stored.ts'
import { serverClaimSchema } from './state.ts'

const answerTimeoutMs = 10_000

/**
 * Takes a deployment without a share out. The router sends it nothing more and waits for what it has; then its server is
 * stopped, which waits as well.
 *
 * @throws ExternalError while it has a share.
 */
export async function retireServer(site: Site, deployment: string): Promise<void> {
  const { context, layout, endpoint } = site
  const wanted = wantedFile(layout, deployment)
  if (((await storedShares(layout))[deployment] ?? 0) > 0) {
    const facts = { operation: `retire deployment ${deployment} of endpoint ${endpoint}` }
    throw new ExternalError({ facts, details: `${deployment} has a share of the traffic; give it to others first.` })
  }
  const router = await findRouter(site)
  if (router !== undefined) {
    const timeoutMs = context.drainTimeoutMs
    await askRouter(router, {
      method: 'POST',
      path: '/drain',
      body: { deployment, timeoutMs },
      timeoutMs: timeoutMs + answerTimeoutMs,
      signal: context.signal,
    })
  }
  // Removed first: a server that is just beginning sees it, or is seen below (hold/main.ts).
  await rm(wanted, { force: true })
  await endServer(site, deployment)
  if (router !== undefined) await askRouter(router, { method: 'POST', path: '/reload', timeoutMs: answerTimeoutMs })
  context.onLine(`Deployment ${deployment} of ${endpoint} is retired.`)
}

/** Ends the server of a deployment, if there is one, and forgets it. */
export async function endServer(site: Site, deployment: string, graceMs = site.context.endGraceMs): Promise<void> {
  const { layout } = site
  const claim = latestClaim(layout.processes, serverKey(deployment))
  if (claim === undefined) return
  await endProcess(claim.record, graceMs)
  const { launch } = serverClaimSchema.parse(claim.record)
  await rm(readyFile(layout, launch), { force: true })
  dropClaim(claim)
}
