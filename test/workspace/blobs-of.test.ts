import { expect, test } from 'vitest'
import type { Digest } from '../../core/records/digest.ts'
import type { RetentionRules } from '../../core/records/retention.ts'
import { blobsOf, releasedBy } from '../../core/workspace/registry/blobs-of.ts'
import type { ChangeOf } from '../../core/workspace/registry/changes.ts'
import { planRetention, type RunFacts } from '../../core/workspace/registry/decide/retention.ts'

function digest(n: number): Digest {
  return `sha256:${String(n).padStart(64, '0')}`
}

const start = {
  model: 'flights',
  experiment: 'flights',
  command: ['train'],
  git: {},
  environment: { kind: 'locked' as const, lock: digest(1) },
  code: { digest: digest(2), files: [{ path: 'a.py', digest: digest(3), size: 1 }] },
  data: { list: digest(4), in: 'place' },
  machine: { os: 'linux', arch: 'x64', cpus: 1, cpuModel: 'x', memoryBytes: 1 },
  deadline: '2026-01-01T00:00:00.000Z',
}

test('a run refers to its lock and its lists for ever, and to its files until it is pruned', () => {
  const found = blobsOf({ kind: 'run.started', run: 'r-1', start })
  const of = (n: number) => found.filter((one) => one.digest === digest(n))

  expect(of(1)).toEqual([{ digest: digest(1) }])
  expect(of(3)).toEqual([{ digest: digest(3), owner: 'run r-1' }])
  expect(of(4)).toContainEqual({ digest: digest(4), isList: true, owner: 'run r-1', in: 'place' })
  expect(releasedBy({ kind: 'run.pruned', run: 'r-1', why: 'old' })).toBe('run r-1')
})

test('a digest anywhere in a change counts as referred to, also under a name that nobody knows yet', () => {
  const change: ChangeOf<'evidence.added'> & { readonly later: object } = {
    kind: 'evidence.added',
    id: digest(1),
    evidence: 'gate',
    subjects: [digest(2)],
    later: { deep: [{ within: digest(3) }] },
  }

  expect(blobsOf(change).map((one) => one.digest)).toEqual([digest(1), digest(2), digest(3)])
  expect(blobsOf(change).every(({ owner }) => owner === undefined)).toBe(true)
})

const day = 86_400_000
const nowMs = Date.parse('2026-06-01T00:00:00.000Z')

function run(name: string, daysAgo: number, facts: Partial<RunFacts> = {}): RunFacts {
  const at = new Date(nowMs - daysAgo * day).toISOString()
  const usual = { model: 'flights', state: 'succeeded' as const, deadline: at, isPruned: false, versions: [] }
  return { run: name, startedAt: at, endedAt: at, ...usual, ...facts }
}

function goes(rules: RetentionRules, ...facts: readonly RunFacts[]): readonly string[] {
  const { goes: gone, stays } = planRetention(rules, facts, nowMs)
  expect(gone.length + stays.length).toBe(facts.filter(({ isPruned }) => !isPruned).length)
  return gone.map(({ run: name }) => name)
}

test('the newest runs of each model stay, and without a rule all do', () => {
  const runs = [run('a', 3), run('b', 2), run('c', 1), run('other', 9, { model: 'delays' })]
  expect(goes({ runs: 2, keep: [] }, ...runs)).toEqual(['a'])
  expect(goes({ keep: [] }, ...runs)).toEqual([])
  expect(goes({ runs: 1, keep: [] }, ...runs.slice(0, 2), run('c', 1, { isPruned: true }))).toEqual(['b', 'a'])
})

test('what became a version that is kept by a rule stays, unless that was deleted', () => {
  const version = { name: 'flights@1', isDeleted: false, has: new Set(['registered', 'deployed'] as const) }
  const facts = [run('new', 1), run('old', 9, { versions: [version] })]
  expect(goes({ runs: 1, keep: ['registered'] }, ...facts)).toEqual([])
  expect(goes({ runs: 1, keep: ['deployed'] }, ...facts)).toEqual([])
  expect(goes({ runs: 1, keep: ['tagged', 'aliased'] }, ...facts)).toEqual(['old'])
  const deleted = run('old', 9, { versions: [{ ...version, isDeleted: true }] })
  expect(goes({ runs: 1, keep: ['registered'] }, run('new', 1), deleted)).toEqual(['old'])
})

test('failed and lost runs go by their age and do not count; what still runs stays', () => {
  const lost = { state: 'running' as const }
  const open = { state: 'running' as const, deadline: '2999-01-01T00:00:00.000Z' }
  const facts = [
    run('fresh', 1, { state: 'failed' }),
    run('failed', 20, { state: 'failed' }),
    run('lost', 20, lost),
    run('running', 30, open),
    run('good', 25),
  ]
  expect(goes({ runs: 2, failedAfterMs: 14 * day, keep: [] }, ...facts)).toEqual(['lost', 'failed'])
})
