import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery } from '../../../core/workspace/search/parse.ts'
import { printQuery } from '../../../core/workspace/search/print.ts'
import { bothOf, type Query, requiredTerms, type Term, type When } from '../../../core/workspace/search/query.ts'

const anyName = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('and', 'or', 'not', 'ago', '(', '"', '\\', '='))
const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value))
const anyOp = fc.constantFrom('=', '!=', '<', '<=', '>', '>=')
const anyEquality = fc.constantFrom('=', '!=')
const anyWhen: fc.Arbitrary<When> = fc.oneof(
  fc
    .constantFrom('2026-11-01', '2026-11-01T10:30Z', '2026-11-01T10:30:01.5+02:00')
    .map((text) => ({ kind: 'at', text }) as const),
  fc.record({
    kind: fc.constant('ago' as const),
    count: fc.nat(999_999),
    unit: fc.constantFrom('s', 'm', 'h', 'd', 'w'),
  }),
)
const anyTerm: fc.Arbitrary<Term> = fc.oneof(
  fc.record({ kind: fc.constant('has'), field: fc.constantFrom('tag', 'metric', 'param'), name: anyName }),
  fc.record({
    kind: fc.constant('named-text'),
    field: fc.constantFrom('tag', 'param'),
    name: anyName,
    op: anyEquality,
    value: fc.string(),
  }),
  fc.record({
    kind: fc.constant('named-number'),
    field: fc.constant('metric'),
    name: anyName,
    op: anyOp,
    value: anyNumber,
  }),
  fc.record({
    kind: fc.constant('named-number'),
    field: fc.constant('param'),
    name: anyName,
    op: fc.constantFrom('<', '>='),
    value: anyNumber,
  }),
  fc.record({
    kind: fc.constant('text'),
    field: fc.constantFrom('model', 'alias', 'run', 'commit', 'digest'),
    op: anyEquality,
    value: fc.string(),
  }),
  fc.record({
    kind: fc.constant('text'),
    field: fc.constant('state'),
    op: anyEquality,
    value: fc.constantFrom('lost', 'succeeded'),
  }),
  fc.record({ kind: fc.constant('number'), field: fc.constant('version'), op: anyOp, value: fc.nat() }),
  fc.record({ kind: fc.constant('time'), field: fc.constant('created'), op: anyOp, value: anyWhen }),
)
const { query: anyQuery } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4 },
    anyTerm,
    fc.record({ kind: fc.constant('not'), of: tie('query') }),
    fc.record({ kind: fc.constantFrom('and', 'or'), of: fc.array(tie('query'), { minLength: 2, maxLength: 4 }) }),
  ),
}))

const read = (text: string, kind: 'versions' | 'runs' | 'datasets' = 'versions'): Query => {
  const parsed = parseQuery(text, kind)
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
  return parsed.query
}
const faults = (text: string, kind: 'versions' | 'runs' | 'datasets' = 'versions') => {
  const parsed = parseQuery(text, kind)
  return 'faults' in parsed ? parsed.faults : []
}

test('a search that was printed is read as it was', () => {
  fc.assert(
    fc.property(anyQuery, (query) => {
      expect(read(printQuery(query))).toEqual(query)
    }),
    { numRuns: 500 },
  )
})

test('whatever is typed is either read or blamed, and never a defect', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(
        'tag',
        'metric',
        'and',
        'or',
        'not',
        '(',
        ')',
        '=',
        '>=',
        '"',
        "'",
        'x',
        '!',
        'created',
        'ago',
        '7d',
      ),
      fc.string(),
    ),
  )
  fc.assert(
    fc.property(pieces, fc.constantFrom('versions', 'runs', 'datasets'), (words, kind) => {
      const text = words.join(' ')
      const parsed = parseQuery(text, kind)
      if ('query' in parsed) expect(parseQuery(printQuery(parsed.query), kind)).toEqual(parsed)
      else for (const { column } of parsed.faults) expect(column).toBeGreaterThan(0)
    }),
    { numRuns: 500 },
  )
})

describe('the language', () => {
  test.each([
    ['tag Stage=prod', { kind: 'named-text', field: 'tag', name: 'Stage', op: '=', value: 'prod' }],
    [
      'tag "Approved by" != \'Ann "A"\'',
      { kind: 'named-text', field: 'tag', name: 'Approved by', op: '!=', value: 'Ann "A"' },
    ],
    ['metric auc >= .9', { kind: 'named-number', field: 'metric', name: 'auc', op: '>=', value: 0.9 }],
    ['param C<1e-3', { kind: 'named-number', field: 'param', name: 'C', op: '<', value: 0.001 }],
    ['tag Stage', { kind: 'has', field: 'tag', name: 'Stage' }],
    ['run = r-1f3a', { kind: 'text', field: 'run', op: '=', value: 'r-1f3a' }],
    ['created < 7d ago', { kind: 'time', field: 'created', op: '<', value: { kind: 'ago', count: 7, unit: 'd' } }],
    ['', { kind: 'all' }],
  ])('%s', (text, query) => {
    expect(read(text)).toEqual(query)
  })

  test('and binds closer than or, not closer than and; words that join may be in capitals', () => {
    const [a, b, c] = ['1', '2', '3'].map((value) => read(`version = ${value}`))

    expect(read('version = 1 or version = 2 AND NOT version = 3')).toEqual({
      kind: 'or',
      of: [a, { kind: 'and', of: [b, { kind: 'not', of: c }] }],
    })
    expect(read('(version = 1 or version = 2) and version = 3')).toEqual({
      kind: 'and',
      of: [{ kind: 'or', of: [a, b] }, c],
    })
  })

  test('what everything that matches fulfils is told for services with filters of their own', () => {
    const query = bothOf(read('model = a'), read('tag x = y and (alias = b or alias = c) and not run = d'))

    expect(requiredTerms(query)).toEqual([read('model = a'), read('tag x = y')])
  })
})

describe('what cannot be read', () => {
  test('is blamed all at once, with the column and what was expected', () => {
    expect(faults('metric auc > high and stage = prod and alias ~ x or created > yesterday')).toEqual([
      { column: 14, problem: 'compares metric auc with "high"', expected: 'a number, such as 0.9 or 1e-3' },
      expect.objectContaining({ column: 23, problem: 'names "stage", which is no field of versions' }),
      { column: 46, problem: 'has "~" behind "alias"', expected: 'one of = !=' },
      expect.objectContaining({ column: 63, problem: 'has "yesterday" for a time' }),
    ])
  })

  test.each([
    ['tag', 4, 'has its end behind "tag"'],
    ['tag Stage = "prod', 13, 'has a quote that does not end'],
    ['tag Stage > 3', 11, 'compares the tag Stage by >, and tags are texts'],
    ['(alias = a', 11, 'has its end within the bracket of column 1'],
    ['alias = a)', 10, 'goes on with ")"'],
    ['alias = a alias = b', 11, 'goes on with "alias"'],
    ['alias = a and', 14, 'has its end where a condition begins'],
    ['and alias = a', 1, 'has "and" where a condition begins'],
    ['created > 2026-02-30', 11, 'has "2026-02-30" for a time'],
    ['version = 1.5', 11, 'compares version with "1.5"'],
    ['state = done', 9, 'names the state "done"'],
    ['alias ! a', 7, 'has a lone !'],
  ])('%s', (text, column, problem) => {
    expect(faults(text)).toEqual([expect.objectContaining({ column, problem })])
  })

  test('is a field that the kind does not have', () => {
    expect(faults('alias = champion', 'runs')).toHaveLength(1)
    expect(faults('metric auc > 0', 'datasets')).toHaveLength(1)
    expect(faults('tag Region = north', 'datasets')).toEqual([])
  })

  test('is a search beyond all measure', () => {
    expect(faults(`${'('.repeat(5000)}alias = a`)).toHaveLength(1)
    expect(faults(`${'not '.repeat(2000)}alias = a`)).toHaveLength(1)
    expect(faults('a'.repeat(10_001))).toHaveLength(1)
  })
})
