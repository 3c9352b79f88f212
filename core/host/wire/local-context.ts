import type { HostContext } from '../host.ts'
import { azureContext } from './azure-context.ts'
import { type Environment, type Fallbacks, isTrue, valueOf } from './environment.ts'
import { githubContext, type Payload } from './github-context.ts'

/**
 * What a terminal says of this execution: nothing but the user's name. But the same command may stand in a script step of a CI
 * job, and there the rules of CI hold: who is trusted, what outlives the job, and that a repeated step is the same step.
 */
export function localContext(env: Environment, payload: Payload, fallbacks: Fallbacks): HostContext {
  const folder = { folder: fallbacks.folder }
  if (isTrue(env, 'GITHUB_ACTIONS')) return { ...githubContext(env, payload, fallbacks), ...folder }
  if (isTrue(env, 'TF_BUILD')) return { ...azureContext(env, fallbacks), ...folder }
  const isCi = valueOf(env, 'CI') !== undefined && !['false', '0'].includes(env['CI']?.toLowerCase() ?? '')
  return {
    isCi,
    actor: fallbacks.user,
    folder: fallbacks.folder,
    tempFolder: fallbacks.tempFolder,
    // Of an unknown CI system the careful answer is that its machine dies with the job.
    isThrowAway: isCi,
    trust: { kind: 'trusted' },
    attempt: 1,
  }
}
