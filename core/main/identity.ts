import { unverified, type VerifiedToken, verifyToken } from '../engines/identity/verify-token.ts'
import { ExternalError } from '../errors/errors.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../project/project.ts'
import type { Actor } from '../records/actor.ts'

/** Azure Pipelines writes this audience into every token and no other. */
const azureAudience = 'api://AzureADTokenExchange'
const ownAudience = 'trainyard'

/** The issuers of GitHub, of its enterprises, of Azure DevOps and of Microsoft Entra: each writes who runs, and nobody else can. */
const knownIssuers = [
  /^https:\/\/token\.actions\.githubusercontent\.com(?:\/[A-Za-z0-9-]+)?$/,
  /^https:\/\/vstoken\.dev\.azure\.com\/[0-9a-f-]{36}$/,
  /^https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}\/v2\.0$/,
]

/** Who acts, as the environment of the step says it. */
export function actorOf(host: Host): Actor {
  const { actor, url, repository } = host.context
  return {
    name: actor,
    host: host.id,
    ...(url === undefined ? {} : { url }),
    ...(repository === undefined ? {} : { repository }),
  }
}

/**
 * Who acts in a step that writes: verified by the identity token of the CI system, where the project file asks for it. The token
 * is forgotten; its issuer and subject are what is remembered.
 *
 * @throws ConfigError TY0218 when the token does not verify or is about somebody else, and when one is required and there is none.
 */
export async function verifiedActorOf(host: Host, project: Project): Promise<Actor> {
  const actor = actorOf(host)
  const said = project.content.workspace
  const { identity, issuers = [] } = typeof said === 'object' ? said : {}
  if (identity === undefined) return actor
  const audience = host.id === 'azure' ? azureAudience : ownAudience
  const token = await tokenOf(host, audience)
  if (typeof token !== 'string') {
    if (identity === 'required') throw unverified(`there is none, and trainyard.yml requires one. ${token.why}`)
    if (host.context.isCi) host.log.warning(`Who acts is not verified: ${token.why}`)
    return actor
  }
  const isTrusted = (issuer: string) => issuers.includes(issuer) || knownIssuers.some((known) => known.test(issuer))
  const verified = await verifyToken(token, { audience, isTrusted, signal: host.signal })
  demandSame(verified, host)
  const { issuer, subject } = verified
  return { ...actor, identity: { issuer, subject, isVerified: true } }
}

async function tokenOf(host: Host, audience: string): Promise<string | { readonly why: string }> {
  try {
    return await host.idToken(audience)
  } catch (error) {
    if (error instanceof ExternalError) return { why: error.details }
    throw error
  }
}

/** The environment of a step can be changed by the steps before it; what the token says cannot. */
function demandSame({ claims }: VerifiedToken, { context }: Host): void {
  for (const name of ['actor', 'repository'] as const) {
    const claimed = claims[name]
    const said = context[name]
    if (typeof claimed !== 'string' || said === undefined) continue
    if (claimed.toLowerCase() !== said.toLowerCase())
      throw unverified(`it is about the ${name} ${claimed}, and the environment says ${said}`)
  }
}
