import { expect, test } from 'vitest'
import { overviewOf } from '../../core/cli/serving/overview.ts'
import type { Deployment } from '../../core/records/deployment.ts'
import type { DeploymentStatus, EndpointStatus } from '../../core/targets/target.ts'

const recorded = (name: string, part: Partial<Deployment> = {}): Deployment => ({
  endpoint: 'api',
  name,
  model: 'kettle',
  version: 1,
  share: 100,
  state: 'live',
  role: 'stable',
  at: '2026-01-02T00:00:00.000Z',
  by: { name: 'ada', host: 'memory' },
  ...part,
})

const running = (name: string, part: Partial<DeploymentStatus> = {}): DeploymentStatus => ({
  name,
  digest: 'sha256:x',
  models: ['kettle@1'],
  share: 100,
  isReady: true,
  startedAt: '2026-01-01T00:00:00.000Z',
  counts: { requests: 7, errors: 1, latency: [] },
  ...part,
})

const endpoint = (deployments: readonly DeploymentStatus[], isReady = true): EndpointStatus => ({
  endpoint: 'api',
  address: 'http://127.0.0.1:8080',
  startedAt: '2026-01-01T00:00:00.000Z',
  isReady,
  deployments,
})

test('a deployment that is remembered and runs is one line, with what both know of it', () => {
  expect(overviewOf([recorded('v1')], [endpoint([running('v1', { share: 95 })])])).toEqual([
    {
      endpoint: 'api',
      address: 'http://127.0.0.1:8080',
      deployment: 'v1',
      models: ['kettle@1'],
      role: 'stable',
      share: 95,
      since: '2026-01-02T00:00:00.000Z',
      by: 'ada',
      health: 'healthy',
      requests: 7,
      errors: 1,
    },
  ])
})

test.each([
  ['healthy', [endpoint([running('v1')])]],
  ['not ready', [endpoint([running('v1', { isReady: false })])]],
  ['not ready', [endpoint([running('v1')], false)]],
  ['not running', [endpoint([])]],
  ['not on this machine', []],
])('%s: %#', (health, statuses) => {
  expect(overviewOf([recorded('v1')], statuses).map((one) => one.health)).toEqual([health])
})

test('what runs and nobody recorded is shown without a role', () => {
  const [found] = overviewOf([], [endpoint([running('v1')])])

  expect(found).toMatchObject({ deployment: 'v1', models: ['kettle@1'], since: '2026-01-01T00:00:00.000Z' })
  expect(found).not.toHaveProperty('role')
})

test('endpoints by name, and at each the one with the larger share first', () => {
  const records = [
    recorded('v2', { share: 5, role: 'canary', version: 2 }),
    recorded('v1', { share: 95 }),
    recorded('v1', { endpoint: 'a' }),
  ]

  expect(overviewOf(records, []).map(({ endpoint: where, deployment }) => `${where}/${deployment}`)).toEqual([
    'a/v1',
    'api/v1',
    'api/v2',
  ])
})
