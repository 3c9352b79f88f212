import { expect, test } from 'vitest'
import { decide } from '../../core/promote/decide.ts'
import type { EvidenceRecord } from '../../core/records/evidence.ts'
import type { VerdictKind } from '../../core/records/verdict.ts'

const gate = (verdict: VerdictKind): EvidenceRecord => ({
  id: `sha256:${verdict.length.toString(16).padStart(64, '0')}`,
  kind: 'gate',
  subject: `sha256:${'1'.repeat(64)}`,
  at: '2026-01-01T00:00:00.000Z',
  by: { name: 'ada', host: 'memory' },
  verdict,
})

test.each([
  ['a passing gate', [gate('pass')], { force: false, reason: undefined }, 'gated'],
  ['a passing gate after a failing one', [gate('pass'), gate('fail')], { force: false, reason: undefined }, 'gated'],
  ['a failing gate after a passing one', [gate('fail'), gate('pass')], { force: false, reason: undefined }, 'refused'],
  ['an inconclusive gate', [gate('inconclusive')], { force: false, reason: undefined }, 'refused'],
  ['no gate', [], { force: false, reason: undefined }, 'refused'],
  ['no gate, but force and a reason', [], { force: true, reason: 'incident 12' }, 'forced'],
  ['no gate, and force without a reason', [], { force: true, reason: undefined }, 'refused'],
  ['a passing gate and force', [gate('pass')], { force: true, reason: 'why not' }, 'gated'],
] as const)('%s: %#', (_, gates, request, kind) => {
  expect(decide(gates, request).kind).toBe(kind)
})
