import { expect, test } from 'vitest'
import { batchesOf, type Look, lookOf } from '../../core/deploy-canary/looks.ts'
import type { DeploymentStatus, EndpointStatus } from '../../core/targets/target.ts'

const look = (atMs: number, share: number, [canary, stable, since = 'a']: Counted): Look => {
  const side = (requests: number) => ({ requests, errors: 0, latency: [], isReady: true })
  return { atMs, since, share, canary: side(canary), stable: side(stable) }
}

/** Requests of the canary and of stable, and which counting they belong to. */
type Counted = readonly [canary: number, stable: number, since?: string]

test('a batch is what was counted between two looks', () => {
  expect(batchesOf([look(0, 5, [10, 100]), look(10, 5, [15, 195])])).toEqual([
    { fromMs: 0, toMs: 10, canary: { requests: 5, errors: 0 }, stable: { requests: 95, errors: 0 }, share: 0.05 },
  ])
})

test('over a change of the share the split is not checked', () => {
  const batches = batchesOf([look(0, 5, [0, 0]), look(10, 50, [5, 95]), look(20, 50, [55, 145])])

  expect(batches.map(({ share }) => share)).toEqual([undefined, 0.5])
})

test('a stretch in which the counting began anew is left out, even where counts have grown beyond what they were', () => {
  const batches = batchesOf([look(0, 5, [5, 95]), look(10, 5, [10, 190, 'b']), look(20, 5, [15, 285, 'b'])])

  expect(batches.map(({ fromMs }) => fromMs)).toEqual([10])
})

test('a stretch in which a counter fell is left out', () => {
  expect(
    batchesOf([look(0, 5, [5, 95]), look(10, 5, [1, 190]), look(20, 5, [6, 285])]).map(({ fromMs }) => fromMs),
  ).toEqual([10])
})

const deployment = (name: string): DeploymentStatus => ({
  name,
  digest: 'd',
  models: [],
  share: 50,
  isReady: true,
  startedAt: 's',
  counts: { requests: 1, errors: 0, latency: [] },
})

test.each<[string, Partial<EndpointStatus>, boolean]>([
  ['both sides', {}, true],
  ['one side', { deployments: [deployment('v2')] }, false],
  ['no answer of what splits the traffic, so no counts', { isReady: false }, false],
])('there is a look at an endpoint with %s', (_, part, isThere) => {
  const deployments = [deployment('v1'), deployment('v2')]
  const status = { endpoint: 'api', address: 'x', startedAt: 'a', isReady: true, deployments, ...part }

  expect(lookOf(status, { canary: 'v2', stable: 'v1', atMs: 7 }) !== undefined).toBe(isThere)
})
