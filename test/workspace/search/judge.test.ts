import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge, type SearchRecord } from '../../../core/workspace/search/judge.ts'
import { parseQuery } from '../../../core/workspace/search/parse.ts'

const record: SearchRecord = {
  createdAt: '2026-11-01T10:30:00.000Z',
  version: 7,
  tags: { Stage: 'prod', constructor: 'yes' },
  metrics: { auc: 0.9, constructor: 1 },
  params: { trees: 80, kind: 'boosted', isBagged: false },
  texts: {
    model: ['flights'],
    alias: ['champion', 'best'],
    run: ['r-1'],
    commit: ['0123456789abcdef'],
    code: [`sha256:${'ab'.repeat(32)}`],
    experiment: [],
  },
}
const nowMs = Date.parse('2026-11-08T10:30:00.001Z')

function judged(text: string, of: SearchRecord = record): boolean | undefined {
  const parsed = parseQuery(text, 'versions')
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
  return judge(parsed.query, of, nowMs)
}

test.each([
  'tag Stage = prod',
  'tag Stage',
  'tag Owner != ann',
  'not tag toString',
  'metric auc >= 0.9 and metric auc <= 0.9 and metric auc = 0.90',
  'metric loss != 1 and not metric loss < 1 and not metric loss > 1',
  'param trees = 80.0 and param trees > 79 and param kind = boosted and param isBagged = false',
  'not param kind > 3',
  'alias = best and alias = champion',
  'commit = 01234567 and code = abab and code = sha256:abab',
  'not commit = ""',
  'version > 6 and version < 8 and version != 9',
  'created = 2026-11-01 and created <= 2026-11-01 and not created > 2026-11-01 and created > 2026-10-31',
  'created = 2026-11-01T10:30Z and created = 2026-11-01T11:30+01:00 and created < 2026-11-01T10:30:01',
  'created < 7d ago and created > 8d ago and created > 2w ago',
  'not experiment = x',
  'model = flights or metric nothing > 3',
])('true: %s', (text) => {
  expect(judged(text)).toBe(true)
})

test.each([
  'tag Stage = Prod',
  'tag stage',
  'metric auc > 0.9',
  'alias = champion and alias = worst',
  'alias != champion',
  'created > 2026-11-01',
  'created > 7d ago',
  'run = r-',
  'not model = flights',
])('false: %s', (text) => {
  expect(judged(text)).toBe(false)
})

test('what hangs on something that is not known yet has no answer, unless the rest decides', () => {
  const { metrics: _, ...unknown } = record

  expect(judged('metric auc > 0.5', unknown)).toBe(undefined)
  expect(judged('not metric auc > 0.5', unknown)).toBe(undefined)
  expect(judged('metric auc > 0.5 and alias = worst', unknown)).toBe(false)
  expect(judged('metric auc > 0.5 or alias = best', unknown)).toBe(true)
  expect(judged('metric auc > 0.5 or alias = worst', unknown)).toBe(undefined)
})

test('what is known later never changes an answer', () => {
  const terms = [
    'metric auc > 0.5',
    'metric auc > 0.95',
    'tag Stage = prod',
    'alias = worst',
    'experiment = x',
    'param trees = 80',
  ]
  const anyText = fc
    .array(fc.tuple(fc.constantFrom(...terms), fc.boolean(), fc.constantFrom('and', 'or')), {
      minLength: 1,
      maxLength: 6,
    })
    .map((parts) =>
      parts.map(([term, isNot, by], at) => `${at === 0 ? '' : by} ${isNot ? 'not ' : ''}${term}`).join(' '),
    )
  fc.assert(
    fc.property(anyText, fc.subarray(['metrics', 'params', 'tags'] as const), (text, hidden) => {
      const partly: SearchRecord = Object.fromEntries(
        Object.entries(record).filter(([key]) => !hidden.some((one) => one === key)),
      ) as typeof record
      const early = judged(text, partly)
      const late = judged(text)
      expect(late).not.toBe(undefined)
      if (early !== undefined) expect(late).toBe(early)
    }),
  )
})
