import { describe, expect, test } from 'vitest'
import { findPipelineRun, startPipeline } from '../../../core/engines/azure-devops/pipelines.ts'
import { findRelease, startRelease } from '../../../core/engines/azure-devops/releases.ts'
import { ExternalError } from '../../../core/errors/errors.ts'
import { AzureDevopsApi } from '../../support/azure-devops-api.ts'

const signal = new AbortController().signal
const jwt = 'eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln'
const pipeline = { project: 'My shop', id: 12 }
const parameters = { candidate: 'flights@3', event: 'e-1' }

async function scene({ isOnPremises = false } = {}) {
  const api = await AzureDevopsApi.start({
    project: 'My shop',
    tokens: { 'a-personal-token': 'Basic', [jwt]: 'Bearer' },
    pipelines: [{ id: 12, branches: ['refs/heads/main'], parameters: ['candidate', 'event'] }],
    definitions: { 4: ['_flights'] },
    isOnPremises,
  })
  return { api, access: { url: api.url, token: 'a-personal-token' } }
}

async function failureOf(work: Promise<unknown>): Promise<ExternalError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown)
  if (error instanceof ExternalError) return error
  throw new Error(`expected an ExternalError, got ${String(error)}`)
}

describe('a YAML pipeline', () => {
  test('runs at a branch with its parameters', async () => {
    const { api, access } = await scene()
    await using _ = api

    const page = await startPipeline(access, { ...pipeline, ref: 'refs/heads/main', parameters }, signal)

    expect(page).toBe(`${api.url}/My%20shop/_build/results?buildId=501`)
    expect(api.runs).toMatchObject([{ pipeline: 12, refName: 'refs/heads/main', parameters }])
  })

  test('takes a token of Entra as well as a personal one', async () => {
    const { api, access } = await scene()
    await using _ = api

    await startPipeline({ ...access, token: jwt }, { ...pipeline, parameters }, signal)

    expect(api.runs).toMatchObject([{ refName: undefined }])
  })

  test('is found again by its parameter', async () => {
    const { api, access } = await scene()
    await using _ = api
    const query = { ...pipeline, since: new Date(Date.now() - 60_000), parameter: 'event', value: 'e-1' }
    api.addRun({ pipeline: 12, refName: undefined, parameters: { event: 'e-0' } })

    expect(await findPipelineRun(access, query, signal)).toEqual({ kind: 'absent' })
    await startPipeline(access, { ...pipeline, parameters }, signal)
    expect(await findPipelineRun(access, query, signal)).toEqual({
      kind: 'found',
      reference: `${api.url}/My%20shop/_build/results?buildId=502`,
    })
  })

  test('runs from before do not count', async () => {
    const { api, access } = await scene()
    await using _ = api
    await startPipeline(access, { ...pipeline, parameters }, signal)
    const query = { ...pipeline, since: new Date(Date.now() + 60_000), parameter: 'event', value: 'e-1' }

    expect(await findPipelineRun(access, query, signal)).toEqual({ kind: 'absent' })
  })

  test('is unclear when a run does not say its parameters, or there are too many to ask', async () => {
    const { api, access } = await scene()
    await using _ = api
    const query = { ...pipeline, since: new Date(Date.now() - 60_000), parameter: 'event', value: 'e-1' }

    api.addRun({ pipeline: 12, refName: undefined, parameters: undefined })
    expect((await findPipelineRun(access, query, signal)).kind).toBe('unclear')

    api.runs.length = 0
    for (let other = 0; other < 51; other += 1)
      api.addRun({ pipeline: 12, refName: undefined, parameters: { event: `o-${other}` } })
    expect((await findPipelineRun(access, query, signal)).kind).toBe('unclear')
  })

  test('an undeclared parameter is refused in the words of the service', async () => {
    const { api, access } = await scene()
    await using _ = api

    const error = await failureOf(startPipeline(access, { ...pipeline, parameters: { other: 'x' } }, signal))

    expect(error.facts).toMatchObject({ status: 400, operation: 'start the pipeline 12 of My shop', address: api.url })
    expect(error.facts.requestId).toMatch(/^e2e-/)
    expect(error.details).toContain("Unexpected parameter 'other'")
  })

  test('a pipeline that is not there, which the client calls null, is a refusal', async () => {
    const { api, access } = await scene()
    await using _ = api

    const error = await failureOf(startPipeline(access, { ...pipeline, id: 13, parameters }, signal))

    expect(error.facts.status).toBe(404)
    expect(error.details).toContain('the right to queue builds')
  })

  test('a wrong token is named as such, and not shown', async () => {
    const { api, access } = await scene()
    await using _ = api
    const wrong = { ...access, token: 'wrong-and-secret' }

    const error = await failureOf(startPipeline(wrong, { ...pipeline, parameters }, signal))

    expect(error.facts.status).toBe(401)
    expect(error.details).toContain('missing, wrong or expired')
    expect(`${error.stack} ${String(error.cause)}`).not.toContain('wrong-and-secret')
  })

  test('is tried once when the server fails or the connection is cut: it may run', async () => {
    const { api, access } = await scene()
    await using _ = api
    const starts = () => api.received.filter(({ method }) => method === 'POST').length

    api.trouble({ method: 'POST', path: /runs$/, when: 'after', answer: { status: 503, body: { message: 'busy' } } })
    expect((await failureOf(startPipeline(access, { ...pipeline, parameters }, signal))).facts.status).toBe(503)
    expect(starts()).toBe(1)

    api.trouble({ method: 'POST', path: /runs$/, when: 'after' })
    expect((await failureOf(startPipeline(access, { ...pipeline, parameters }, signal))).code).toBe('TY0502')
    expect(starts()).toBe(2)
  })
})

describe('a classic release', () => {
  const release = {
    project: 'My shop',
    definition: 4,
    description: 'flights@3 (event e-1)',
    artifact: { alias: '_flights', version: '3' },
  }

  test.each([false, true])('is created where releases live (on premises: %s)', async (isOnPremises) => {
    const { api, access } = await scene({ isOnPremises })
    await using _ = api

    const page = await startRelease(access, release, signal)

    expect(page).toBe(`${api.url}/My%20shop/_releaseProgress?_a=release-pipeline-progress&releaseId=71`)
    expect(api.releases).toMatchObject([
      { definition: 4, artifacts: [{ alias: '_flights', instanceReference: { id: '3', name: '3' } }] },
    ])
  })

  test('is found again by its description', async () => {
    const { api, access } = await scene()
    await using _ = api
    const query = { project: 'My shop', definition: 4, since: new Date(Date.now() - 60_000), mark: '(event e-1)' }

    expect(await findRelease(access, query, signal)).toEqual({ kind: 'absent' })
    await startRelease(access, release, signal)
    expect((await findRelease(access, query, signal)).kind).toBe('found')
    expect((await findRelease(access, { ...query, mark: '(event e-2)' }, signal)).kind).toBe('absent')
  })

  test('is unclear behind a full page', async () => {
    const { api, access } = await scene()
    await using _ = api
    for (let id = 1000; id < 1100; id += 1)
      api.releases.push({ id, definition: 4, description: 'by hand', artifacts: undefined, createdOn: new Date() })
    const query = { project: 'My shop', definition: 4, since: new Date(Date.now() - 60_000), mark: '(event e-1)' }

    expect((await findRelease(access, query, signal)).kind).toBe('unclear')
  })

  test('an artifact that the definition has not is refused', async () => {
    const { api, access } = await scene()
    await using _ = api
    const wrong = { ...release, artifact: { alias: 'flights', version: '3' } }

    expect((await failureOf(startRelease(access, wrong, signal))).details).toContain('No artifact flights')
  })
})
