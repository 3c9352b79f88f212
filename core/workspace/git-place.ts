import { ConfigError, ExternalError } from '../errors/errors.ts'
import type { BareRepository } from '../engines/git/bare-repository.ts'
import type { GitResult } from '../engines/git/git.ts'
import { adviceFor } from './refusals.ts'

/** A branch of a repository that holds a workspace, with this process's private copy of it. */
export interface GitPlace {
  /** Where it is, without credentials. */
  readonly url: string
  readonly branch: string
  readonly repository: BareRepository
  /** What to do about a missing right to push, in the words of the CI system. */
  readonly rightsHint: string
}

/** Makes a place. */
export function createGitPlace(options: Omit<GitPlace, 'url'>): GitPlace {
  return { ...options, url: `git:${options.repository.url}#${options.branch}` }
}

/** Git could not reach the repository, or was refused: with its own words. */
export function remoteFailed(place: GitPlace, operation: string, { stderr, exitCode }: GitResult): ExternalError {
  return new ExternalError({ details: stderr, facts: { operation, address: place.url, status: exitCode } })
}

/** The repository can be read, and refuses a push for a reason that does not go away. */
export function pushRefused(place: GitPlace, what: string, { stderr, stdout }: GitResult): ConfigError {
  const words = [stderr, stdout.toString('utf8').trim()].filter((text) => text !== '').join('\n')
  return new ConfigError({
    code: 'TY0203',
    details: `${place.url} refused ${what}:\n${words}\n${adviceFor({ ...place, words })}`,
  })
}
