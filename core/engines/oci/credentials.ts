import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError, errorMessage } from '../../errors/errors.ts'
import { isErrno } from '../process/group.ts'

const shape = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).default({}),
})

/**
 * User and password for a registry, as `docker login` kept them: `DOCKER_CONFIG`, or `.docker` in the home folder. Credential
 * helpers are programs of their own and are not run.
 *
 * @returns `user:password` in base64; undefined where nothing is known
 * @throws ConfigError for a file that is not readable
 */
export async function dockerCredentials(
  registry: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const path = join(env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? homedir(), '.docker'), 'config.json')
  const found = await read(path)
  const names = [registry, `https://${registry}`, `https://${registry}/v1/`, `https://${registry}/v2/`]
  return names.map((name) => found.auths[name]?.auth).find((auth) => auth !== undefined && auth !== '')
}

async function read(path: string): Promise<z.infer<typeof shape>> {
  try {
    return shape.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return { auths: {} }
    throw new ConfigError({ details: `${path} cannot be read: ${errorMessage(error)}`, cause: error })
  }
}
