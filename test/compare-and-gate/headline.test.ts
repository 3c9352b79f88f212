import { describe, expect, test } from 'vitest'
import { changeOf, headlineOf } from '../../core/compare-and-gate/headline.ts'

const verdict = { isUncompared: false, results: [{ isRequired: true }] }
const sides = { candidate: 'flights@2', champion: { reference: 'flights@1' } }

describe('the first sentence about a gate', () => {
  test.each([
    ['pass', sides, '`flights@2` may take the place of `flights@1`'],
    ['fail', sides, '`flights@2` must not take the place of `flights@1`'],
    ['inconclusive', sides, 'nobody can say yet whether `flights@2` may take the place of `flights@1`'],
    ['pass', { candidate: 'flights@2' }, '`flights@2` is good enough'],
    ['fail', { candidate: 'flights@2' }, '`flights@2` is not good enough'],
    ['inconclusive', { candidate: 'flights@2' }, 'nobody can say yet whether `flights@2` is good enough'],
  ] as const)('of a %s: %#', (kind, about, words) => {
    expect(headlineOf({ ...about, verdict: { ...verdict, kind } }, (name) => `\`${name}\``)).toBe(words)
  })
})

describe('what would change a verdict', () => {
  const change = (other: object, data = { rows: 1500 }) =>
    changeOf({ ...sides, data, verdict: { ...verdict, kind: 'inconclusive', ...other } })

  test('is nothing for a pass, and another candidate for a fail', () => {
    expect(change({ kind: 'pass' })).toBeUndefined()
    expect(change({ kind: 'fail', needed: 9 })).toContain('another candidate')
  })

  test('is ready callers, where nothing fails but the signature', () => {
    const broken = { isRequired: true, kind: 'fail', metric: 'signature' }
    const results = [
      broken,
      { ...broken, metric: 'auc', isRequired: false },
      { ...broken, metric: 'mae', kind: 'pass' },
    ]

    expect(change({ kind: 'fail', results })).toContain(
      'callers that are ready for the new ones, and force with a reason',
    )
    expect(change({ kind: 'fail', results: [broken, { ...broken, metric: 'auc' }] })).toContain('another candidate')
  })

  test('is so many rows, where they would decide', () => {
    expect(change({ needed: 23_740 })).toBe('It takes about 23,740 rows like these to decide (there were 1,500).')
    expect(changeOf({ ...sides, verdict: { ...verdict, kind: 'inconclusive', needed: 12 } })).toBe(
      'It takes about 12 rows like these to decide.',
    )
  })

  test('is a criterion that can be asked without a champion, where none could', () => {
    expect(change({ isUncompared: true, results: [{ isRequired: false }] })).toContain('an absolute bound')
    expect(change({ isUncompared: true })).toContain('the reasons say what is missing')
  })
})
