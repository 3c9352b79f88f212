import { expect, test } from 'vitest'
import { deliverNow } from '../../core/delivery/deliver-now.ts'
import { emptyProject } from '../../core/project/project.ts'
import { triggersShape } from '../../core/project/triggers.ts'
import { memoryHost } from '../support/memory-host.ts'
import { aGithub } from './a-github.ts'
import { Place } from './a-place.ts'
import type { GithubApi } from '../support/github-api.ts'

const release = { name: 'release', fire: { workflow: { file: 'release.yml' } } }

interface Scene {
  readonly api: GithubApi
  readonly triggers?: readonly object[]
  readonly token?: string
}

/** What register does after it has registered a version of flights. */
async function registered(place: Place, { api, triggers = [release], token = 'good' }: Scene) {
  const context = { folder: place.folder, repository: 'acme/flights', defaultBranch: 'main', apiUrl: api.url }
  const host = memoryHost({ context })
  const project = emptyProject(place.folder)
  const deliveries = await deliverNow({
    inputs: { model: 'flights', token },
    workspace: await place.open(),
    project: { ...project, content: { ...project.content, triggers: triggersShape.parse(triggers) } },
    host,
    signal: host.signal,
  })
  return { host, deliveries, kinds: deliveries.map(({ outcome }) => outcome.kind) }
}

test('what was just registered starts its release, of this model only', async () => {
  await using place = await Place.make()
  await using api = await aGithub()
  await place.register({ model: 'trains' })
  await place.register({ model: 'flights' })

  const { kinds, host } = await registered(place, { api })

  expect(kinds).toEqual(['fired'])
  expect(api.runs.map(({ inputs }) => inputs['candidate'])).toEqual(['flights@1'])
  expect(host.summaryText).toContain('**fired**')
})

test('a release that does not start is a warning, and is left to the trigger step', async () => {
  await using place = await Place.make()
  await using api = await aGithub()
  await place.register()

  const { kinds, host } = await registered(place, { api, token: 'read-only' })

  expect(kinds).toEqual(['failed'])
  const warnings = host.logged.filter(({ level }) => level === 'warning').map(({ text }) => text)
  expect(warnings.join('\n')).toContain('The trigger step delivers what is left.')
  expect((await registered(place, { api })).kinds).toEqual(['fired'])
})

test('rules that need more than this step has are a warning, and nothing is lost', async () => {
  await using place = await Place.make()
  await using api = await aGithub()
  await place.register()
  const deploy = { name: 'deploy', fire: { pipeline: { project: 'shop', id: 12 } } }

  const { kinds, host } = await registered(place, { api, triggers: [release, deploy] })

  expect(kinds).toEqual([])
  expect(host.text).toContain('azure-devops is missing')
  expect((await registered(place, { api })).kinds).toEqual(['fired'])
})

test('does not wait for another that is at it', async () => {
  await using place = await Place.make()
  await using api = await aGithub()
  const event = await place.register()
  await (await place.open()).outbox.claim({ event: event.id, target: 'release', forMs: 300_000 })

  const { kinds } = await registered(place, { api })

  expect(kinds).toEqual(['held'])
  expect(api.received).toHaveLength(0)
})
