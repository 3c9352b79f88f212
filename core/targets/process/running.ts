import { ExternalError } from '../../errors/errors.ts'
import { askRouter } from './admin-client.ts'
import { latestClaim } from './claim.ts'
import { isRunning } from './identity.ts'
import { type Layout, routerKey, serverKey } from './layout.ts'
import { type RouterStatus, routerStatusSchema } from './router-status.ts'
import { type RouterClaim, routerClaimSchema, type ServerClaim, serverClaimSchema } from './state.ts'

const statusTimeoutMs = 2000

/** A claim, and whether its process lives. */
export type Held<T> = T & { readonly isRunning: boolean }

/** The latest router of an endpoint; undefined where there was none. */
export function latestRouter({ processes }: Layout): Held<RouterClaim> | undefined {
  const record = latestClaim(processes, routerKey)?.record
  return record === undefined ? undefined : { ...routerClaimSchema.parse(record), isRunning: isRunning(record) }
}

/** The latest server of a deployment; undefined where there was none. */
export function latestServer({ processes }: Layout, deployment: string): Held<ServerClaim> | undefined {
  const record = latestClaim(processes, serverKey(deployment))?.record
  return record === undefined ? undefined : { ...serverClaimSchema.parse(record), isRunning: isRunning(record) }
}

/** How a router answers: its status, that the token is not its own, or nothing. */
export type RouterAnswer = RouterStatus | 'stranger' | 'silent'

/** Asks a router how it is. */
export async function statusOf(router: RouterClaim, token: string, signal?: AbortSignal): Promise<RouterAnswer> {
  try {
    const address = { adminPort: router.adminPort, token }
    const question = { method: 'GET', path: '/status', timeoutMs: statusTimeoutMs } as const
    const answer = await askRouter(address, signal === undefined ? question : { ...question, signal })
    return routerStatusSchema.parse(answer)
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error
    if (error.facts.status === 401) return 'stranger'
    if (error.facts.status === undefined) return 'silent'
    throw error
  }
}
