import { describe, expect, test } from 'vitest'
import type { CriterionResult } from '../../../core/records/verdict.ts'
import { type AbsoluteQuestion, judgeAbsolute } from '../../../core/compare-and-gate/judge.ts'
import { type Metric, metrics } from '../../../core/stats/metrics.ts'
import { normalSurvival } from '../../../core/stats/normal.ts'
import type { Evaluated } from '../../../core/stats/row-values.ts'
import { studentTSurvival } from '../../../core/stats/student-t.ts'

/** Quantiles of the normal distribution for 95 % and 80 %, and of t with 19 degrees of freedom for 95 %. */
const [z95, z80, t95] = [1.6448536269514722, 0.8416212335729143, 1.729132811521367]
const alpha = 0.05
const near = (value: number) => expect.closeTo(value, 9) as number
const shared = { alpha, isRequired: true }

/** So many rows of class 1, of which so many are predicted right. */
const right = (successes: number, n = 100, units: object = {}): Evaluated => ({
  labels: new Float64Array(n).fill(1),
  predictions: Float64Array.from({ length: n }, (_, row) => (row < successes ? 1 : 0)),
  ...units,
})

/** Wilson's bounds, and what lies between them in standard errors. */
function wilson(successes: number, n: number) {
  const middle = (successes + z95 ** 2 / 2) / (n + z95 ** 2)
  const half = (z95 * Math.sqrt((successes * (n - successes)) / n + z95 ** 2 / 4)) / (n + z95 ** 2)
  return { interval: { low: near(middle - half), high: near(middle + half), level: 0.9 }, error: half / z95 }
}

const absolute = (bound: AbsoluteQuestion['bound'], candidate: Evaluated, metric: Metric = metrics.accuracy) =>
  judgeAbsolute({ ...shared, metric, candidate, bound })

describe('a bound on a share', () => {
  const score = (share: number, limit: number) => (share - limit) / Math.sqrt((limit * (1 - limit)) / 100)
  const common = { isRequired: true, n: 100 }

  test.each<[string, number, Pick<CriterionResult, 'kind' | 'sentence'>]>([
    [
      'passes above',
      90,
      { kind: 'pass', sentence: 'Accuracy is 0.9 (between 0.8396 and 0.9393), and at least 0.8 is asked.' },
    ],
    [
      'fails below',
      70,
      { kind: 'fail', sentence: 'Accuracy is 0.7 (between 0.6202 and 0.7693), but at least 0.8 is asked.' },
    ],
  ])('%s', (_, successes, said) => {
    const { interval, error } = wilson(successes, 100)

    expect(absolute({ min: 0.8 }, right(successes))).toStrictEqual({
      ...common,
      ...said,
      criterion: 'accuracy ≥ 0.8',
      metric: 'accuracy',
      candidate: successes / 100,
      interval,
      bound: 0.8,
      pValue: near(normalSurvival(score(successes / 100, 0.8))),
      detectable: near(0.8 + (z95 + z80) * error),
    })
  })

  test.each([
    ['above', 82],
    ['below', 78],
  ])('is open near it, %s, and says how many rows would decide', (_, successes) => {
    const { interval, error } = wilson(successes, 100)
    const needed = Math.ceil(100 * (((z95 + z80) * error) / 0.02) ** 2)
    const result = absolute({ min: 0.8 }, right(successes))

    expect(result).toMatchObject({ kind: 'inconclusive', interval, needed })
    expect(result.sentence).toMatch(
      /^Accuracy is 0.\d+ \(between 0.\d+ and 0.\d+\): these rows cannot tell whether it is at least 0.8; about [12],\d{3} would\.$/,
    )
    expect(result.sentence).toContain(`about ${needed.toLocaleString('en-US')} would.`)
  })

  test('from above is its mirror', () => {
    const wrong = (count: number) => absolute({ max: 0.2 }, right(100 - count), metrics.errorRate)
    const { interval, error } = wilson(10, 100)

    expect(wrong(10)).toStrictEqual({
      ...common,
      criterion: 'errorRate ≤ 0.2',
      metric: 'errorRate',
      kind: 'pass',
      candidate: 0.1,
      interval,
      bound: 0.2,
      pValue: near(normalSurvival(-score(0.1, 0.2))),
      detectable: near(0.2 - (z95 + z80) * error),
      sentence: 'Error rate is 0.1 (between 0.06072 and 0.1604), and at most 0.2 is asked.',
    })
    expect(wrong(30)).toMatchObject({
      kind: 'fail',
      sentence: 'Error rate is 0.3 (between 0.2307 and 0.3798), but at most 0.2 is asked.',
    })
    expect(wrong(19)).toMatchObject({ kind: 'inconclusive', needed: expect.any(Number) as number })
  })

  test('is kept exactly at the end of the interval, and not broken at the other', () => {
    const { low = 0, high = 0 } = absolute({ min: 0 }, right(90)).interval ?? {}

    expect(absolute({ min: low }, right(90)).kind).toBe('pass')
    expect(absolute({ min: high }, right(90)).kind).toBe('inconclusive')
    expect(absolute({ max: high }, right(90)).kind).toBe('pass')
    expect(absolute({ max: low }, right(90)).kind).toBe('inconclusive')
    expect(absolute({ min: high + 1e-9 }, right(90)).kind).toBe('fail')
    expect(absolute({ max: low - 1e-9 }, right(90)).kind).toBe('fail')
  })

  test('exactly at the estimate needs no number of rows, since none would decide', () => {
    expect(absolute({ min: 0.9 }, right(90))).toMatchObject({ kind: 'inconclusive' })
    expect(absolute({ min: 0.9 }, right(90))).not.toHaveProperty('needed')
  })

  test.each([
    ['min', 0.99],
    ['max', 0.01],
  ] as const)('names no metric that would prove it where no model has it: %s', (side, limit) => {
    expect(absolute({ [side]: limit }, right(50))).not.toHaveProperty('detectable')
  })

  test.each([
    ['min', 1],
    ['max', 0],
  ] as const)('names the end of the range where that would just prove it: %s', (side, end) => {
    const { detectable = 0 } = absolute({ [side]: 0.5 }, right(60))
    const limit = 0.5 + end - detectable

    // By rounding it may come out on either side of the end; well inside, it is there, and well outside it is not.
    expect(absolute({ [side]: limit - Math.sign(end - 0.5) * 1e-9 }, right(60)).detectable).toBeCloseTo(end, 8)
    expect(absolute({ [side]: limit + Math.sign(end - 0.5) * 1e-9 }, right(60)).detectable).toBeUndefined()
  })

  test('with clusters says what it stands on', () => {
    const clusters = Int32Array.from({ length: 100 }, (_, row) => row % 20)
    const result = absolute({ min: 0.8 }, right(82, 100, { clusters }))

    expect(result).toMatchObject({ kind: 'inconclusive', n: 100, clusters: 20, effective: 20 })
    expect(result.sentence).toMatch(
      /about [\d,]+ would\. \(100 rows in 20 clusters, worth 20 independent ones; those needed are in clusters like these\.\)$/,
    )
  })

  test('at the end of the range is not proven by a doubt, whose interval is that range', () => {
    const clusters = Int32Array.from({ length: 100 }, (_, row) => row % 4)

    expect(absolute({ min: 0 }, right(90, 100, { clusters })).kind).toBe('inconclusive')
    expect(absolute({ max: 1 }, right(90, 100, { clusters })).kind).toBe('inconclusive')
  })

  test('that is informative says so', () => {
    const question = { metric: metrics.accuracy, candidate: right(90), bound: { min: 0.8 }, alpha }

    expect(judgeAbsolute({ ...question, isRequired: false }).isRequired).toBe(false)
  })
})

describe('a bound that the estimate alone decides', () => {
  test.each([
    ['min', 90, 'pass', 'accuracy ≥ 0.9 by its estimate', 'and at least'],
    ['min', 89, 'fail', 'accuracy ≥ 0.9 by its estimate', 'but at least'],
    ['max', 90, 'pass', 'accuracy ≤ 0.9 by its estimate', 'and at most'],
    ['max', 91, 'fail', 'accuracy ≤ 0.9 by its estimate', 'but at most'],
  ] as const)('is kept at the estimate itself: %s, %d', (...row) => {
    const [side, successes, kind, criterion, words] = row
    const result = absolute({ [side]: 0.9, mode: 'point' }, right(successes))
    const { interval } = wilson(successes, 100)

    expect(result).toStrictEqual({
      criterion,
      metric: 'accuracy',
      kind,
      isRequired: true,
      candidate: successes / 100,
      interval,
      bound: 0.9,
      mode: 'point',
      n: 100,
      sentence: expect.stringMatching(
        new RegExp(
          `^Accuracy is 0\\.\\d+ \\(between .*\\), ${words} 0.9 is asked by the point estimate, with no stated error rate\\.$`,
        ),
      ) as string,
    })
  })

  test('decides in spite of a doubt about the interval, which is then not shown', () => {
    const clusters = Int32Array.from({ length: 100 }, (_, row) => row % 4)

    expect(absolute({ min: 0.8, mode: 'point' }, right(90, 100, { clusters }))).toMatchObject({
      kind: 'pass',
      sentence:
        'Accuracy is 0.9, and at least 0.8 is asked by the point estimate, with no stated error rate. (100 rows in 4 clusters, worth 4 independent ones.)',
    })
  })

  test('is open without an estimate', () => {
    const result = absolute({ min: 0.8, mode: 'point' }, right(0, 0))

    expect(result).toMatchObject({
      kind: 'inconclusive',
      sentence:
        'Accuracy is unknown: these rows cannot tell whether it is at least 0.8, because there are too few rows.',
    })
    expect(result).not.toHaveProperty('candidate')
  })

  test('is asked by its name: the usual one is proven', () => {
    expect(absolute({ min: 0.9, mode: 'proven' }, right(90))).toMatchObject({ kind: 'inconclusive' })
    expect(absolute({ min: 0.9, mode: 'proven' }, right(90))).not.toHaveProperty('mode')
  })
})

describe('a bound on a mean', () => {
  /** Misses of 1 ± 0.05: no skewness, and a standard error of 0.05/√19. */
  const mae = {
    labels: new Float64Array(20),
    predictions: Float64Array.from({ length: 20 }, (_, row) => 1 + (row % 2 ? 0.05 : -0.05)),
  }
  const error = 0.05 / Math.sqrt(19)

  test('is by t', () => {
    expect(absolute({ max: 1.1 }, mae, metrics.mae)).toStrictEqual({
      criterion: 'mae ≤ 1.1',
      metric: 'mae',
      kind: 'pass',
      isRequired: true,
      candidate: near(1),
      interval: { low: near(1 - t95 * error), high: near(1 + t95 * error), level: 0.9 },
      bound: 1.1,
      pValue: near(studentTSurvival(0.1 / error, 19)),
      detectable: near(1.1 - (z95 + z80) * error),
      n: 20,
      sentence: 'Mean absolute error is 1 (between 0.9802 and 1.02), and at most 1.1 is asked.',
    })
  })

  test('of a metric that is not known by its name says which way is better', () => {
    const own: Metric = { ...metrics.mae, name: 'miss', title: 'miss' }

    expect(absolute({ max: 1.1 }, mae, own)).toMatchObject({ metric: 'miss', direction: 'lower' })
    expect(absolute({ max: 1.1 }, mae, metrics.mae)).not.toHaveProperty('direction')
  })

  test('is open in words and without numbers where all rows say the same', () => {
    const same = { labels: new Float64Array(20), predictions: new Float64Array(20).fill(1) }

    expect(absolute({ max: 1.1 }, same, metrics.mae)).toStrictEqual({
      criterion: 'mae ≤ 1.1',
      metric: 'mae',
      kind: 'inconclusive',
      isRequired: true,
      candidate: 1,
      bound: 1.1,
      n: 20,
      sentence:
        'Mean absolute error is 1: these rows cannot tell whether it is at most 1.1, because every row says the same, so that chance cannot be estimated.',
    })
  })

  test.each([
    ['rmse', 1, 2],
    ['r2', 1, -1],
  ] as const)('is shown with both ends or none: %s', (name, miss, limit) => {
    const flat = { labels: new Float64Array(20), predictions: new Float64Array(20).fill(miss) }
    const result = absolute({ max: limit }, flat, metrics[name])

    expect(result.kind).toBe('inconclusive')
    expect(result).not.toHaveProperty('interval')
  })
})
