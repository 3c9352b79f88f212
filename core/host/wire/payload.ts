import { readFileSync } from 'node:fs'
import { errorMessage } from '../../errors/errors.ts'
import { type Environment, valueOf } from './environment.ts'
import type { Payload } from './github-context.ts'

/**
 * The event that GitHub started a job for, from the file that its environment names; undefined elsewhere.
 *
 * @param warn Is told of a payload that cannot be read. It counts as none, and the context then trusts no pull request.
 */
export function payloadIn(env: Environment, warn: (sentence: string) => void): Payload {
  const path = valueOf(env, 'GITHUB_EVENT_PATH')
  if (path === undefined) return undefined
  try {
    const payload: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return payload
  } catch (error) {
    warn(`The event of this run cannot be read from ${path}: ${errorMessage(error)}`)
    return undefined
  }
}
