import { describe, expect, test } from 'vitest'
import { type Criteria, criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import { decide } from '../../../core/compare-and-gate/decide.ts'
import type { Predictions } from '../../../core/compare-and-gate/facts.ts'
import { reuseOf } from '../../../core/compare-and-gate/reuse/spend.ts'
import { close, criteria, digest, twenty, use } from './uses.ts'

describe('the uses of evaluation data', () => {
  test('without a rule are counted, and leave alpha alone', () => {
    expect(reuseOf(criteria(), [], use('a'))).toEqual({
      judged: 0,
      place: 1,
      alpha: 0.05,
      sentence: 'This data has judged no other candidate before.',
    })
    expect(reuseOf(criteria(), [use('a'), use('b')], use('c'))).toMatchObject({
      judged: 2,
      place: 3,
      sentence: 'This data has judged 2 other candidates before; the best of many looks good by luck.',
    })
  })

  test('count a candidate once, and every question about it', () => {
    const again = { ...use('a'), question: digest('a with another champion') }

    expect(reuseOf(criteria(), [use('a'), again], use('b'))).toMatchObject({ judged: 1, place: 3 })
    expect(reuseOf(criteria(), [use('a'), use('b')], again)).toMatchObject({ judged: 1, place: 3 })
  })

  test('give the same question the place and the alpha that it had', () => {
    const before = [use('a', 0.0025), use('b', 0.0025), use('c', 0.0025)]

    const asked = reuseOf(criteria({ spend: 'unlimited' }), before, use('b'))

    expect(asked).toMatchObject({ judged: 1, place: 2, alpha: (0.05 * 6) / (Math.PI * 2) ** 2 })
  })

  test('share alpha evenly among the candidates that are allowed, and no more', () => {
    const before = (count: number) => Array.from({ length: count }, (_, at) => use(`c${at}`, 0.0025))

    expect(reuseOf(criteria(twenty), before(14), use('x'))).toMatchObject({
      place: 15,
      alpha: 0.0025,
      spending: { isExhausted: false },
      sentence:
        'Judged at an error probability of 0.0025 instead of 0.05, because it is judgement 15 of 20 on this data.',
    })
    expect(reuseOf(criteria(twenty), before(19), use('x')).spending?.isExhausted).toBe(false)
    expect(reuseOf(criteria(twenty), before(20), use('x')).spending?.isExhausted).toBe(true)
  })

  test('without an end never spend more than alpha', () => {
    let total = 0
    for (let place = 1; place <= 2000; place += 1) {
      if (place < 30 || place === 2000) {
        const before = Array.from({ length: place - 1 }, (_, at) => use(`c${at}`))
        const { alpha, spending } = reuseOf(criteria({ spend: 'unlimited' }), before, use('x'))
        expect(spending?.isExhausted).toBe(false)
        expect(alpha).toBeCloseTo((0.05 * 6) / (Math.PI * place) ** 2, 15)
      }
      total += (0.05 * 6) / (Math.PI * place) ** 2
    }
    expect(total).toBeLessThan(0.05)
    expect(total).toBeGreaterThan(0.0499)
  })

  test('do not get more alpha by another rule half way', () => {
    const before = Array.from({ length: 20 }, (_, at) => use(`c${at}`, 0.0025))

    expect(reuseOf(criteria({ spend: 'bonferroni', candidates: 40 }), before, use('x')).spending).toMatchObject({
      isExhausted: true,
    })
  })
})

describe('a verdict on data that judged others', () => {
  const labels = Float64Array.from({ length: 4000 }, (_, row) => row % 2)
  const wrong = (from: number, count: number): Predictions => ({
    classes: labels.map((label, row) => (row >= from && row < from + count ? 1 - label : label)),
  })
  const facts = { labels, candidate: wrong(0, 60), champion: wrong(60, 20) }
  const at = (asked: Criteria, places: number) => {
    const before = Array.from({ length: places }, (_, place) => use(`c${place}`, 0.0025))
    return decide(asked, { ...facts, reuse: reuseOf(asked, before, use('x')) })
  }

  test('is proven at what is left of alpha, with a wider interval, and says so', () => {
    const alone = decide(criteria(), facts)
    const spent = at(criteria(twenty), 3)

    expect([alone.kind, spent.kind]).toEqual(['pass', 'pass'])
    expect(spent.results[0]?.interval?.level).toBeCloseTo(0.995, 12)
    expect(spent.results[0]?.interval?.low).toBeLessThan(alone.results[0]?.interval?.low ?? -1)
    expect(spent.reasons.at(-1)).toBe(
      'Judged at an error probability of 0.0025 instead of 0.05, because it is judgement 4 of 20 on this data.',
    )
  })

  test('is inconclusive when nothing of alpha is left', () => {
    const verdict = at(criteria(twenty), 20)

    expect(verdict.kind).toBe('inconclusive')
    expect(verdict.reasons[1]).toBe('This data has judged as many candidates as the criteria allow; use new data.')
  })
})

test.each([
  ['bonferroni without a number', { spend: 'bonferroni' }],
  ['a number where there is no end', { spend: 'unlimited', candidates: 20 }],
  ['no candidates at all', { spend: 'bonferroni', candidates: 0 }],
])('%s is refused', (_, reuse) => {
  const data = { file: 'x.csv', id: 'id', label: 'y' }
  expect(criteriaShape.safeParse({ version: 1, data, criteria: close, reuse }).success).toBe(false)
})
