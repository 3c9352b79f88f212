import { describe, expect, test } from 'vitest'
import { ending } from '../../core/compare-and-gate/ending.ts'
import type { Digest } from '../../core/records/digest.ts'
import type { CriterionResult, Verdict } from '../../core/records/verdict.ts'

const evidence: Digest = `sha256:${'e'.repeat(64)}`
const result: CriterionResult = {
  criterion: 'accuracy ≥ 0.9',
  metric: 'accuracy',
  kind: 'pass',
  isRequired: true,
  n: 100,
  sentence: 'Accuracy is 0.95.',
}

function verdictOf(kind: Verdict['kind'], other: Partial<Verdict> = {}): Verdict {
  const reasons = ['The first reason.', 'The second reason.']
  return { kind, results: [result], reasons, isUncompared: false, ...other }
}

interface Asked {
  readonly onFail?: 'fail' | 'warn'
  readonly onInconclusive?: 'fail' | 'warn'
  readonly forced?: { readonly reason: string }
}

/** How a gate of flights@2 against flights@1 ends. */
function endOf(verdict: Verdict, { onFail = 'fail', onInconclusive, forced }: Asked = {}) {
  return ending(
    {
      inputs: { onFail },
      done: (outputs, words) => ({ kind: 'done', outputs, ...words }),
      rejected: (outputs, rejection) => ({ kind: 'rejected', outputs, rejection }),
    },
    {
      evidence,
      predicate: {
        candidate: 'flights@2',
        champion: { reference: 'flights@1', digest: evidence },
        verdict,
        ...(forced && { forced }),
        ...(onInconclusive && { onInconclusive: { does: onInconclusive, saidBy: 'criteria' } }),
      },
    },
  )
}

const outputs = {
  candidate: 'flights@2',
  champion: 'flights@1',
  results: JSON.stringify([result]),
  evidence,
}

describe('a gate ends', () => {
  test('well and without a warning for a pass', () => {
    expect(endOf(verdictOf('pass'))).toEqual({
      kind: 'done',
      outputs: { ...outputs, verdict: 'pass', needed: undefined },
      message: 'flights@2 passes. The first reason.',
      warning: undefined,
    })
  })

  test('well with a warning for a pass that was compared with nothing', () => {
    const message = 'flights@2 passes. The first reason.'
    expect(endOf(verdictOf('pass', { isUncompared: true }))).toMatchObject({ kind: 'done', message, warning: message })
  })

  test.each([
    ['fail', 'TY0301', { onInconclusive: 'warn' }],
    ['inconclusive', 'TY0302', { onFail: 'warn' }],
    ['inconclusive', 'TY0302', { onFail: 'warn', onInconclusive: 'fail' }],
  ] as const)('with a rejection that gives all reasons for %s', (kind, code, asked) => {
    expect(endOf(verdictOf(kind, { needed: 700 }), asked)).toEqual({
      kind: 'rejected',
      outputs: { ...outputs, verdict: kind, needed: 700 },
      rejection: { code, reasons: ['flights@2: The first reason.', 'The second reason.'] },
    })
  })

  test.each([
    ['fail', { onFail: 'warn' }, 'flights@2 is refused. The first reason.'],
    ['inconclusive', { onInconclusive: 'warn' }, 'flights@2 is neither passed nor refused. The first reason.'],
  ] as const)('well with a warning for %s where that is asked for', (kind, asked, message) => {
    const end = endOf(verdictOf(kind), asked)

    expect(end).toMatchObject({ kind: 'done', outputs: { verdict: kind }, message, warning: message })
    expect(end.outputs).not.toHaveProperty('forced')
  })

  test.each(['fail', 'inconclusive'] as const)('well with a warning and the reason for %s that is forced', (kind) => {
    const message = 'flights@2 is let through by force (the old one is on fire). The first reason.'
    expect(endOf(verdictOf(kind), { forced: { reason: 'the old one is on fire' } })).toMatchObject({
      kind: 'done',
      outputs: { ...outputs, verdict: kind, forced: true },
      message,
      warning: message,
    })
  })

  test('unforced where a pass needs no force', () => {
    const end = endOf(verdictOf('pass'), { forced: { reason: 'to be sure' } })

    expect(end.outputs).not.toHaveProperty('forced')
    expect(end).toMatchObject({ kind: 'done', warning: undefined })
  })

  test('with the verdict for words where there are no reasons', () => {
    expect(endOf(verdictOf('pass', { reasons: [] }))).toMatchObject({ message: 'flights@2 passes. pass' })
  })
})
