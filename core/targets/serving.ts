import { InputError } from '../errors/errors.ts'
import type { Deployment } from '../records/deployment.ts'
import type { Digest } from '../records/digest.ts'
import { hexOf } from '../records/digest.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** What the ledger remembers to serve at an endpoint. */
export interface Serving {
  /** What has the traffic, or all of it but the canary's; undefined where nothing was ever deployed, or all is retired. */
  readonly stable: Deployment | undefined
  /** What is being tried, and holds the endpoint. */
  readonly canary: Deployment | undefined
  /** What another deployment has taken over from and that was not retired yet. */
  readonly leftovers: readonly Deployment[]
}

/** Reads what serves at an endpoint. */
export async function servingAt(endpoint: string, { deployments }: Workspace): Promise<Serving> {
  const live = (await deployments.list({ endpoint })).filter(({ state }) => state === 'live')
  const [stable, ...leftovers] = live
    .filter(({ role }) => role !== 'canary')
    .sort((a, b) => b.share - a.share || (a.at < b.at ? 1 : -1))
  return { stable, canary: live.find(({ role }) => role === 'canary'), leftovers }
}

/** The name of the deployment of a version's package: the same package has the same name wherever and whenever it is deployed. */
export function deploymentName(version: number, digest: Digest): string {
  return `v${version}-${hexOf(digest).slice(0, 8)}`
}

/** The error for a step that would change an endpoint while something else is being tried there. @throws InputError TY0213 */
export function demandNoOtherCanary({ canary }: Serving, own: string | undefined): void {
  if (canary === undefined || canary.name === own) return
  const { model, version, endpoint, name, share, at, by } = canary
  const whose = `${by.name}${by.url === undefined ? '' : ` (${by.url})`}`
  const details = `${model}@${version} is the canary at ${endpoint}, as ${name} with ${share} % of the traffic; ${whose} recorded that at ${at}`
  throw new InputError({ code: 'TY0213', details })
}
