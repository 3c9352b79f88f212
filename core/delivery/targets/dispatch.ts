import { type GithubAccess, openGithub } from '../../engines/github/client.ts'
import { dispatchRepository } from '../../engines/github/dispatch.ts'
import type { Repository } from '../../engines/github/repository.ts'
import type { EventType } from '../../records/event.ts'
import { payloadOf } from '../payload.ts'
import type { Target } from '../target.ts'

/** What a `repository_dispatch` needs. */
export interface DispatchSettings {
  readonly repository: Repository
  readonly type: string
  /** The address of the workspace, for the payload. */
  readonly workspace: string
}

/** `model.registered` → `model-registered`: the usual type of a dispatch. */
export function usualType(event: EventType): string {
  return event.replaceAll('.', '-')
}

/** Sends a `repository_dispatch`. GitHub does not say what that started, so it is delivered at least once. */
export function dispatchTarget(
  id: string,
  { repository, type, workspace }: DispatchSettings,
  access: GithubAccess,
): Target {
  return {
    id,
    label: `repository_dispatch ${type} to ${repository.owner}/${repository.repo}`,
    async send(event, signal) {
      const payload = { ...payloadOf(event, workspace) }
      await dispatchRepository(await openGithub(access), { repository, type, payload }, signal)
      return undefined
    },
  }
}
