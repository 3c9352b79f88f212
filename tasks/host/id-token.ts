import { ExternalError } from '../../core/errors/errors.ts'
import { type Environment, valueOf } from '../../core/host/wire/environment.ts'
import type { TaskLib } from './task-lib.ts'

/** Azure Pipelines writes this audience into every token and no other. */
const onlyAudience = 'api://AzureADTokenExchange'

interface Wanted {
  readonly taskLib: TaskLib
  readonly env: Environment
  readonly audience: string
  readonly mask: (secret: string) => void
}

/**
 * Asks Azure DevOps for the job's identity token.
 * Source: the REST reference, Distributed Task, Oidctoken, Create (7.2-preview.1).
 *
 * @throws ExternalError for another audience than Azure's own, and when the server refuses.
 */
export async function idTokenFor({ taskLib, env, audience, mask }: Wanted): Promise<string> {
  const operation = `get an identity token for ${audience}`
  if (audience !== onlyAudience) {
    throw new ExternalError({
      facts: { operation },
      details: `Azure Pipelines gives identity tokens for ${onlyAudience} only.`,
    })
  }
  const address = addressOf(env)
  const access = taskLib.task.getEndpointAuthorization('SYSTEMVSSCONNECTION', true)?.parameters['AccessToken']
  if (address === undefined || access === undefined) {
    throw new ExternalError({
      facts: { operation },
      details: 'The agent gave this job no address or no token to ask with.',
    })
  }
  mask(access)
  const token = await ask(address, { access, operation })
  mask(token)
  return token
}

function addressOf(env: Environment): string | undefined {
  const given = valueOf(env, 'SYSTEM_OIDCREQUESTURI')
  if (given !== undefined) return `${given}?api-version=7.2-preview.1`
  const [collection, project, hub, plan, job] = [
    'SYSTEM_COLLECTIONURI',
    'SYSTEM_TEAMPROJECTID',
    'SYSTEM_HOSTTYPE',
    'SYSTEM_PLANID',
    'SYSTEM_JOBID',
  ].map((name) => valueOf(env, name))
  if (collection === undefined || job === undefined) return undefined
  const path = `${project}/_apis/distributedtask/hubs/${hub}/plans/${plan}/jobs/${job}/oidctoken`
  return `${collection.replace(/\/?$/, '/')}${path}?api-version=7.2-preview.1`
}

async function ask(address: string, { access, operation }: { access: string; operation: string }): Promise<string> {
  // Few steps ask for a token; the others need not load what it takes.
  const { request } = await import('../../core/engines/http/request.ts')
  const answer = await request({
    operation,
    method: 'POST',
    url: address,
    headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
    isIdempotent: true,
  })
  const token = tokenIn(answer.json())
  if (token !== undefined) return token
  throw new ExternalError({ facts: { operation, address, status: answer.status }, details: 'No token came back.' })
}

function tokenIn(body: unknown): string | undefined {
  const token: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'oidcToken') : undefined
  return typeof token === 'string' && token !== '' ? token : undefined
}
