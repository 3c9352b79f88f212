import { describe, expect, test } from 'vitest'
import type { Household } from '../../core/delivery/home.ts'
import { type Outfit, routesOf } from '../../core/delivery/routes.ts'
import { InputError } from '../../core/errors/errors.ts'
import { triggerShape } from '../../core/project/triggers.ts'
import { memoryHost } from '../support/memory-host.ts'

const home: Household = { repository: 'acme/flights', githubRepository: 'acme/flights', defaultBranch: 'main' }
const nowhere: Household = { repository: undefined, githubRepository: undefined, defaultBranch: undefined }
const rich = {
  github: 'a-token',
  azureDevops: { url: 'https://dev.azure.com/contoso', token: 'another' },
  webhookSecret: undefined,
}
const poor = { github: undefined, azureDevops: undefined, webhookSecret: undefined }

function aRule(fire: object, parts: object = {}) {
  return triggerShape.parse({ name: 'release', fire, ...parts })
}

function outfit(parts: Partial<Outfit> = {}): Outfit {
  return { host: memoryHost(), home, credentials: rich, workspace: 'git:', file: 'trainyard.yml', ...parts }
}

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError) return error.faults.map(({ subject, problem }) => `${subject} ${problem}`)
    throw error
  }
  return []
}

describe('a target is named in words', () => {
  test.each([
    [{ workflow: { file: 'release.yml' } }, 'workflow release.yml of acme/flights at main'],
    [
      { workflow: { file: 'release.yml', repository: 'acme/deploy', ref: 'v2' } },
      'workflow release.yml of acme/deploy at v2',
    ],
    [{ dispatch: {} }, 'repository_dispatch model-registered to acme/flights'],
    [{ dispatch: { type: 'go', repository: 'acme/deploy' } }, 'repository_dispatch go to acme/deploy'],
    [{ pipeline: { project: 'shop', id: 12 } }, 'pipeline 12 of shop in https://dev.azure.com/contoso'],
    [{ release: { project: 'shop', definition: 4 } }, 'release definition 4 of shop in https://dev.azure.com/contoso'],
    [{ webhook: { url: 'https://example.com/hook?code=s3cret' } }, 'webhook https://example.com/hook'],
  ])('%j', (fire, label) => {
    const [route] = routesOf([aRule(fire)], outfit())

    expect(route?.target.label).toBe(label)
    expect(route?.target.id).toBe('release')
  })

  test('only those that can be asked for earlier deliveries say so', () => {
    const canBeAsked = [
      { workflow: { file: 'a.yml' } },
      { pipeline: { project: 'p', id: 1 } },
      { release: { project: 'p', definition: 1 } },
    ]
    const cannot = [{ dispatch: {} }, { webhook: { url: 'https://example.com' } }]

    const targets = (fires: readonly object[]) => fires.flatMap((fire) => routesOf([aRule(fire)], outfit()))
    for (const { target } of targets(canBeAsked)) expect(target).toHaveProperty('find')
    for (const { target } of targets(cannot)) expect(target).not.toHaveProperty('find')
  })
})

describe('what is missing', () => {
  test('is told for all rules at once', () => {
    const rules = [
      aRule({ workflow: { file: 'release.yml' } }, { refs: ['main'] }),
      aRule({ dispatch: {} }, { name: 'dispatch' }),
      aRule({ pipeline: { project: 'shop', id: 12 } }, { name: 'pipeline', refs: ['main'] }),
      aRule({ webhook: { url: 'https://example.com', secretEnv: 'HOOK_SECRET' } }, { name: 'hook', refs: ['main'] }),
    ]

    expect(faultsOf(() => routesOf(rules, outfit({ home: nowhere, credentials: poor })))).toEqual([
      'triggers.release.fire.workflow.repository is missing, and this is no job of a GitHub repository',
      'github-token is missing, which the trigger rule release needs to reach GitHub',
      'triggers.release.fire.workflow.ref is missing, and which branch is the default is not known here',
      'triggers.dispatch.refs is missing, and which branch is the default is not known here',
      'triggers.dispatch.fire.dispatch.repository is missing, and this is no job of a GitHub repository',
      'azure-devops is missing, which the trigger rule pipeline needs to reach Azure DevOps',
      'triggers.hook.fire.webhook.secretEnv names the environment variable HOOK_SECRET, which is not set',
    ])
  })

  test('is nothing where everything is said', () => {
    const rules = [
      aRule({ workflow: { file: 'a.yml', repository: 'acme/deploy', ref: 'main' } }, { refs: ['main'] }),
      aRule({ webhook: { url: 'https://example.com' } }, { name: 'hook', refs: ['main'] }),
    ]

    expect(faultsOf(() => routesOf(rules, outfit({ home: nowhere })))).toEqual([])
  })
})

test('the secret of a webhook is masked', () => {
  const host = memoryHost({ env: { HOOK_SECRET: 'a very secret word' } })

  routesOf([aRule({ webhook: { url: 'https://example.com', secretEnv: 'HOOK_SECRET' } })], outfit({ host }))

  expect(host.redact('it is a very secret word')).toBe('it is ***')
})
