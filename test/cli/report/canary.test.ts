import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reportHtml } from '../../../core/cli/report/page.ts'
import { type Canary, readCanary, stepsOf, stretchesOf } from '../../../core/cli/report/read/canary.ts'
import { linearAxis } from '../../../core/cli/report/svg/axis.ts'
import { timeline } from '../../../core/cli/report/svg/timeline.ts'
import { parse } from './parse.ts'
import { evidence, factsWith, predicates } from './sample.ts'

const canary = readCanary({ predicate: predicates.canary })
if (canary === undefined) throw new Error('the canary of the sample is not read')

const look = (second: number, requests: number, errors = 0): Canary['looks'][number] => ({
  at: new Date(second * 1000).toISOString(),
  share: 10,
  canary: { requests, errors },
  stable: { requests: 9 * requests, errors },
})
const startedAt = new Date(0).toISOString()

describe('the stretches between looks', () => {
  test('have what was counted since the look before', () => {
    expect(stretchesOf(canary, 10)).toEqual([
      { fromMs: 0, toMs: 10_000, canary: { requests: 100, errors: 1 }, stable: { requests: 900, errors: 10 } },
      { fromMs: 10_000, toMs: 30_000, canary: { requests: 1000, errors: 11 }, stable: { requests: 1000, errors: 11 } },
    ])
  })

  test('leave out one in which a counter fell', () => {
    const looks = [look(0, 0), look(1, 100), look(2, 20), look(3, 50)]

    expect(stretchesOf({ looks, startedAt }, 10).map(({ canary: { requests } }) => requests)).toEqual([100, 30])
  })

  test('are joined without losing a request, so that there are not too many', () => {
    const growing = fc.array(fc.nat(50), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(growing, fc.integer({ min: 1, max: 50 }), (counts, most) => {
        let sum = 0
        const looks = [look(0, 0), ...counts.map((count, at) => look(at + 1, (sum += count)))]
        const stretches = stretchesOf({ looks, startedAt }, most)

        expect(stretches.length).toBeLessThanOrEqual(most)
        expect(stretches.reduce((all, { canary: { requests } }) => all + requests, 0)).toBe(sum)
        expect(stretches.at(-1)?.toMs).toBe(counts.length * 1000)
      }),
    )
  })
})

test('what happened is the changes of the share, then the decision', () => {
  expect(stepsOf(canary)).toEqual([
    { atMs: 0, kind: 'share', share: 10 },
    { atMs: 10_000, kind: 'share', share: 50 },
    { atMs: 30_000, kind: 'promote', share: 50 },
  ])
  expect(stepsOf({ ...canary, decision: 'rollback' }).at(-1)).toEqual({ atMs: 30_000, kind: 'rollback', share: 0 })
})

describe('the canary’s section', () => {
  const told = (other: Partial<Canary> = {}) =>
    parse(reportHtml(factsWith([evidence('canary', 'b', { ...canary, ...other })])))

  test('says what happened, and what each side answered at each share', () => {
    const { text } = told()

    expect(text).toContain('after 10 s 50\u00A0% of the requests go to the canary')
    expect(text).toContain('after 30 s the decision: good enough to be promoted')
    expect(text).toContain('The canary failed 12 of 1,100 requests, stable 31 of 2,900 requests.')
    expect(text).toMatch(/10\u00A0%10011\u00A0%900101\.11\u00A0%/)
  })

  test('says that it was rolled back, there and among the versions', () => {
    const { text } = told({ decision: 'rollback', verdict: { kind: 'fail', reasons: ['It fails more often.'] } })

    expect(text).toContain('✕ rolled back')
    expect(text).toContain('all requests go to stable again')
  })

  test('draws nothing where nothing was counted', () => {
    const { text, elements } = told({ looks: [] })

    expect(text).toContain('There are no two looks between which anything was counted.')
    expect(elements.filter(({ name, attributes }) => name === 'svg' && attributes.has('aria-labelledby'))).toEqual([])
  })
})

describe('a timeline', () => {
  const moments = Array.from({ length: 30 }, (_, at) => ({ x: at * 3, label: String(at + 1), isEnd: at === 29 }))
  const { elements, text } = parse(
    timeline({
      id: 't',
      title: 'T',
      description: 'D',
      time: linearAxis([0, 87]),
      timeUnit: ' s',
      values: linearAxis([0, 10], { isRounded: true }),
      unit: ' %',
      moments,
      series: [
        {
          look: 'canary',
          points: [
            { x: 0, y: 10 },
            { x: 87, y: 0 },
          ],
        },
        { look: 'stable', points: [] },
      ],
    }).toString(),
  )

  test('has a line for every moment, and numbers where there is room, the last one always', () => {
    const lines = elements.filter(({ attributes }) => /^(limit|equal)$/.test(attributes.get('class') ?? ''))
    const numbers = elements
      .filter(({ attributes }) => attributes.get('class') === 'note')
      .map(({ attributes }) => Number.parseFloat(attributes.get('x') ?? ''))
      .sort((a, b) => a - b)

    expect(lines).toHaveLength(30)
    expect(text).toContain('30')
    expect(numbers.length).toBeLessThan(30)
    expect(numbers.slice(1).every((x, at) => x - (numbers[at] ?? 0) > 5)).toBe(true)
  })

  test('puts values where their axes say, higher ones further up', () => {
    const dots = elements
      .filter(({ name, inside, attributes }) => name === 'svg' && inside.length === 1 && attributes.has('x'))
      .map(({ attributes }) => [attributes.get('x'), Number(attributes.get('y'))])

    expect(dots).toEqual([
      ['0%', 30],
      ['100%', 172],
    ])
  })
})
