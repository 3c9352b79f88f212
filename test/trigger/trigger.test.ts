import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { asText } from '../../core/errors/render.ts'
import type { HostContext } from '../../core/host/host.ts'
import { main } from '../../core/main/main.ts'
import { definition } from '../../core/trigger/definition.ts'
import { run } from '../../core/trigger/run.ts'
import { aGithub } from '../delivery/a-github.ts'
import { Place } from '../delivery/a-place.ts'
import { AzureDevopsApi } from '../support/azure-devops-api.ts'
import type { GithubApi } from '../support/github-api.ts'
import { type MemoryHost, memoryHost } from '../support/memory-host.ts'
import { Receiver } from '../support/receiver.ts'

interface Scene {
  readonly triggers?: readonly object[]
  readonly api?: GithubApi
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly context?: Partial<HostContext>
}

const release = { name: 'release', fire: { workflow: { file: 'release.yml' } } }

/** Runs the step as a job of acme/flights does. */
async function trigger(place: Place, scene: Scene): Promise<MemoryHost> {
  const { triggers = [release], api, inputs, env, context } = scene
  await writeFile(join(place.folder, 'trainyard.yml'), stringify({ version: 1, workspace: place.url, triggers }))
  const host = memoryHost({
    inputs: { token: 'good', ...inputs },
    env: { ...env },
    context: {
      folder: place.folder,
      tempFolder: place.folder,
      repository: 'acme/flights',
      defaultBranch: 'main',
      ref: 'refs/heads/main',
      ...(api === undefined ? {} : { apiUrl: api.url }),
      ...context,
    },
  })
  await main(definition, run, host)
  return host
}

function failureText(host: MemoryHost): string {
  return host.outcome?.kind === 'failed' ? asText(host.outcome.rendered) : ''
}

describe('the step', () => {
  test('fires once though it runs twice, and says what it started', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()

    const first = await trigger(place, { api })
    const second = await trigger(place, { api })

    const page = 'https://github.com/acme/flights/actions/runs/1001'
    expect(first.outcome).toEqual({ kind: 'succeeded', message: '1 delivery sent' })
    expect(Object.fromEntries(first.outputs)).toEqual({ fired: '1', pending: '0', references: page })
    expect(first.summaryText).toContain(`](${page})`)
    expect(second.outcome).toEqual({ kind: 'succeeded', message: 'Nothing to start' })
    expect(Object.fromEntries(second.outputs)).toEqual({ fired: '0', pending: '0', references: '' })
    expect(api.runs).toHaveLength(1)
  })

  test('fails with all failures at once, after the summary; what arrived stays delivered', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await using receiver = await Receiver.start()
    await place.register()
    const hook = { name: 'hook', fire: { webhook: { url: receiver.url } } }

    const host = await trigger(place, { api, triggers: [release, hook], inputs: { token: 'read-only' } })

    expect(host.ended?.exitCode).toBe(4)
    expect(Object.fromEntries(host.outputs)).toMatchObject({ fired: '1' })
    expect(failureText(host)).toContain('Not every event could be delivered (TY0701)')
    expect(failureText(host)).toContain('permissions:')
    expect(host.summaryText).toContain('**failed**')
    expect(host.summaryText).toContain('**fired**')
    expect(receiver.acted).toHaveLength(1)
  })

  test('without rules says that nothing can start', async () => {
    await using place = await Place.make()
    await place.register()

    const host = await trigger(place, { triggers: [] })

    expect(host.outcome?.kind).toBe('warned')
    expect(Object.fromEntries(host.outputs)).toEqual({ fired: '0', pending: '0', references: '' })
  })

  test('in a dry run says what would fire and sends nothing', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()

    const host = await trigger(place, { api, inputs: { dryRun: 'true' } })

    expect(host.outcome).toEqual({ kind: 'succeeded', message: '1 delivery would be sent; nothing was' })
    expect(Object.fromEntries(host.outputs)).toEqual({ fired: '0', pending: '1', references: '' })
    expect(host.summaryText).toContain('would fire')
    expect(api.received).toHaveLength(0)
  })

  test('starts nothing for a pull request of a fork', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()

    const host = await trigger(place, { api, context: { trust: { kind: 'untrusted', why: 'it comes from a fork' } } })

    expect(failureText(host)).toContain('TY0211')
    expect(api.received).toHaveLength(0)
  })

  test('takes a rule that breaks the schema for a fault of the file, with its line', async () => {
    await using place = await Place.make()
    const wrong = { name: 'release', fire: { workflow: { file: 'release.yml', inputs: { path: 'models/{model}' } } } }

    const host = await trigger(place, { triggers: [wrong] })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureText(host)).toMatch(/trainyard\.yml:\d+:\d+.*a placeholder stands alone/)
  })

  test('refuses two rules of one name, since receipts are kept under it', async () => {
    await using place = await Place.make()
    const other = { name: 'release', fire: { dispatch: {} } }

    const host = await trigger(place, { triggers: [release, other] })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureText(host)).toMatch(/triggers\.1\.name .*trainyard\.yml:\d+:\d+.*stands twice/)
  })

  test('tells everything that rules need and that is missing, at once', async () => {
    await using place = await Place.make()
    const triggers = [
      { name: 'deploy', refs: ['main'], fire: { pipeline: { project: 'shop', id: 12 } } },
      { name: 'hook', refs: ['main'], fire: { webhook: { url: 'https://example.com/x', secretEnv: 'NOT_SET' } } },
    ]

    const host = await trigger(place, { triggers })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureText(host)).toContain('azure-devops is missing, which the trigger rule deploy needs')
    expect(failureText(host)).toContain('NOT_SET, which is not set')
  })
})

describe('each kind of target', () => {
  test('a workflow gets the inputs that the rule names', async () => {
    await using place = await Place.make()
    await using api = await aGithub(
      '{ name: Go, run-name: "${{ inputs.id }}", on: { workflow_dispatch: { inputs: { m: {}, v: {}, id: {} } } } }',
    )
    const event = await place.register()
    const workflow = { file: 'release.yml', ref: 'main', inputs: { m: '{model}', v: '{version}' }, eventInput: 'id' }

    await trigger(place, { api, triggers: [{ name: 'release', fire: { workflow } }] })

    expect(api.runs).toMatchObject([{ title: event.id, inputs: { m: 'flights', v: '1', id: event.id } }])
  })

  test('a repository_dispatch carries the payload', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    const event = await place.register()

    await trigger(place, { api, triggers: [{ name: 'all', fire: { dispatch: {} } }] })

    expect(api.dispatches).toMatchObject([
      {
        repository: 'acme/flights',
        type: 'model-registered',
        payload: { event: 'model.registered', eventId: event.id, model: { name: 'flights', version: '1' } },
      },
    ])
  })

  test('Azure gets a run and a release, by the connection and its token', async () => {
    await using place = await Place.make()
    await using azure = await AzureDevopsApi.start({
      project: 'shop',
      tokens: { 'azure-token': 'Basic' },
      pipelines: [{ id: 12, branches: ['refs/heads/main'], parameters: ['candidate', 'event'] }],
      definitions: { 4: ['_flights'] },
    })
    const event = await place.register()
    const triggers = [
      { name: 'run', fire: { pipeline: { project: 'shop', id: 12, branch: 'main' } } },
      { name: 'classic', fire: { release: { project: 'shop', definition: 4, artifactAlias: '_flights' } } },
    ]
    const scene = { triggers, inputs: { azureDevops: azure.url }, env: { TRAINYARD_AZURE_DEVOPS_TOKEN: 'azure-token' } }

    const host = await trigger(place, scene)
    await trigger(place, scene)

    expect(host.outputs.get('fired')).toBe('2')
    expect(azure.runs).toMatchObject([
      { refName: 'refs/heads/main', parameters: { candidate: 'flights@1', event: event.id } },
    ])
    expect(azure.releases).toMatchObject([
      {
        description: `flights@1 (event ${event.id})`,
        artifacts: [{ alias: '_flights', instanceReference: { id: '1', name: '1' } }],
      },
    ])
  })

  test('in Azure Pipelines the organisation and the token of the job itself are enough', async () => {
    await using place = await Place.make()
    await using azure = await AzureDevopsApi.start({
      project: 'shop',
      tokens: { 'eyJh.eyJi.c2ln': 'Bearer' },
      pipelines: [{ id: 12, branches: [], parameters: ['candidate', 'event'] }],
    })
    await place.register()

    const host = await trigger(place, {
      triggers: [{ name: 'run', refs: ['main'], fire: { pipeline: { project: 'shop', id: 12 } } }],
      inputs: { token: 'eyJh.eyJi.c2ln' },
      env: { TF_BUILD: 'True' },
      context: { serverUrl: `${azure.url}/` },
    })

    expect(host.outcome?.kind).toBe('succeeded')
    expect(azure.runs).toHaveLength(1)
  })

  test('a webhook is signed by the secret of its variable, else by that of the input', async () => {
    await using place = await Place.make()
    await using own = await Receiver.start('the word of the rule')
    await using shared = await Receiver.start('the word of the input')
    await place.register()

    const host = await trigger(place, {
      triggers: [
        { name: 'own', fire: { webhook: { url: own.url, secretEnv: 'OWN' } } },
        { name: 'shared', fire: { webhook: { url: shared.url } } },
      ],
      inputs: { webhookSecret: 'the word of the input' },
      env: { OWN: 'the word of the rule' },
    })

    expect([own.acted, shared.acted]).toMatchObject([[{ model: { name: 'flights' } }], [{ model: { version: '1' } }]])
    expect(host.redact('here is the word of the rule')).toBe('here is ***')
  })
})

test('no secret is in anything that the step says or keeps', async () => {
  await using place = await Place.make()
  await using api = await aGithub()
  await using receiver = await Receiver.start('a receiver of another word')
  const event = await place.register()
  const secrets = { token: 'ghs_tokenOfTheJob', webhookSecret: 'the-word-of-the-hook' }

  const host = await trigger(place, {
    api,
    triggers: [release, { name: 'hook', fire: { webhook: { url: `${receiver.url}?key=query-secret` } } }],
    inputs: secrets,
  })

  const workspace = await place.open()
  const trail: string[] = []
  for await (const entry of workspace.audit()) trail.push(JSON.stringify(entry))
  const said = [host.text, host.summaryText, failureText(host), JSON.stringify([...host.outputs]), ...trail].join('\n')
  expect(said).toContain(event.id.slice(0, 9))
  for (const secret of [...Object.values(secrets), 'query-secret']) expect(said).not.toContain(secret)
})
