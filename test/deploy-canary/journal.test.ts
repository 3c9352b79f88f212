import { appendFile, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Began, Journal } from '../../core/deploy-canary/journal.ts'
import { progressOf } from '../../core/deploy-canary/progress.ts'
import { defaultErrorPolicy } from '../../core/stats/canary/policy.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-journal-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const began = (rollout: string): Began => ({
  kind: 'began',
  v: 1,
  rollout,
  atMs: 1,
  candidate: { reference: 'kettle@2', digest: `sha256:${'2'.repeat(64)}` },
  endpoint: 'api',
  deployment: 'v2',
  package: `sha256:${'3'.repeat(64)}`,
  stable: { reference: 'kettle@1', deployment: 'v1' },
  plan: [{ share: 5, forMs: 1000 }],
  policy: defaultErrorPolicy,
})

const side = {
  requests: 1,
  errors: 0,
  latency: [
    { upTo: 0.1, count: 0 },
    { upTo: Infinity, count: 1 },
  ],
  isReady: true,
}
const look = (atMs: number) => ({ kind: 'look', atMs, since: 'a', share: 5, canary: side, stable: side }) as const

test('what was appended is read back, infinite bounds included', async () => {
  const journal = new Journal(folder, 'whole')
  await journal.begin(began('r1'))
  await journal.append({ kind: 'claimed', atMs: 2 })
  await journal.append(look(3))

  expect(await new Journal(folder, 'whole').read()).toEqual([began('r1'), { kind: 'claimed', atMs: 2 }, look(3)])
})

test('there is none where nothing began', async () => {
  expect(await new Journal(folder, 'none').read()).toBeUndefined()
})

test('a line that a power cut tore at any byte is left out, and what is appended after it is read', async () => {
  const path = join(folder, 'torn.jsonl')
  const length = JSON.stringify(look(3)).length
  for (let lost = 1; lost < length; lost += 7) {
    await rm(path, { force: true })
    const journal = new Journal(folder, 'torn')
    await journal.begin(began('r1'))
    await journal.append(look(3))
    await truncate(path, (await readFile(path)).length - lost)
    await journal.append({ kind: 'claimed', atMs: 4 })

    expect(await journal.read()).toEqual([began('r1'), { kind: 'claimed', atMs: 4 }])
  }
})

test('the rollout before is kept beside the next', async () => {
  const journal = new Journal(folder, 'next')
  await journal.begin(began('r1'))
  await journal.append({ kind: 'claimed', atMs: 2 })
  await journal.begin(began('r2'))

  expect(await journal.read()).toEqual([began('r2')])
  expect((await readdir(folder)).filter((name) => name.startsWith('next'))).toEqual(['next.jsonl', 'next~r1.jsonl'])
})

test('a line of a kind that nobody knows is left out', async () => {
  const journal = new Journal(folder, 'odd')
  await journal.begin(began('r1'))
  await appendFile(join(folder, 'odd.jsonl'), '\n{"kind":"odd"}\n7')

  expect(await journal.read()).toEqual([began('r1')])
})

test('a step begins when its share was seen in force, and the canary when it first had one', () => {
  const lines = [
    { kind: 'claimed', atMs: 2 },
    { ...look(3), share: 0 },
    { kind: 'advanced', atMs: 4, step: 0 },
    { ...look(5), share: 0 },
    look(6),
    { ...look(7), canary: { ...side, isReady: false } },
  ] as const

  const { rollout, isClaimed, looks } = progressOf([began('r1'), ...lines])

  expect(rollout).toMatchObject({ step: 0, stepSinceMs: 6, startedAtMs: 6, unreadyLooks: 1 })
  expect(isClaimed).toBe(true)
  expect(looks.map(({ atMs }) => atMs)).toEqual([6, 7])
})

test('of two decisions the later one counts, and needs evidence of its own', () => {
  const hold = { kind: 'hold', verdict: 'inconclusive', reasons: [] } as const
  const rollback = { ...hold, kind: 'rollback' } as const
  const progress = progressOf([
    began('r1'),
    { kind: 'decided', atMs: 2, decision: hold },
    { kind: 'proved', atMs: 3, evidence: `sha256:${'4'.repeat(64)}` },
    { kind: 'decided', atMs: 4, decision: rollback },
  ])

  expect(progress).toMatchObject({ decidedAtMs: 4, evidence: undefined, rollout: { decision: rollback } })
})
