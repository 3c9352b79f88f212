import { describe, expect, test } from 'vitest'
import { judgeReuse } from '../../../core/compare-and-gate/reuse/judge.ts'
import { reuseOf } from '../../../core/compare-and-gate/reuse/spend.ts'
import type { Judgement } from '../../../core/records/evidence.ts'
import { criteria, digest, twenty, use } from './uses.ts'

const unlimited = { spend: 'unlimited' }
const labels = new Float64Array(40)

/** What so many uses of the data mean for the next one. */
function after(uses: readonly Judgement[], rule?: object) {
  return reuseOf(criteria(rule), uses, use('x'))
}

describe('the sentence about the uses of evaluation data', () => {
  test('speaks of one other candidate, and of luck', () => {
    expect(after([use('a')]).sentence).toBe(
      'This data has judged one other candidate before; the best of many looks good by luck.',
    )
  })

  test('counts what was asked of the same candidate before, as long as no rule spends anything', () => {
    const mine = (name: string) => ({ ...use('x'), question: digest(name) })
    const itself = (times: string) =>
      ` This candidate itself was judged on it ${times} before, with other criteria, predictions or another champion.`

    expect(after([]).sentence).toBe('This data has judged no other candidate before.')
    expect(after([mine('one')]).sentence).toBe(`This data has judged no other candidate before.${itself('once')}`)
    expect(after([mine('one'), use('a'), mine('two')]).sentence).toBe(
      `This data has judged one other candidate before; the best of many looks good by luck.${itself('2 times')}`,
    )
  })

  test('says of a rule without an end which use it is, and at what error probability', () => {
    expect(after([use('a', 0.03)], unlimited).sentence).toBe(
      'Judged at an error probability of 0.007599 instead of 0.05, because it is judgement 2 on this data, and their number has no end.',
    )
  })

  test('says that nothing is left, where nothing is', () => {
    const uses = Array.from({ length: 20 }, (_, at) => use(`c${at}`, 0.0025))

    expect(after(uses, twenty).sentence).toBe(
      'This data has judged as many candidates as the criteria allow; use new data.',
    )
  })
})

describe('what may be spent', () => {
  test('is nothing where the places are used up, though by judgements that spent nothing', () => {
    const uses = Array.from({ length: 20 }, (_, at) => use(`c${at}`))

    expect(after(uses.slice(1), twenty).spending?.isExhausted).toBe(false)
    expect(after(uses, twenty).spending?.isExhausted).toBe(true)
  })

  test('is nothing where alpha is used up, though places are left', () => {
    expect(after([use('a', 0.049)], twenty).spending?.isExhausted).toBe(true)
    expect(after([use('a', 0.0475)], twenty).spending?.isExhausted).toBe(false)
  })

  test('has its rule, and the number of candidates where it has one', () => {
    expect(after([], twenty).spending).toEqual({
      rule: 'bonferroni',
      total: 0.05,
      candidates: 20,
      isExhausted: false,
    })
    expect(after([], unlimited).spending).toStrictEqual({ rule: 'unlimited', total: 0.05, isExhausted: false })
  })

  test('is the same for the first question when it is asked again after others', () => {
    const uses = [use('x', 0.0304), use('b', 0.0076)]

    expect(after(uses, unlimited)).toMatchObject({ judged: 0, place: 1 })
  })

  test('counts the other candidates alone', () => {
    const mine = { ...use('x'), question: digest('x with other criteria') }

    expect(after([mine, use('a')])).toMatchObject({ judged: 1, place: 3 })
  })
})

describe('a verdict', () => {
  test('says nothing of uses that nothing was counted of, or that no rule is for', () => {
    expect(judgeReuse({ reuse: undefined, labels })).toEqual({ results: [], reasons: [] })
    expect(judgeReuse({ reuse: after([use('a')]), labels })).toEqual({ results: [], reasons: [] })
  })

  test('has the sentence as a reason, where a part of alpha is spent', () => {
    const reuse = after([], twenty)
    expect(judgeReuse({ reuse, labels })).toEqual({ results: [], reasons: [reuse.sentence] })
  })

  test('has a required, inconclusive result instead, where nothing is left', () => {
    const reuse = after([use('a', 0.05)], twenty)
    expect(judgeReuse({ reuse, labels })).toEqual({
      results: [
        {
          criterion: 'error probability left on this data',
          metric: 'reuse',
          kind: 'inconclusive',
          isRequired: true,
          n: 40,
          sentence: 'This data has judged as many candidates as the criteria allow; use new data.',
        },
      ],
      reasons: [],
    })
  })
})
