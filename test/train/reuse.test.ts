import { expect, test } from 'vitest'
import type { Run, RunStart } from '../../core/records/run.ts'
import { treeOf } from '../../core/records/tree.ts'
import { reusable } from '../../core/train/reuse.ts'

const digest = (digit: string) => `sha256:${digit.repeat(64)}` as const

const start: RunStart = {
  model: 'flights',
  experiment: 'flights',
  command: ['python', 'train.py'],
  git: { commit: 'a' },
  environment: { kind: 'locked', digest: digest('e') },
  code: treeOf([{ path: 'train.py', digest: digest('c'), size: 1 }]),
  data: [{ path: 'train.csv', digest: digest('d'), size: 1 }],
  machine: { os: 'linux', arch: 'x64', cpus: 2, cpuModel: 'x', memoryBytes: 1 },
  deadline: '2026-01-01T05:00:00.000Z',
}

const earlier: Run = {
  ...start,
  id: 'r-1',
  git: { commit: 'b' },
  state: 'succeeded',
  startedAt: '2026-01-01T00:00:00.000Z',
  by: { name: 'ada', host: 'memory' },
}

test('a run with the same code, data, environment and command is used again, whatever its commit', () => {
  expect(reusable(start, [earlier])).toBe(earlier)
})

test.each<[string, Partial<Run>]>([
  ['other code', { code: treeOf([]) }],
  ['other data', { data: [{ path: 'train.csv', digest: digest('0'), size: 1 }] }],
  ['another environment', { environment: { kind: 'locked', digest: digest('0') } }],
  ['another command', { command: ['python', 'train.py', '--fast'] }],
  ['no success', { state: 'failed' }],
])('a run with %s is not', (_, change) => {
  expect(reusable(start, [{ ...earlier, ...change }])).toBeUndefined()
})

test('without declared data no run is used again, since nobody knows what training reads', () => {
  expect(reusable({ ...start, data: [] }, [{ ...earlier, data: [] }])).toBeUndefined()
})
