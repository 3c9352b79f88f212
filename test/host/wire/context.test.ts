import { describe, expect, test } from 'vitest'
import { azureContext } from '../../../core/host/wire/azure-context.ts'
import { githubContext } from '../../../core/host/wire/github-context.ts'
import { localContext } from '../../../core/host/wire/local-context.ts'

const fallbacks = { folder: '/here', tempFolder: '/tmp', user: 'ada' }

const github = {
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTION: 'train',
  GITHUB_ACTOR: 'octocat',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_JOB: 'build',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REPOSITORY: 'octo/flights',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_RUN_ID: '4711',
  GITHUB_SERVER_URL: 'https://github.example.com',
  GITHUB_API_URL: 'https://github.example.com/api/v3',
  GITHUB_SHA: 'abc',
  GITHUB_WORKSPACE: '/work/flights',
  RUNNER_ENVIRONMENT: 'github-hosted',
  RUNNER_TEMP: '/runner/temp',
}

const azure = {
  TF_BUILD: 'True',
  AGENT_TEMPDIRECTORY: '/agent/_temp',
  BUILD_BUILDID: '815',
  BUILD_REASON: 'IndividualCI',
  BUILD_REPOSITORY_NAME: 'flights',
  BUILD_REPOSITORY_PROVIDER: 'TfsGit',
  BUILD_REQUESTEDFOR: 'Grace Hopper',
  BUILD_SOURCEBRANCH: 'refs/heads/main',
  BUILD_SOURCESDIRECTORY: '/agent/1/s',
  BUILD_SOURCEVERSION: 'abc',
  SYSTEM_COLLECTIONURI: 'https://dev.azure.com/contoso/',
  SYSTEM_DEFINITIONID: '38',
  SYSTEM_HOSTTYPE: 'build',
  SYSTEM_JOBATTEMPT: '1',
  SYSTEM_JOBNAME: 'linux',
  SYSTEM_PHASENAME: 'Train',
  SYSTEM_STAGEATTEMPT: '3',
  SYSTEM_STAGENAME: 'Build',
  SYSTEM_TASKINSTANCENAME: 'TrainyardTrain1',
  SYSTEM_TEAMPROJECT: 'Air Traffic',
  SYSTEM_TEAMPROJECTID: '4844',
}

const payload = { repository: { default_branch: 'trunk', private: true, visibility: 'internal' } }

describe('on GitHub', () => {
  test('the runner and the event say what this execution is', () => {
    expect(githubContext(github, payload, fallbacks)).toEqual({
      isCi: true,
      actor: 'octocat',
      repository: 'octo/flights',
      isPublicRepository: false,
      ref: 'refs/heads/main',
      defaultBranch: 'trunk',
      commit: 'abc',
      url: 'https://github.example.com/octo/flights/actions/runs/4711/attempts/2',
      serverUrl: 'https://github.example.com',
      apiUrl: 'https://github.example.com/api/v3',
      folder: '/work/flights',
      tempFolder: '/runner/temp',
      isThrowAway: true,
      trust: { kind: 'trusted' },
      identity: 'github/octo/flights/4711/build//train',
      attempt: 2,
    })
  })

  test('the identity tells the jobs of a matrix apart, and is the same in every attempt', () => {
    const identity = (id: string, attempt: string) =>
      githubContext({ ...github, ACTIONS_ORCHESTRATION_ID: id, GITHUB_RUN_ATTEMPT: attempt }, payload, fallbacks)
        .identity

    expect(identity('1111.build.linux_311', '1')).toBe(identity('2222.build.linux_311', '2'))
    expect(identity('1111.build.linux_311', '1')).not.toBe(identity('1111.build.linux_312', '1'))
  })

  test.each([
    ['public', { visibility: 'public', private: false }, true],
    ['private by the older key', { private: true }, false],
    ['unknown', {}, undefined],
  ])('a repository is %s', (_, repository, expected) => {
    expect(githubContext(github, { repository }, fallbacks).isPublicRepository).toBe(expected)
  })

  const head = (fullName: string | undefined) => ({
    pull_request: { head: { repo: fullName === undefined ? null : { full_name: fullName } } },
  })

  test.each([
    ['a push', 'push', {}, 'trusted'],
    ['a pull request of the repository itself', 'pull_request', head('Octo/Flights'), 'trusted'],
    ["a fork's pull request", 'pull_request', head('mallory/flights'), 'untrusted'],
    ['a pull request whose fork is gone', 'pull_request', head(undefined), 'untrusted'],
    ['a pull request with the rights of its target', 'pull_request_target', head('mallory/flights'), 'untrusted'],
    ['a pull request whose event cannot be read', 'pull_request', undefined, 'untrusted'],
    ['a review of a fork', 'pull_request_review', head('mallory/flights'), 'untrusted'],
    [
      'a run started by the run of a fork',
      'workflow_run',
      { workflow_run: { head_repository: { full_name: 'mallory/flights' } } },
      'untrusted',
    ],
    [
      'a run started by a run of the repository itself',
      'workflow_run',
      { workflow_run: { head_repository: { full_name: 'octo/flights' } } },
      'trusted',
    ],
  ])('%s is as trusted as it should be', (_, event, eventPayload, expected) => {
    const { trust } = githubContext({ ...github, GITHUB_EVENT_NAME: event }, eventPayload, fallbacks)

    expect(trust.kind).toBe(expected)
    if (trust.kind === 'untrusted') expect(trust.why).toMatch(/fork|gone|cannot be read/)
  })

  test('a runner of one’s own may keep what lies on it', () => {
    expect(githubContext({ ...github, RUNNER_ENVIRONMENT: 'self-hosted' }, payload, fallbacks).isThrowAway).toBe(false)
  })
})

describe('on Azure Pipelines', () => {
  test('the variables say what this execution is', () => {
    expect(azureContext(azure, fallbacks)).toEqual({
      isCi: true,
      actor: 'Grace Hopper',
      repository: 'Air Traffic/flights',
      ref: 'refs/heads/main',
      commit: 'abc',
      url: 'https://dev.azure.com/contoso/Air%20Traffic/_build/results?buildId=815',
      serverUrl: 'https://dev.azure.com/contoso/',
      apiUrl: 'https://dev.azure.com/contoso/',
      folder: '/agent/1/s',
      tempFolder: '/agent/_temp',
      isThrowAway: false,
      trust: { kind: 'trusted' },
      identity: 'azure/https://dev.azure.com/contoso//4844/build/38/815///Build/Train/linux/TrainyardTrain1',
      attempt: 3,
    })
  })

  test('a repository elsewhere is named as it is there', () => {
    const elsewhere = { ...azure, BUILD_REPOSITORY_PROVIDER: 'GitHub', BUILD_REPOSITORY_NAME: 'octo/flights' }

    expect(azureContext(elsewhere, fallbacks).repository).toBe('octo/flights')
  })

  test('a classic release has its own page and identity', () => {
    const release = {
      ...azure,
      SYSTEM_HOSTTYPE: 'release',
      BUILD_BUILDID: '',
      RELEASE_RELEASEID: '9',
      RELEASE_ENVIRONMENTID: '2',
      RELEASE_RELEASEWEBURL: 'https://dev.azure.com/contoso/_release?releaseId=9',
    }

    expect(azureContext(release, fallbacks)).toMatchObject({
      url: 'https://dev.azure.com/contoso/_release?releaseId=9',
      identity: 'azure/https://dev.azure.com/contoso//4844/release/38//9/2/Build/Train/linux/TrainyardTrain1',
    })
  })

  test.each([
    [{ AGENT_ISSELFHOSTED: '0', AGENT_CLOUDID: '' }, true],
    [{ AGENT_ISSELFHOSTED: '1', AGENT_CLOUDID: 'x' }, false],
    [{ AGENT_CLOUDID: '5d1b' }, true],
    [{ AGENT_CLOUDID: '', AGENT_NAME: 'Azure Pipelines 7' }, false],
    [{ AGENT_NAME: 'Azure Pipelines 7' }, true],
    [{ AGENT_NAME: 'Hosted Agent' }, true],
    [{ AGENT_NAME: 'build-04' }, false],
  ])('%j is thrown away after the job: %s', (agent, expected) => {
    expect(azureContext({ ...azure, ...agent }, fallbacks).isThrowAway).toBe(expected)
  })

  test.each([
    [{ SYSTEM_PULLREQUEST_ISFORK: 'False' }, 'trusted'],
    [{ BUILD_REASON: 'PullRequest', SYSTEM_PULLREQUEST_ISFORK: 'False' }, 'trusted'],
    [{ BUILD_REASON: 'PullRequest', SYSTEM_PULLREQUEST_ISFORK: 'True' }, 'untrusted'],
    [{ BUILD_REASON: 'PullRequest' }, 'untrusted'],
  ])('%j is %s', (variables, expected) => {
    expect(azureContext({ ...azure, ...variables }, fallbacks).trust.kind).toBe(expected)
  })

  test('the address of a fork is shown without credentials', () => {
    const { trust } = azureContext(
      {
        ...azure,
        SYSTEM_PULLREQUEST_ISFORK: 'True',
        SYSTEM_PULLREQUEST_SOURCEREPOSITORYURI: 'https://me:hunter22@github.com/mallory/flights',
      },
      fallbacks,
    )

    expect(trust).toEqual({
      kind: 'untrusted',
      why: 'the pull request comes from the fork https://github.com/mallory/flights',
    })
  })
})

describe('at a command line', () => {
  test('a person works alone, in the folder where they are', () => {
    expect(localContext({}, undefined, fallbacks)).toEqual({
      isCi: false,
      actor: 'ada',
      folder: '/here',
      tempFolder: '/tmp',
      isThrowAway: false,
      trust: { kind: 'trusted' },
      attempt: 1,
    })
  })

  test.each([
    ['GitHub', github, 'github/octo/flights/4711/build//train'],
    ['Azure', azure, 'azure/https://dev.azure.com/contoso//4844/build/38/815///Build/Train/linux/TrainyardTrain1'],
  ])('in a script step of %s it is that job', (_, env, identity) => {
    expect(localContext(env, payload, fallbacks)).toMatchObject({ isCi: true, identity, folder: '/here' })
  })

  test.each([
    ['true', true],
    ['1', true],
    ['woodpecker', true],
    ['false', false],
    ['', false],
  ])('CI=%s means CI: %s, whose machine dies with the job', (value, expected) => {
    expect(localContext({ CI: value }, undefined, fallbacks)).toMatchObject({ isCi: expected, isThrowAway: expected })
  })
})
