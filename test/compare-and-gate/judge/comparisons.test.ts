import { describe, expect, test } from 'vitest'
import { judgePaired, type PairedQuestion } from '../../../core/compare-and-gate/judge.ts'
import { pairedInterval, relativeInterval } from '../../../core/compare-and-gate/intervals.ts'
import { type Metric, metrics } from '../../../core/stats/metrics.ts'
import { normalSurvival } from '../../../core/stats/normal.ts'
import type { Evaluated } from '../../../core/stats/row-values.ts'
import { studentTSurvival } from '../../../core/stats/student-t.ts'

/** Quantiles of the normal distribution for 95 % and 80 %, and of t with 19 degrees of freedom for 95 %. */
const [z95, z80, t95] = [1.6448536269514722, 0.8416212335729143, 1.729132811521367]
const alpha = 0.05
const near = (value: number) => expect.closeTo(value, 9) as number
const shared = { alpha, isRequired: true }

/** Misses of 1, and misses of 1.1 ± 0.05: better by 0.1 with a standard error of 0.05/√19, and no skewness. */
const labels = new Float64Array(20)
const ahead: Evaluated = { labels, predictions: new Float64Array(20).fill(1) }
const behind: Evaluated = { labels, predictions: Float64Array.from(labels, (_, row) => 1.1 + (row % 2 ? 0.05 : -0.05)) }
const error = 0.05 / Math.sqrt(19)
const paired = (least: number, more: Partial<PairedQuestion> = {}) =>
  judgePaired({ ...shared, metric: metrics.mae, candidate: ahead, champion: behind, least, ...more })
const swapped = (least: number) => paired(least, { candidate: behind, champion: ahead })
const losing = { metric: 'mae', isRequired: true, n: 20 }
const shown = 'Mean absolute error is 0.1 better than the champion’s (improvement between +0.08017 and +0.1198)'
const shownWorse = 'Mean absolute error is 0.1 worse than the champion’s (improvement between -0.1198 and -0.08017)'

describe('a comparison of a loss', () => {
  const better = {
    ...losing,
    candidate: near(1),
    champion: near(1.1),
    difference: near(-0.1),
    interval: { low: near(-0.1 - t95 * error), high: near(-0.1 + t95 * error), level: 0.9 },
  }
  const worse = {
    ...losing,
    candidate: near(1.1),
    champion: near(1),
    difference: near(0.1),
    interval: { low: near(0.1 - t95 * error), high: near(0.1 + t95 * error), level: 0.9 },
  }
  const reach = (z95 + z80) * error

  test('with a margin passes a better one', () => {
    expect(paired(-0.05)).toStrictEqual({
      ...better,
      criterion: 'mae not worse by ≥ 0.05',
      kind: 'pass',
      margin: 0.05,
      pValue: near(studentTSurvival(0.15 / error, 19)),
      detectable: near(0.05 - reach),
      power: near(normalSurvival(z95 - 0.05 / error)),
      sentence: `${shown}: not worse by 0.05 or more.`,
    })
  })

  test('with a margin fails one that is worse by more', () => {
    expect(swapped(-0.05)).toStrictEqual({
      ...worse,
      criterion: 'mae not worse by ≥ 0.05',
      kind: 'fail',
      margin: 0.05,
      pValue: near(studentTSurvival(-0.05 / error, 19)),
      detectable: near(0.05 - reach),
      power: near(normalSurvival(z95 - 0.05 / error)),
      sentence: `${shownWorse}: worse by more than 0.05.`,
    })
  })

  test('with a margin is open near it, and needs what an equal model would', () => {
    // Worse by 0.02 ± 0.2, which must not count: 20 · (reach / 0.05)² rows.
    const noisy = { labels, predictions: labels.map((_, row) => 1.02 + (row % 2 ? 0.2 : -0.2)) }
    const needed = Math.ceil(20 * ((4 * reach) / 0.05) ** 2)

    expect(paired(-0.05, { candidate: noisy, champion: ahead })).toStrictEqual({
      ...losing,
      candidate: near(1.02),
      champion: near(1),
      difference: near(0.02),
      interval: { low: near(0.02 - t95 * 4 * error), high: near(0.02 + t95 * 4 * error), level: 0.9 },
      criterion: 'mae not worse by ≥ 0.05',
      kind: 'inconclusive',
      margin: 0.05,
      pValue: near(studentTSurvival(0.03 / (4 * error), 19)),
      detectable: near(0.05 - 4 * reach),
      power: near(normalSurvival(z95 - 0.05 / (4 * error))),
      needed,
      sentence: `Mean absolute error is 0.02 worse than the champion’s (improvement between -0.09934 and +0.05934): these rows cannot tell whether it is worse by 0.05 or more; about ${needed} would.`,
    })
  })

  test('for more passes a better one, and names no power of an equal one', () => {
    expect(paired(0)).toStrictEqual({
      ...better,
      criterion: 'mae better by > 0',
      kind: 'pass',
      margin: 0,
      pValue: near(studentTSurvival(0.1 / error, 19)),
      detectable: near(-reach),
      sentence: `${shown}: really better.`,
    })
    expect(paired(0.05)).toMatchObject({
      kind: 'pass',
      margin: 0,
      sentence: `${shown}: really better by more than 0.05.`,
    })
    expect(paired(0.05)).not.toHaveProperty('power')
  })

  test('for more fails one that is not', () => {
    expect(paired(0.2)).toStrictEqual({
      ...better,
      criterion: 'mae better by > 0.2',
      kind: 'fail',
      margin: 0,
      pValue: near(studentTSurvival(-0.1 / error, 19)),
      detectable: near(-reach - 0.2),
      sentence: `${shown}: not better by more than 0.2.`,
    })
    expect(swapped(0)).toMatchObject({ kind: 'fail', sentence: `${shownWorse}: not better.` })
  })

  test('for more is open near it, and needs what its own estimate would', () => {
    const needed = Math.ceil(20 * (reach / 0.01) ** 2)

    expect(paired(0.09)).toMatchObject({
      kind: 'inconclusive',
      needed: expect.closeTo(needed, -1) as number,
      sentence: expect.stringMatching(
        /: these rows cannot tell whether it is better by more than 0.09; about 16\d would\.$/,
      ) as string,
    })
    // Beyond the estimate no number of rows helps.
    expect(paired(0.11)).toMatchObject({ kind: 'inconclusive' })
    expect(paired(0.11)).not.toHaveProperty('needed')
  })

  test('with a margin of nothing is called as it was asked', () => {
    expect(paired(-0)).toMatchObject({ criterion: 'mae not worse by ≥ 0', kind: 'pass', margin: 0 })
    expect(paired(-0)).not.toHaveProperty('power')
  })

  test('exactly at an end of the interval proves and refutes nothing', () => {
    const { lower, upper } = pairedInterval({ metric: metrics.mae, candidate: ahead, champion: behind }, alpha)

    expect([paired(lower).kind, paired(lower - 1e-9).kind]).toEqual(['inconclusive', 'pass'])
    expect([paired(upper).kind, paired(upper + 1e-9).kind]).toEqual(['inconclusive', 'fail'])
  })

  test('where nothing differs is open, and says why', () => {
    expect(paired(-0.05, { champion: ahead })).toStrictEqual({
      ...losing,
      criterion: 'mae not worse by ≥ 0.05',
      kind: 'inconclusive',
      candidate: near(1),
      champion: near(1),
      difference: near(0),
      margin: 0.05,
      sentence:
        'Mean absolute error is the same as the champion’s: these rows cannot tell whether it is worse by 0.05 or more, because every row says the same, so that chance cannot be estimated.',
    })
  })

  test('of a metric that is not known by its name says which way is better', () => {
    const own: Metric = { ...metrics.mae, name: 'miss', title: 'miss' }

    expect(paired(0, { metric: own })).toMatchObject({ metric: 'miss', direction: 'lower' })
  })

  test('that is informative says so', () => {
    expect(paired(0, { isRequired: false }).isRequired).toBe(false)
  })
})

describe('a comparison for a share of the champion’s metric', () => {
  /** How much better the candidate is at least, at an error of so much. */
  const boundAt = (p = Number.NaN, least: number) =>
    relativeInterval({ metric: metrics.mae, candidate: ahead, champion: behind, least }, p).lower

  test('gives the share and what that is in the metric’s unit', () => {
    const result = paired(-0.1, { isRelative: true })

    expect(result).toMatchObject({
      criterion: 'mae not worse by ≥ 10 %',
      kind: 'pass',
      candidate: near(1),
      champion: near(1.1),
      difference: near(-0.1),
      margin: near(0.11),
      relative: 0.1,
    })
    expect(boundAt(result.pValue, -0.1)).toBeCloseTo(-0.11, 9)
    // The champion’s misses count 1.1 times, and vary 1.1 times as much.
    expect(result.detectable).toBeCloseTo(0.11 - (z95 + z80) * 1.1 * error, 9)
    expect(result.power).toBeCloseTo(normalSurvival(z95 - 0.11 / (1.1 * error)), 9)
    expect(result.interval?.high).toBeCloseTo(-boundAt(alpha, -0.1), 9)
    expect(result.sentence).toMatch(
      /^Mean absolute error is 9\.091 % better than the champion’s \(improvement between \+6\.\d+ % and \+11\.\d+ %\): not worse by 10 % or more\.$/,
    )
  })

  test('is asked for more as well', () => {
    const result = paired(0.05, { isRelative: true })

    expect(result).toMatchObject({
      criterion: 'mae better by > 5 %',
      kind: 'pass',
      margin: 0,
      relative: 0.05,
    })
    expect(boundAt(result.pValue, 0.05)).toBeCloseTo(0.055, 9)
    expect(result.sentence).toMatch(/: really better by more than 5 %\.$/)
    expect(paired(0.2, { isRelative: true })).toMatchObject({ kind: 'fail' })
  })

  test('needs rows by the width of its own interval', () => {
    const result = paired(0.08, { isRelative: true })
    const gap = 0.1 - 0.08 * 1.1

    expect(result.kind).toBe('inconclusive')
    expect(result.needed).toBe(Math.ceil(20 * (((z95 + z80) * 0.92 * error) / gap) ** 2))
  })

  test('of a champion without any loss is open', () => {
    const perfect = { labels, predictions: labels }
    const result = paired(-0.1, { isRelative: true, champion: perfect })

    expect(result).toStrictEqual({
      ...losing,
      criterion: 'mae not worse by ≥ 10 %',
      kind: 'inconclusive',
      candidate: near(1),
      champion: 0,
      margin: 0,
      relative: 0.1,
      sentence:
        'Mean absolute error is not comparable with the champion’s: these rows cannot tell whether it is worse by 10 % or more, because the champion’s is 0, and nothing is a share of that.',
    })
  })
})

describe('a comparison of a share', () => {
  /** Right but for these rows. */
  const but = (from: number, to: number, n = 100): Evaluated => ({
    labels: new Float64Array(n),
    predictions: Float64Array.from({ length: n }, (_, row) => (row >= from && row < to ? 1 : 0)),
  })
  const of = (least: number, candidate: Evaluated, champion: Evaluated, metric: Metric = metrics.accuracy) =>
    judgePaired({ ...shared, metric, candidate, champion, least })

  test('has McNemar’s p-value for better at all', () => {
    const result = of(0, but(0, 2), but(2, 12))

    expect(result).toMatchObject({ kind: 'pass', difference: near(0.08), candidate: 0.98, champion: 0.9 })
    const { lower, upper } = pairedInterval(
      { metric: metrics.accuracy, candidate: but(0, 2), champion: but(2, 12) },
      alpha,
    )
    expect(result.interval).toEqual({ low: lower, high: upper, level: 0.9 })
    expect(lower).toBeGreaterThan(0)
    // By half of the width: Tango's interval has no standard error of its own.
    expect(result.detectable).toBeCloseTo(((z95 + z80) * (upper - lower)) / (2 * z95), 12)
    expect(result.pValue).toBeCloseTo(normalSurvival(8 / Math.sqrt(12)), 12)
    expect(of(0, but(0, 2), but(2, 12), metrics.errorRate)).toMatchObject({
      kind: 'pass',
      difference: near(-0.08),
      pValue: near(normalSurvival(8 / Math.sqrt(12))),
      sentence: expect.stringMatching(/^Error rate is 0.08 better than .*: really better\.$/) as string,
    })
  })

  test('needs rows by what differs, as if there were no difference', () => {
    // 6.1826 · 0.1 / 0.05² = 247.3
    expect(of(-0.05, but(0, 5), but(5, 10))).toMatchObject({
      kind: 'inconclusive',
      needed: 248,
      sentence: expect.stringMatching(
        /^Accuracy is the same as the champion’s \(improvement between -0.05\d+ and \+0.05\d+\): these rows cannot tell whether it is worse by 0.05 or more; about 248 would\.$/,
      ) as string,
    })
  })

  test('without a row has no numbers', () => {
    const none = but(0, 0, 0)

    expect(of(-0.05, none, none)).toStrictEqual({
      criterion: 'accuracy not worse by ≥ 0.05',
      metric: 'accuracy',
      kind: 'inconclusive',
      isRequired: true,
      interval: { low: -1, high: 1, level: 0.9 },
      margin: 0.05,
      n: 0,
      sentence:
        'Accuracy is not comparable with the champion’s: these rows cannot tell whether it is worse by 0.05 or more, because there are too few rows.',
    })
  })

  test('with clusters says what it stands on', () => {
    const clusters = Int32Array.from({ length: 100 }, (_, row) => row % 20)
    const result = of(-0.01, { ...but(0, 5), clusters }, { ...but(5, 10), clusters })

    expect(result).toMatchObject({ kind: 'inconclusive', clusters: 20, effective: 20 })
    expect(result.sentence).toMatch(
      /about [\d,]+ would\. \(100 rows in 20 clusters, worth 20 independent ones; those needed are in clusters like these\.\)$/,
    )
  })
})

test('a candidate that comes out worse on rows enough for an equal one is not told to find fewer rows than there are', () => {
  const rows = new Float64Array(40).fill(1)
  const champion = { labels: rows, predictions: rows }
  const candidate = { labels: rows, predictions: rows.map((_, row) => (row < 5 ? 0 : 1)) }
  const result = judgePaired({ ...shared, metric: metrics.accuracy, candidate, champion, least: -0.2 })

  expect(result.kind).toBe('inconclusive')
  expect(result).not.toHaveProperty('needed')
  expect(result.sentence).not.toContain(' would')
})
