import { ask } from './ask.ts'
import type { Github } from './client.ts'
import type { Repository } from './repository.ts'

/** An event for all workflows of a repository that wait for its type. */
export interface RepositoryDispatch {
  readonly repository: Repository
  /** At most 100 characters. */
  readonly type: string
  /** At most ten keys, below 64 kB. */
  readonly payload: Readonly<Record<string, unknown>>
}

/**
 * Sends a `repository_dispatch`. GitHub says neither which workflows started nor whether any did.
 *
 * @throws ExternalError when GitHub refuses or does not answer.
 */
export async function dispatchRepository(
  github: Github,
  { repository, type, payload }: RepositoryDispatch,
  signal: AbortSignal,
): Promise<void> {
  const name = `${repository.owner}/${repository.repo}`
  await ask({ operation: `dispatch ${type} to ${name}`, address: name, permission: 'contents: write' }, async () =>
    github.rest.repos.createDispatchEvent({
      ...repository,
      event_type: type,
      client_payload: { ...payload },
      request: { signal },
    }),
  )
}
