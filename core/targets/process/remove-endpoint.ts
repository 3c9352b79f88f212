import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from '../../engines/process/group.ts'
import { claimedKeys } from './claim.ts'
import type { Site } from './context.ts'
import { endProcess } from './end-process.ts'
import { serverKey } from './layout.ts'
import { endServer } from './retire-server.ts'
import { latestRouter } from './running.ts'

/**
 * Ends the servers of an endpoint, then its router, and removes its files. What says that they are wanted is removed first, so
 * that none begins any more.
 */
export async function removeEndpoint(site: Site): Promise<void> {
  const { layout, context, endpoint } = site
  await rm(layout.intent, { force: true })
  await rm(layout.shares, { force: true })
  for (const name of await wantedFiles(layout.deployments)) await rm(join(layout.deployments, name), { force: true })
  const prefix = serverKey('')
  const keys = claimedKeys(layout.processes).filter((key) => key.startsWith(prefix))
  await Promise.all(keys.map((key) => endServer(site, key.slice(prefix.length))))
  const router = latestRouter(layout)
  if (router !== undefined) await endProcess(router, context.endGraceMs)
  await rm(layout.folder, { recursive: true, force: true, maxRetries: 5 })
  if (router !== undefined) context.onLine(`Endpoint ${endpoint} is removed.`)
}

async function wantedFiles(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json'))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}
