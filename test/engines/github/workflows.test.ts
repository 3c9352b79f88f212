import { describe, expect, test } from 'vitest'
import { openGithub } from '../../../core/engines/github/client.ts'
import { dispatchRepository } from '../../../core/engines/github/dispatch.ts'
import { findRun, startWorkflow } from '../../../core/engines/github/workflows.ts'
import { ExternalError } from '../../../core/errors/errors.ts'
import { GithubApi, type Grants } from '../../support/github-api.ts'

const repository = { owner: 'acme', repo: 'flights' }
const release = `
name: Release
run-name: Release \${{ inputs.candidate }} (\${{ inputs.event }})
on:
  workflow_dispatch:
    inputs: { candidate: { required: true }, event: { required: false } }
`
const nameless = release.replace(/^run-name.*$/m, '')
const start = { repository, file: 'release.yml', ref: 'main', inputs: { candidate: 'flights@3', event: 'e-1' } }
const query = { repository, file: 'release.yml', ref: 'main', mark: 'e-1', input: 'event' }
const signal = new AbortController().signal

interface Scene {
  readonly workflow?: string
  readonly grants?: Grants
  readonly isEnterprise?: boolean
}

async function scene({ workflow = release, grants, isEnterprise = false }: Scene = {}) {
  const api = await GithubApi.start({
    repositories: { 'acme/flights': { branches: ['main'], workflows: { 'release.yml': workflow } } },
    tokens: { good: grants ?? { actions: 'write', contents: 'write' } },
    isEnterprise,
  })
  return { api, github: await openGithub({ apiUrl: `${api.url}/`, token: 'good' }) }
}

async function failureOf(work: Promise<unknown>): Promise<ExternalError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown)
  if (error instanceof ExternalError) return error
  throw new Error(`expected an ExternalError, got ${String(error)}`)
}

describe('starting a workflow', () => {
  test('gives the page of the run', async () => {
    const { api, github } = await scene()
    await using _ = api

    const page = await startWorkflow(github, start, signal)

    expect(page).toBe('https://github.com/acme/flights/actions/runs/1001')
    expect(api.runs).toMatchObject([{ file: 'release.yml', ref: 'main', title: 'Release flights@3 (e-1)' }])
    expect(api.runs[0]?.inputs).toEqual({ candidate: 'flights@3', event: 'e-1' })
  })

  test('on an Enterprise Server, which does not say the page, still starts one', async () => {
    const { api, github } = await scene({ isEnterprise: true })
    await using _ = api

    expect(await startWorkflow(github, start, signal)).toBeUndefined()
    expect(api.runs).toHaveLength(1)
  })

  test('says which permission is missing', async () => {
    const { api, github } = await scene({ grants: { contents: 'write', actions: 'read' } })
    await using _ = api

    const error = await failureOf(startWorkflow(github, start, signal))

    expect(error.facts).toMatchObject({
      operation: 'start the workflow release.yml of acme/flights',
      status: 403,
      requestId: 'ID:1',
    })
    expect(error.details).toContain('Resource not accessible by integration')
    expect(error.details).toContain('permissions:\n  actions: write')
  })

  test('says that a repository or file is not there, or not to be seen', async () => {
    const { api, github } = await scene()
    await using _ = api

    const error = await failureOf(startWorkflow(github, { ...start, file: 'relase.yml' }, signal))

    expect(error.facts.status).toBe(404)
    expect(error.details).toContain('no such repository or file, or the token may not see it')
  })

  test('says what the workflow has to declare', async () => {
    const { api, github } = await scene()
    await using _ = api

    const error = await failureOf(startWorkflow(github, { ...start, inputs: { other: 'x' } }, signal))

    expect(error.facts.status).toBe(422)
    expect(error.details).toContain('Unexpected inputs provided: ["other"]')
    expect(error.details).toContain('has to declare `on: workflow_dispatch` with each input')
    expect(api.runs).toHaveLength(0)
  })

  test('with a wrong token says so, and does not show it', async () => {
    const { api } = await scene()
    await using _ = api
    const github = await openGithub({ apiUrl: api.url, token: 'wrong-and-secret' })

    const error = await failureOf(startWorkflow(github, start, signal))

    expect(error.facts.status).toBe(401)
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('wrong-and-secret')
  })

  test('takes a limit for a limit, not for a missing permission', async () => {
    const { api, github } = await scene()
    await using _ = api
    api.trouble({
      method: 'POST',
      path: /dispatches$/,
      when: 'before',
      answer: { status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: { message: 'API rate limit exceeded' } },
    })

    const error = await failureOf(startWorkflow(github, start, signal))

    expect(error.details).toContain('limits how often it is asked')
    expect(error.details).not.toContain('permissions:')
  })

  test('waits when GitHub asks it to, and gives up when that would be long', async () => {
    const { api, github } = await scene()
    await using _ = api
    const limit = (seconds: string) => ({
      method: 'POST',
      path: /dispatches$/,
      when: 'before' as const,
      answer: { status: 429, headers: { 'retry-after': seconds }, body: { message: 'secondary rate limit' } },
    })

    api.trouble(limit('0'))
    await startWorkflow(github, start, signal)
    api.trouble(limit('3600'))
    const error = await failureOf(startWorkflow(github, start, signal))

    expect(error.facts.status).toBe(429)
    expect(error.details).toContain('limits how often it is asked')
    expect(api.received).toHaveLength(3)
    expect(api.runs).toHaveLength(1)
  })

  test('is tried once when the server fails: it may have started', async () => {
    const { api, github } = await scene()
    await using _ = api
    api.trouble({
      method: 'POST',
      path: /dispatches$/,
      when: 'after',
      answer: { status: 502, body: { message: 'Server Error' } },
    })

    const error = await failureOf(startWorkflow(github, start, signal))

    expect(error.facts.status).toBe(502)
    expect(api.runs).toHaveLength(1)
    expect(api.received).toHaveLength(1)
  })

  test('is tried once when the connection is cut', async () => {
    const { api, github } = await scene()
    await using _ = api
    api.trouble({ method: 'POST', path: /dispatches$/, when: 'after' })

    const error = await failureOf(startWorkflow(github, start, signal))

    expect(error.code).toBe('TY0502')
    expect(error.facts.status).toBeUndefined()
    expect(api.received).toHaveLength(1)
  })
})

describe('finding a run', () => {
  const since = new Date(Date.now() - 60_000)

  test('finds it by the mark in its name', async () => {
    const { api, github } = await scene()
    await using _ = api
    await startWorkflow(github, start, signal)

    expect(await findRun(github, { ...query, since }, signal)).toEqual({
      kind: 'found',
      reference: 'https://github.com/acme/flights/actions/runs/1001',
    })
  })

  test('finds it behind a hundred others', async () => {
    const { api, github } = await scene()
    await using _ = api
    await startWorkflow(github, start, signal)
    for (let other = 0; other < 150; other += 1)
      api.addRun({
        repository: 'acme/flights',
        file: 'release.yml',
        ref: 'main',
        inputs: {},
        title: `Release (o-${other})`,
      })

    expect((await findRun(github, { ...query, since }, signal)).kind).toBe('found')
  })

  test('nothing was started, so it is absent', async () => {
    const { api, github } = await scene({ workflow: nameless })
    await using _ = api

    expect(await findRun(github, { ...query, since }, signal)).toEqual({ kind: 'absent' })
  })

  test('others were started, and the names of runs show the input, so it is absent', async () => {
    const { api, github } = await scene()
    await using _ = api
    await startWorkflow(github, { ...start, inputs: { candidate: 'flights@2', event: 'e-0' } }, signal)

    expect(await findRun(github, { ...query, since }, signal)).toEqual({ kind: 'absent' })
  })

  test('runs from before do not count', async () => {
    const { api, github } = await scene({ workflow: nameless })
    await using _ = api
    await startWorkflow(github, start, signal)

    const later = new Date(Date.now() + 60_000)

    expect(await findRun(github, { ...query, since: later }, signal)).toEqual({ kind: 'absent' })
  })

  test.each([
    ['has no run-name', nameless],
    ['has a run-name that shows another input', release.replace('inputs.event', 'inputs.events')],
  ])('is unclear when the workflow %s, and says what to add', async (_, workflow) => {
    const { api, github } = await scene({ workflow })
    await using __ = api
    await startWorkflow(github, start, signal)

    const found = await findRun(github, { ...query, since }, signal)

    expect(found.kind).toBe('unclear')
    expect(found.kind === 'unclear' ? found.why : '').toContain('run-name: Release ${{ inputs.event }}')
  })

  test('is unclear when the workflow may not be read', async () => {
    const { api, github } = await scene({ grants: { actions: 'write' } })
    await using _ = api
    await startWorkflow(github, { ...start, inputs: { candidate: 'flights@2', event: 'e-0' } }, signal)

    expect((await findRun(github, { ...query, since }, signal)).kind).toBe('unclear')
  })
})

describe('repository_dispatch', () => {
  test('arrives with its payload', async () => {
    const { api, github } = await scene()
    await using _ = api

    await dispatchRepository(github, { repository, type: 'model-registered', payload: { eventId: 'e-1' } }, signal)

    expect(api.dispatches).toEqual([
      { repository: 'acme/flights', type: 'model-registered', payload: { eventId: 'e-1' } },
    ])
  })

  test('says which permission is missing', async () => {
    const { api, github } = await scene({ grants: { actions: 'write', contents: 'read' } })
    await using _ = api

    const error = await failureOf(dispatchRepository(github, { repository, type: 't', payload: {} }, signal))

    expect(error.details).toContain('permissions:\n  contents: write')
  })
})

test('a cancelled request ends with the reason of its signal', async () => {
  const { api, github } = await scene()
  await using _ = api
  const controller = new AbortController()
  controller.abort(new Error('stopped by a person'))

  await expect(startWorkflow(github, start, controller.signal)).rejects.toThrow('stopped by a person')
  expect(api.runs).toHaveLength(0)
})
