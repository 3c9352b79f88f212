import type { HostContext, Trust } from '../host.ts'
import { countOf, defined, type Environment, type Fallbacks, valueOf } from './environment.ts'

/** The event's payload as parsed JSON; undefined where the runner gave none that can be read. */
export type Payload = unknown

/** What GitHub says of this execution: the runner's environment and the event's payload. */
export function githubContext(env: Environment, payload: Payload, fallbacks: Fallbacks): HostContext {
  const repository = valueOf(env, 'GITHUB_REPOSITORY')
  const serverUrl = valueOf(env, 'GITHUB_SERVER_URL') ?? 'https://github.com'
  const attempt = countOf(env, 'GITHUB_RUN_ATTEMPT')
  return defined<HostContext>({
    isCi: true,
    actor: valueOf(env, 'GITHUB_ACTOR') ?? fallbacks.user,
    repository,
    isPublicRepository: isPublic(payload),
    ref: valueOf(env, 'GITHUB_REF'),
    defaultBranch: textAt(payload, 'repository', 'default_branch'),
    commit: valueOf(env, 'GITHUB_SHA'),
    url: runUrl({ env, serverUrl, repository, attempt }),
    serverUrl,
    apiUrl: valueOf(env, 'GITHUB_API_URL') ?? 'https://api.github.com',
    folder: valueOf(env, 'GITHUB_WORKSPACE') ?? fallbacks.folder,
    tempFolder: valueOf(env, 'RUNNER_TEMP') ?? fallbacks.tempFolder,
    isThrowAway: env['RUNNER_ENVIRONMENT'] === 'github-hosted',
    trust: trustOf(env, payload),
    identity: identityOf(env, repository),
    attempt,
  })
}

interface Run {
  readonly env: Environment
  readonly serverUrl: string
  readonly repository: string | undefined
  readonly attempt: number
}

function runUrl({ env, serverUrl, repository, attempt }: Run): string | undefined {
  const run = valueOf(env, 'GITHUB_RUN_ID')
  if (repository === undefined || run === undefined) return undefined
  return `${serverUrl}/${repository}/actions/runs/${run}${attempt === 1 ? '' : `/attempts/${attempt}`}`
}

/** The jobs of a matrix share their name; newer runners tell them apart by the end of the orchestration id (`<uuid>.job.leg`). */
function identityOf(env: Environment, repository: string | undefined): string | undefined {
  const run = valueOf(env, 'GITHUB_RUN_ID')
  if (repository === undefined || run === undefined) return undefined
  const leg = valueOf(env, 'ACTIONS_ORCHESTRATION_ID')?.replace(/^[^.]*\./, '')
  return [
    'github',
    repository,
    run,
    valueOf(env, 'GITHUB_JOB') ?? '',
    leg ?? '',
    valueOf(env, 'GITHUB_ACTION') ?? '',
  ].join('/')
}

function isPublic(payload: Payload): boolean | undefined {
  const visibility = textAt(payload, 'repository', 'visibility')
  if (visibility !== undefined) return visibility === 'public'
  const isPrivate = at(payload, 'repository', 'private')
  return typeof isPrivate === 'boolean' ? !isPrivate : undefined
}

/** A pull request's code is trusted when its branch lies in the repository itself, since only those who may push get there. */
function trustOf(env: Environment, payload: Payload): Trust {
  const event = valueOf(env, 'GITHUB_EVENT_NAME') ?? ''
  const repository = valueOf(env, 'GITHUB_REPOSITORY')
  if (event.startsWith('pull_request')) {
    if (at(payload, 'pull_request') === undefined) return untrusted('the event of this pull request cannot be read')
    return fromRepository(textAt(payload, 'pull_request', 'head', 'repo', 'full_name'), repository, 'the pull request')
  }
  if (event === 'workflow_run') {
    const head = textAt(payload, 'workflow_run', 'head_repository', 'full_name')
    return fromRepository(head, repository, 'the workflow run that started this one')
  }
  return { kind: 'trusted' }
}

function fromRepository(head: string | undefined, repository: string | undefined, what: string): Trust {
  if (head !== undefined && head.toLowerCase() === repository?.toLowerCase()) return { kind: 'trusted' }
  return untrusted(`${what} comes from ${head === undefined ? 'a repository that is gone' : `the fork ${head}`}`)
}

function untrusted(why: string): Trust {
  return { kind: 'untrusted', why }
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined,
    value,
  )
}
