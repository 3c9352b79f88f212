import { describe, expect, test } from 'vitest'
import { limitOf } from '../../../core/cli/report/read/gate.ts'
import { reportHtml } from '../../../core/cli/report/page.ts'
import { intervalChart, type IntervalRow } from '../../../core/cli/report/svg/intervals.ts'
import { judgeAbsolute, judgePaired } from '../../../core/compare-and-gate/judge.ts'
import type { CriterionResult } from '../../../core/records/verdict.ts'
import { metrics } from '../../../core/stats/metrics.ts'
import { parse } from './parse.ts'
import { criterion, evidence, factsWith, predicates } from './sample.ts'

const labels = Float64Array.from({ length: 40 }, (_, at) => at % 2)
const side = (right: number) => ({ labels, predictions: labels.map((label, at) => (at < right ? label : 1 - label)) })
const probabilities = (p: number) => ({ labels, predictions: labels.map((label) => (label === 1 ? p : 1 - p)) })
const shared = { alpha: 0.05, isRequired: true }

describe('the limit of what the gate really says', () => {
  const { accuracy, logLoss } = metrics

  const against = { ...shared, candidate: side(38), champion: side(34), metric: accuracy }
  const loss = { ...shared, candidate: probabilities(0.9), champion: probabilities(0.8), metric: logLoss }
  const results = [
    { result: judgeAbsolute({ ...against, bound: { min: 0.8 } }), value: 0.8, holds: 'above' },
    { result: judgeAbsolute({ ...loss, bound: { max: 0.4 } }), value: 0.4, holds: 'below' },
    { result: judgePaired({ ...against, least: -0.01 }), value: -0.01, holds: 'above' },
    { result: judgePaired({ ...against, least: 0.02 }), value: 0.02, holds: 'above' },
    { result: judgePaired({ ...loss, least: -0.002 }), value: 0.002, holds: 'below' },
    { result: judgePaired({ ...loss, least: 0.1 }), value: -0.1, holds: 'below' },
    { result: judgePaired({ ...loss, least: 0 }), value: 0, holds: 'below' },
    {
      result: judgePaired({ ...against, least: -0.02, isRelative: true }),
      value: -0.02 * 0.85,
      holds: 'above',
    },
    { result: judgePaired({ ...against, least: 0.1, isRelative: true }), value: 0.1 * 0.85, holds: 'above' },
    { result: judgeAbsolute({ ...against, bound: { min: 0.8, mode: 'point' } }), value: 0.8, holds: 'above' },
  ]

  test.each(results)('$result.criterion: it holds $holds $value', ({ result, value, holds }) => {
    const limit = limitOf(result)
    expect(limit?.value).toBeCloseTo(value, 12)
    expect(limit?.holds).toBe(holds)
  })

  test.each([
    { criterion: 'accuracy non-inferior within 0.01', metric: 'accuracy', value: -0.01, holds: 'above' },
    { criterion: 'logLoss non-inferior within 0.01', metric: 'logLoss', value: 0.01, holds: 'below' },
    { criterion: 'auc better than the champion by > 0.02', metric: 'auc', value: 0.02, holds: 'above' },
  ])('is read of evidence in earlier words, too: $criterion', ({ value, holds, ...result }) => {
    expect(limitOf(result)).toEqual({ value, holds })
  })

  test('is not known where the criterion is about no number, or about a metric of another release', () => {
    expect(limitOf({ criterion: 'signature compatible with the champion’s', metric: 'signature' })).toBeUndefined()
    expect(limitOf({ criterion: 'lift not worse by ≥ 0.1', metric: 'lift' })).toBeUndefined()
    expect(limitOf({ criterion: 'toString not worse by ≥ 0.1', metric: 'toString' })).toBeUndefined()
  })
})

describe('the chart of a criterion', () => {
  const row: IntervalRow = {
    id: 'c',
    title: 'accuracy ≥ 0.8: pass',
    description: 'Accuracy is 0.9.',
    kind: 'pass',
    point: 0.9,
    interval: { low: 0.85, high: 0.95 },
    limit: { value: 0.8, holds: 'above', label: 'limit 0.8' },
  }
  const drawn = (other: Partial<IntervalRow> = {}) => parse(intervalChart({ ...row, ...other }).toString())
  const x = (name: string, other: Partial<IntervalRow> = {}, which: 'x' | 'x1' | 'x2' = 'x1') =>
    Number.parseFloat(
      drawn(other)
        .elements.find(({ attributes }) => attributes.get('class') === name)
        ?.attributes.get(which) ?? '',
    )

  test('has limit, interval and estimate in their order', () => {
    const estimate = drawn()
      .elements.filter(({ name, inside }) => name === 'svg' && inside.length === 1)
      .at(-1)
    const point = Number.parseFloat(estimate?.attributes.get('x') ?? '')

    expect(x('limit')).toBeLessThan(x('interval'))
    expect(x('interval')).toBeLessThan(point)
    expect(point).toBeLessThan(x('interval', {}, 'x2'))
    expect(x('interval') + x('interval', {}, 'x2')).toBeCloseTo(2 * point, 1)
  })

  test('hatches the side that breaks the criterion', () => {
    const hatched = (other: Partial<IntervalRow>) => {
      const { attributes } = drawn(other).elements.find(({ name }) => name === 'rect') ?? {}
      return [attributes?.get('x'), attributes?.get('width')].map((text) => Number.parseFloat(text ?? ''))
    }

    expect(hatched({})).toEqual([0, x('limit')])
    const below = { limit: { value: 0.99, holds: 'below', label: '' } } as const
    expect(hatched(below)[0]).toBeGreaterThan(x('interval', below, 'x2'))
    expect(hatched(below)).toEqual([x('limit', below), expect.closeTo(100 - x('limit', below))])
  })

  test('says the verdict by the form of its mark', () => {
    const forms = (['pass', 'fail', 'inconclusive'] as const).map((kind) =>
      drawn({ kind })
        .elements.filter(({ attributes }) => attributes.get('class')?.endsWith('-mark'))
        .map(({ name }) => name),
    )

    expect(forms).toEqual([['circle'], ['path'], ['rect']])
  })

  test('has neither limit nor interval where none is known', () => {
    const classes = drawn({ limit: undefined, interval: undefined }).elements.map(({ attributes }) =>
      attributes.get('class'),
    )

    expect(classes).toContain('pass-mark')
    expect(classes).not.toContain('limit')
    expect(classes).not.toContain('interval')
  })
})

describe('the gate’s section', () => {
  const told = (results: readonly CriterionResult[], verdict: Partial<typeof predicates.gate.verdict> = {}) =>
    parse(
      reportHtml(
        factsWith([
          evidence('gate', 'a', {
            ...predicates.gate,
            shape: undefined,
            verdict: { ...predicates.gate.verdict, ...verdict, results },
          }),
        ]),
      ),
    )

  test('says how many rows would decide', () => {
    const open = criterion({
      kind: 'inconclusive',
      needed: 104_000,
      sentence: 'These rows cannot tell; about 104,000 would.',
    })
    const { text } = told([open], {
      kind: 'inconclusive',
      needed: 104_000,
      reasons: ['1 of 1 required criteria cannot be decided.', open.sentence],
    })

    expect(text).toContain('It takes about 104,000 rows like these to decide (there were 27,564).')
    expect(text).toContain('1 of 1 required criteria cannot be decided.')
    expect(text).toContain('? inconclusive')
  })

  test('tells of a criterion about no number in words alone', () => {
    const { candidate: _one, champion: _two, difference: _three, interval: _four, margin: _five, ...rest } = criterion()
    const broken = {
      ...rest,
      criterion: 'signature compatible with the champion’s',
      metric: 'signature',
      kind: 'fail' as const,
      sentence: 'The input is gone.',
    }
    const { text, elements } = told([broken], { kind: 'fail' })

    expect(text).toContain('The input is gone.')
    expect(elements.filter(({ name, attributes }) => name === 'svg' && attributes.has('aria-labelledby'))).toEqual([])
  })

  test('marks what does not decide', () => {
    expect(told([criterion({ isRequired: false })]).text).toContain('informative')
  })

  test('lists slices sorted by harm, as the evidence has them, and counts those that are not shown', () => {
    const shared = { metric: 'accuracy', isRequired: true, margin: 0.01 }
    const { text, elements } = told([criterion()], {
      slices: {
        alpha: 0.05,
        hidden: 2,
        results: [
          {
            ...shared,
            slice: 'country = <b>DE</b>',
            kind: 'harmed',
            n: 1200,
            candidate: 0.8,
            champion: 0.9,
            difference: -0.1,
            interval: { low: -0.12, high: -0.08, level: 0.9 },
            pValue: 1e-9,
          },
          { ...shared, slice: 'country = FR', kind: 'inconclusive', n: 20 },
        ],
      },
    })

    expect(text).toContain('Slices: 1 harmed, 1 inconclusive, 2 not shown')
    expect(text).toContain('Of 2 more nothing is shown: they have fewer than ten rows, or would tell of one that has.')
    expect(text).toMatch(/country = <b>DE<\/b>[^]*1,200[^]*-0\.12 to -0\.08[^]*< 0\.0001[^]*harmed[^]*country = FR/)
    expect(elements.some(({ name, attributes }) => name === 'details' && attributes.has('open'))).toBe(true)
  })

  test('lists the groups whose rates are compared, and counts those that are not shown', () => {
    const group = {
      n: 1200,
      rate: 0.81,
      champion: 0.8,
      interval: { low: 0.79, high: 0.83, level: 0.9 },
      hasEnough: true,
    }
    const { text } = told([criterion()], {
      fairness: [
        {
          metric: 'truePositiveRate',
          by: 'sex',
          isRequired: true,
          hidden: 2,
          groups: [
            { ...group, group: 'sex = <b>f</b>' },
            { group: 'sex = m', n: 20, rate: 0.9, hasEnough: false },
          ],
        },
      ],
    })

    expect(text).toContain('Groups: 2 with their rates')
    expect(text).toContain('Of 2 more nothing is shown')
    expect(text).toMatch(/sex = <b>f<\/b>[^]*1,200[^]*0\.81[^]*0\.79 to 0\.83[^]*sex = m[^]*20, too few/)
  })

  test('says what the data judged before, once', () => {
    const sentence = 'This data has judged 14 other candidates before; the best of many looks good by luck.'
    const page = (reasons: readonly string[]) => {
      const verdict = { ...predicates.gate.verdict, reasons }
      const judged = evidence('gate', 'a', {
        ...predicates.gate,
        verdict,
        reuse: { judged: 14, place: 15, alpha: 0.05, sentence },
      })
      return parse(reportHtml(factsWith([judged]))).text
    }

    const times = (reasons: readonly string[], words: string) => page(reasons).split(words).length - 1
    expect(times(['Proven.'], sentence)).toBe(1)
    expect(times(['Proven.', sentence], sentence)).toBe(times(['Proven.', 'Another reason.'], 'Another reason.'))
  })

  test('leaves out what was judged as another model, of the same bytes', () => {
    const other = evidence('gate', 'a', { ...predicates.gate, model: 'otters', candidate: 'otters@1' })

    expect(parse(reportHtml(factsWith([other]))).text).toContain('No gate has judged a version of this model yet.')
    expect(parse(reportHtml(factsWith([other]))).text).not.toContain('otters@1')
  })
})
