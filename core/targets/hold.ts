import { join } from 'node:path'
import { InputError } from '../errors/errors.ts'
import { ensureFolder } from '../workspace/durable.ts'
import { claim, dropClaim, latestClaim } from './process/claim.ts'
import { isRunning, ownIdentity } from './process/identity.ts'

/** That this process alone changes an endpoint. It ends with the process, at the latest. */
export interface Hold {
  release(): void
}

/**
 * Holds an endpoint on this machine for as long as this process changes it. Records say who is tried where; this says which
 * process is at work on it now, and a process that is killed holds nothing.
 *
 * @param deed what this process does, as a verb phrase: "drives the canary of flights@3"
 * @throws InputError TY0213 naming the process that is at work.
 */
export async function holdEndpoint(stateFolder: string, endpoint: string, deed: string): Promise<Hold> {
  const folder = join(stateFolder, 'holds')
  await ensureFolder(folder)
  const own = claim(folder, endpoint, { ...ownIdentity(), deed, since: new Date().toISOString() })
  if (own !== undefined) return { release: () => dropClaim(own) }
  const holder = latestClaim(folder, endpoint)?.record
  const isThere = holder !== undefined && isRunning(holder)
  const who = isThere
    ? `process ${holder.pid} ${String(holder['deed'])}, since ${String(holder['since'])}`
    : 'another process'
  throw new InputError({ code: 'TY0213', details: `${who}, at the endpoint ${endpoint}` })
}
