import type { HostContext, Trust } from '../host.ts'
import { countOf, defined, type Environment, type Fallbacks, isTrue, valueOf } from './environment.ts'

/** What Azure Pipelines says of this execution, in builds and in classic releases. */
export function azureContext(env: Environment, fallbacks: Fallbacks): HostContext {
  const collection = withSlash(
    valueOf(env, 'SYSTEM_COLLECTIONURI') ?? valueOf(env, 'SYSTEM_TEAMFOUNDATIONCOLLECTIONURI'),
  )
  return defined<HostContext>({
    isCi: true,
    actor: valueOf(env, 'BUILD_REQUESTEDFOR') ?? valueOf(env, 'RELEASE_REQUESTEDFOR') ?? fallbacks.user,
    repository: repositoryOf(env),
    isPublicRepository: undefined,
    ref: valueOf(env, 'BUILD_SOURCEBRANCH'),
    defaultBranch: undefined,
    commit: valueOf(env, 'BUILD_SOURCEVERSION'),
    url: runUrl(env, collection),
    serverUrl: collection,
    apiUrl: collection,
    folder:
      valueOf(env, 'BUILD_SOURCESDIRECTORY') ?? valueOf(env, 'SYSTEM_DEFAULTWORKINGDIRECTORY') ?? fallbacks.folder,
    tempFolder: valueOf(env, 'AGENT_TEMPDIRECTORY') ?? fallbacks.tempFolder,
    isThrowAway: isHosted(env),
    trust: trustOf(env),
    identity: identityOf(env, collection),
    // A stage that is run again counts in one variable, a job that is run again in the other.
    attempt: Math.max(countOf(env, 'SYSTEM_STAGEATTEMPT'), countOf(env, 'SYSTEM_JOBATTEMPT')),
  })
}

/** Repositories of other providers carry their owner in the name already. */
function repositoryOf(env: Environment): string | undefined {
  const name = valueOf(env, 'BUILD_REPOSITORY_NAME')
  const project = valueOf(env, 'SYSTEM_TEAMPROJECT')
  if (name === undefined || project === undefined) return name
  return valueOf(env, 'BUILD_REPOSITORY_PROVIDER') === 'TfsGit' ? `${project}/${name}` : name
}

function runUrl(env: Environment, collection: string | undefined): string | undefined {
  const release = valueOf(env, 'RELEASE_RELEASEWEBURL')
  if (release !== undefined) return release
  const project = valueOf(env, 'SYSTEM_TEAMPROJECT')
  const build = valueOf(env, 'BUILD_BUILDID')
  if (collection === undefined || project === undefined || build === undefined) return undefined
  return `${collection}${encodeURIComponent(project)}/_build/results?buildId=${build}`
}

/** Microsoft's own agents have a cloud id; it is defined and empty on others. Releases before 2.129 show it by their name. */
function isHosted(env: Environment): boolean {
  if (env['AGENT_ISSELFHOSTED'] !== undefined) return env['AGENT_ISSELFHOSTED'] === '0'
  if (env['AGENT_CLOUDID'] !== undefined) return env['AGENT_CLOUDID'] !== ''
  return /^(Hosted Agent|Azure Pipelines \d+)$/.test(env['AGENT_NAME'] ?? '')
}

function trustOf(env: Environment): Trust {
  if (isTrue(env, 'SYSTEM_PULLREQUEST_ISFORK')) {
    const source = valueOf(env, 'SYSTEM_PULLREQUEST_SOURCEREPOSITORYURI')
    return {
      kind: 'untrusted',
      why: `the pull request comes from ${source === undefined ? 'a fork' : `the fork ${bare(source)}`}`,
    }
  }
  const isPullRequest = valueOf(env, 'BUILD_REASON') === 'PullRequest'
  if (isPullRequest && valueOf(env, 'SYSTEM_PULLREQUEST_ISFORK') === undefined)
    return { kind: 'untrusted', why: 'this server does not say whether the pull request comes from a fork' }
  return { kind: 'trusted' }
}

/** Ids of jobs and tasks differ from attempt to attempt; their names do not. */
function identityOf(env: Environment, collection: string | undefined): string | undefined {
  const run = valueOf(env, 'BUILD_BUILDID') ?? valueOf(env, 'RELEASE_RELEASEID')
  if (collection === undefined || run === undefined) return undefined
  const names = [
    'SYSTEM_TEAMPROJECTID',
    'SYSTEM_HOSTTYPE',
    'SYSTEM_DEFINITIONID',
    'BUILD_BUILDID',
    'RELEASE_RELEASEID',
    'RELEASE_ENVIRONMENTID',
    'SYSTEM_STAGENAME',
    'SYSTEM_PHASENAME',
    'SYSTEM_JOBNAME',
    'SYSTEM_TASKINSTANCENAME',
  ]
  return ['azure', collection, ...names.map((name) => env[name] ?? '')].join('/')
}

function withSlash(url: string | undefined): string | undefined {
  return url === undefined || url.endsWith('/') ? url : `${url}/`
}

/** An address without the credentials that some providers write into it. */
function bare(address: string): string {
  if (!URL.canParse(address)) return address
  const url = new URL(address)
  url.username = ''
  url.password = ''
  return url.href
}
