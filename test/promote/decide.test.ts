import { expect, test } from 'vitest'
import { decide } from '../../core/promote/decide.ts'
import type { Gate } from '../../core/main/gates.ts'
import type { VerdictKind } from '../../core/records/verdict.ts'
import { treeOf } from '../../core/records/tree.ts'

const first = { model: 'flights', version: 1, files: treeOf([]) }

const gate = (verdict: VerdictKind, champion?: Gate['champion']): Gate => ({
  id: `sha256:${verdict.length.toString(16).padStart(64, '0')}`,
  at: '2026-01-01T00:00:00.000Z',
  verdict,
  champion,
})

const unforced = { force: false, reason: undefined, champion: undefined }

test.each([
  ['a passing gate', [gate('pass')], unforced, 'gated'],
  ['a passing gate after a failing one', [gate('pass'), gate('fail')], unforced, 'gated'],
  ['a failing gate after a passing one', [gate('fail'), gate('pass')], unforced, 'refused'],
  ['an inconclusive gate', [gate('inconclusive')], unforced, 'refused'],
  ['a failing gate that let it through by force', [{ ...gate('fail'), forced: 'incident 12' }], unforced, 'forced'],
  [
    'a failing gate after a forced one',
    [gate('fail'), { ...gate('fail'), forced: 'incident 12' }],
    unforced,
    'refused',
  ],
  ['no gate', [], unforced, 'refused'],
  ['no gate, but force and a reason', [], { ...unforced, force: true, reason: 'incident 12' }, 'forced'],
  ['no gate, and force without a reason', [], { ...unforced, force: true }, 'refused'],
  ['a passing gate and force', [gate('pass')], { ...unforced, force: true, reason: 'why not' }, 'gated'],
] as const)('%s: %#', (_, gates, request, kind) => {
  expect(decide({ gates, ...request }).kind).toBe(kind)
})

test.each([
  ['the champion that it replaces', { reference: 'flights@1', digest: first.files.digest }, undefined],
  ['nothing', undefined, 'compared it with nothing'],
  [
    'another champion',
    { reference: 'flights@0', digest: `sha256:${'0'.repeat(64)}` as const },
    'compared it with flights@0, and it replaces flights@1',
  ],
])('a gate that compared with %s', (_, compared, words) => {
  const decision = decide({ gates: [gate('pass', compared)], ...unforced, champion: first })

  const concern = decision.kind === 'gated' ? decision.concern : 'refused'
  if (words === undefined) expect(concern).toBeUndefined()
  else expect(concern).toContain(words)
})

const digestOf = (digit: string) => `sha256:${digit.repeat(64)}` as const

test.each([
  ['the same criteria as now', { file: 'criteria.yml', digest: digestOf('c') }, undefined],
  ['criteria that have changed', { file: 'criteria.yml', digest: digestOf('d') }, 'criteria.yml has changed since'],
  [
    'another file',
    { file: 'strict.yml', digest: digestOf('c') },
    'judged by criteria.yml, and the project names strict.yml',
  ],
  ['a file that is not there', { file: 'criteria.yml', digest: undefined }, undefined],
  ['criteria, where the project names none', undefined, undefined],
])('a gate that judged by %s', (_, criteria, words) => {
  const judged = { ...gate('pass'), criteria: { file: 'criteria.yml', digest: digestOf('c') } }
  const decision = decide({ gates: [judged], ...unforced, criteria })

  const concern = decision.kind === 'gated' ? decision.concern : 'refused'
  if (words === undefined) expect(concern).toBeUndefined()
  else expect(concern).toContain(words)
})

test('all concerns are told', () => {
  const judged = { ...gate('pass'), criteria: { file: 'criteria.yml', digest: digestOf('c') } }
  const criteria = { file: 'criteria.yml', digest: digestOf('d') }
  const decision = decide({ gates: [judged], ...unforced, champion: first, criteria })

  expect(decision).toMatchObject({
    kind: 'gated',
    concern: expect.stringMatching(/compared it with nothing.*\. criteria/) as string,
  })
})

test('a gate whose evidence does not count is told with the reason', () => {
  const { verdict: _, ...rest } = gate('pass')
  const decision = decide({ gates: [{ ...rest, problem: 'is about other files' }, gate('pass')], ...unforced })

  expect(decision).toMatchObject({
    kind: 'refused',
    reasons: [expect.stringContaining('says nothing, because its evidence is about other files') as string],
  })
})
