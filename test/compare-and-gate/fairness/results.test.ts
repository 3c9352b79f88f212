import { describe, expect, test } from 'vitest'
import { criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import type { Facts } from '../../../core/compare-and-gate/facts.ts'
import { gapInterval, increaseInterval } from '../../../core/compare-and-gate/fairness/gap.ts'
import type { Group } from '../../../core/compare-and-gate/fairness/groups.ts'
import {
  type Both,
  changeInterval,
  differenceInterval,
  groupInterval,
  sumInterval,
} from '../../../core/compare-and-gate/fairness/intervals.ts'
import { judgeFairness } from '../../../core/compare-and-gate/fairness/judge.ts'
import { type Counted, rates } from '../../../core/compare-and-gate/fairness/rates.ts'
import { type Fairness, fairnessShape } from '../../../core/compare-and-gate/fairness/shape.ts'
import { type Apart, weigh } from '../../../core/compare-and-gate/fairness/weigh.ts'
import { wilsonInterval } from '../../../core/stats/wilson.ts'
import { bySex, criteria, data, floor } from './a-gap.ts'

type Found = readonly [n: number, candidate: number, champion?: number]

/** Groups of rows of the positive class, of which each model finds the first so many. */
function positives(groups: Readonly<Record<string, Found>>): Facts & { readonly champion: { classes: Float64Array } } {
  const rows = Object.entries(groups).flatMap(([name, [n, candidate, champion = 0]]) =>
    Array.from({ length: n }, (_, at) => ({ name, mine: Number(at < candidate), theirs: Number(at < champion) })),
  )
  const names = Object.keys(groups)
  return {
    labels: new Float64Array(rows.length).fill(1),
    candidate: { classes: Float64Array.from(rows, ({ mine }) => mine) },
    champion: { classes: Float64Array.from(rows, ({ theirs }) => theirs) },
    groups: [
      {
        names: names.map((name) => `sex = ${name}`),
        rows: names.map((name) => rows.flatMap((row, at) => (row.name === name ? [at] : []))),
      },
    ],
  }
}

/** What is said of these groups under a bound, where alpha is 0.05. */
function judge(entry: object, groups: Readonly<Record<string, Found>>) {
  const { results, fairness } = judgeFairness(criteria({ ...bySex, ...entry }), positives(groups))
  const [result] = results
  if (result === undefined) throw new Error('nothing was judged')
  return { ...result, fairness }
}

describe('what is told of each group', () => {
  test('has Wilson’s interval, both rates and whether its rows are enough, sorted by rate', () => {
    const { fairness } = judge({ maxGap: 0.1 }, { f: [40, 30, 36], m: [30, 12, 15], x: [29, 20, 0] })

    const intervalOf = (successes: number, n: number) => {
      const { lower: low, upper: high } = wilsonInterval({ successes, n }, 0.05)
      return { low, high, level: 0.9 }
    }
    expect(fairness).toEqual([
      {
        metric: 'truePositiveRate',
        by: 'sex',
        isRequired: true,
        hidden: 0,
        groups: [
          { group: 'sex = m', n: 30, rate: 0.4, interval: intervalOf(12, 30), champion: 0.5, hasEnough: true },
          { group: 'sex = x', n: 29, rate: 20 / 29, interval: intervalOf(20, 29), champion: 0, hasEnough: false },
          { group: 'sex = f', n: 40, rate: 0.75, interval: intervalOf(30, 40), champion: 0.9, hasEnough: true },
        ],
      },
    ])
  })

  test('has no interval where weights make it one of a t, and every row says the same', () => {
    const facts = { ...positives({ f: [40, 40, 0], m: [50, 20, 10] }), weights: new Float64Array(90).fill(2) }

    const [m, f] = judgeFairness(criteria({ ...bySex, maxGap: 0.1 }), facts).fairness?.[0]?.groups ?? []

    expect([m?.rate, f?.rate]).toEqual([expect.closeTo(0.4, 12), 1])
    expect(m?.interval?.low).toBeGreaterThan(0.25)
    expect(m?.interval?.high).toBeLessThan(0.55)
    expect(f).not.toHaveProperty('interval')
  })

  test('is nothing where criteria ask for nothing of groups', () => {
    expect(judgeFairness(criteriaShape.parse({ version: 1, data, criteria: floor }), positives({}))).toEqual({
      results: [],
    })
  })

  test('needs a class of both models', () => {
    const asked = criteria({ ...bySex, maxGap: 0.1 })
    const facts = positives({ f: [40, 30], m: [40, 30] })

    expect(() => judgeFairness(asked, { ...facts, candidate: {} })).toThrow(/fairness needs a class/)
    expect(() => judgeFairness(asked, { ...facts, champion: {} })).toThrow(/fairness needs a class/)
  })
})

describe('the result on a gap', () => {
  test('names the rate, the columns and the bound, and has the level of its interval', () => {
    expect(judge({ maxGap: 0.1 }, { f: [400, 300], m: [400, 300] })).toMatchObject({
      criterion: 'truePositiveRate gap between groups of sex ≤ 0.1',
      metric: 'truePositiveRate gap',
      bound: 0.1,
      n: 800,
      interval: { level: 0.9 },
    })
    expect(judge({ maxGapIncrease: 0.1 }, { f: [400, 300, 300], m: [400, 300, 300] })).toMatchObject({
      criterion: 'truePositiveRate gap increase between groups of sex ≤ 0.1',
      metric: 'truePositiveRate gap',
      difference: 0,
      interval: { level: 0.9 },
    })
  })

  /** How many rows fewer m must have right before it fails; the more, the surer. */
  function firstFail(isFail: (fewer: number) => boolean): number {
    let [from, to] = [0, 256]
    while (to - from > 1) {
      const middle = (from + to) / 2
      if (isFail(middle)) to = middle
      else from = middle
    }
    return to
  }

  test.each<[string, object, (fewer: number) => Readonly<Record<'f' | 'm', Found>>]>([
    ['gap', { maxGap: 0.1 }, (fewer) => ({ f: [1000, 800], m: [1000, 700 - fewer] })],
    ['gap increase', { maxGapIncrease: 0.05 }, (fewer) => ({ f: [1000, 800, 800], m: [1000, 750 - fewer, 750] })],
  ])('on a %s of three groups fails on surer evidence than of two, for it looks at three pairs', (_, bound, of) => {
    const two = firstFail((fewer) => judge(bound, of(fewer)).kind === 'fail')
    const three = firstFail((fewer) => {
      const { f, m } = of(fewer)
      return judge(bound, { f, m, x: f }).kind === 'fail'
    })

    expect(two).toBeGreaterThan(10)
    expect(three).toBeGreaterThan(two + 2)
    expect(three).toBeLessThan(1.6 * two)
  })

  test('passes by the bounds of each pair alone, however many there are', () => {
    const two = judge({ maxGap: 0.1 }, { f: [4000, 3200], m: [4000, 3000] })
    const three = judge({ maxGap: 0.1 }, { f: [4000, 3200], x: [4000, 3100], m: [4000, 3000] })

    expect([two.kind, three.kind]).toEqual(['pass', 'pass'])
    expect(three.interval?.high).toBe(two.interval?.high)
    expect(three.interval?.low).toBeLessThan(two.interval?.low ?? 0)
  })

  test.each([
    [30, 0],
    [29, 1],
  ])('counts a group of %d rows, where thirty are asked, among %d that are too small', (n, small) => {
    const groups = { f: [4000, 3200, 3200], m: [4000, 3200, 3200], x: [n, 24, 24] } as const
    const sentence = small === 0 ? /^(?!.*fewer than 30 rows)/ : /; 1 group has fewer than 30 rows that count/

    expect(judge({ maxGap: 0.9 }, groups)).toMatchObject({ kind: small === 0 ? 'pass' : 'inconclusive' })
    expect(judge({ maxGap: 0.9 }, groups).sentence).toMatch(sentence)
    expect(judge({ maxGapIncrease: 0.9 }, groups).kind).toBe(small === 0 ? 'pass' : 'inconclusive')
    expect(judge({ maxGapIncrease: 0.9 }, groups).sentence).toMatch(sentence)
  })

  test('needs enough rows of both models for an increase', () => {
    // Of precision those rows count that a model calls positive: of x the candidate does 200, the champion 20, or the other way round.
    const groups = { f: [4000, 3200, 3200], m: [4000, 3200, 3200] } as const
    for (const x of [
      [200, 200, 20],
      [200, 20, 200],
    ] as const) {
      const { kind, sentence } = judge({ metric: 'precision', maxGapIncrease: 0.5 }, { ...groups, x })
      expect(kind).toBe('inconclusive')
      expect(sentence).toContain('1 group has fewer than 30 rows that count')
    }
  })

  test('is nothing of an increase without a champion, and one result for each bound with one', () => {
    const asked = criteria({ ...bySex, maxGap: 0.1, maxGapIncrease: 0.1 })
    const { champion, ...alone } = positives({ f: [400, 300, 300], m: [400, 300, 300] })

    const criterion = (facts: Facts) => judgeFairness(asked, facts).results.map((result) => result.criterion)
    expect(criterion(alone)).toEqual(['truePositiveRate gap between groups of sex ≤ 0.1'])
    expect(criterion({ ...alone, champion })).toEqual([
      'truePositiveRate gap between groups of sex ≤ 0.1',
      'truePositiveRate gap increase between groups of sex ≤ 0.1',
    ])
    expect(judgeFairness(asked, alone).fairness?.[0]?.groups[0]).not.toHaveProperty('champion')
  })
})

describe('the rows that a gap needs', () => {
  // Equal groups pass once z standard errors fit into the bound; that they do with a power of .9 takes (z + 1.2816) of them.
  test.each([
    ['maxGap', 0.05, 1.6449],
    ['maxGapIncrease', 0.04, 1.96],
  ])('for %s are as many as make equal groups pass with a power of .9 on each side', (bound, most, z) => {
    const same = (each: number): Found => [each, Math.round(0.8 * each), Math.round(0.7 * each)]
    const of = (each: number) => judge({ [bound]: most }, { f: same(each), m: same(each) })

    const few = of(200)
    expect(few.kind).toBe('inconclusive')
    const needed = few.needed ?? 0
    expect(few.sentence).toContain(`; about ${needed.toLocaleString('en-US')} would`)
    const fewest = (needed / 2) * (z / (z + 1.2816)) ** 2
    expect(of(Math.ceil(1.06 * fewest)).kind).toBe('pass')
    expect(of(Math.floor(0.94 * fewest)).kind).toBe('inconclusive')
    // As many are needed, however many there are.
    expect((of(250).needed ?? 0) / needed).toBeCloseTo(1, 1)
  })

  test('are those of the pair that needs most', () => {
    const [small, large]: [Found, Found] = [
      [100, 80],
      [800, 640],
    ]
    const needed = (groups: Readonly<Record<string, Found>>) => (judge({ maxGap: 0.05 }, groups).needed ?? 0) / 1000

    const pair = needed({ f: small, m: [900, 720] })
    expect(needed({ f: small, m: [100, 80], x: large })).toBeGreaterThan(1.5 * pair)
  })

  test('are not told where more rows would not help, nor of what is decided', () => {
    for (const groups of [
      { f: [4000, 3200], m: [4000, 3000] },
      { f: [4000, 3200], m: [4000, 3200] },
      { f: [4000, 3200], m: [4000, 2000] },
    ] as const) {
      const result = judge({ maxGap: 0.05 }, groups)
      expect(result).not.toHaveProperty('needed')
      expect(result.sentence).not.toMatch(/would|undefined|NaN/)
    }
  })

  test.each([{ maxGap: 0.1 }, { maxGapIncrease: 0.1 }])(
    'are not told where few rows of one group have its weight, and no interval either, under %j',
    (bound) => {
      const facts = positives({ f: [100, 80, 60], m: [100, 70, 55] })
      const weights = facts.labels.map((_, row) => (row >= 100 && row % 20 !== 0 ? 1e-6 : 1))
      const asked = criteria({ ...bySex, ...bound })

      const [even] = judgeFairness(asked, { ...facts, weights: facts.labels.map((_, row) => 1 + (row % 2)) }).results
      const [result] = judgeFairness(asked, { ...facts, weights }).results

      expect(even?.interval).toBeDefined()
      expect(result?.kind).toBe('inconclusive')
      expect(result).not.toHaveProperty('interval')
      expect(result).not.toHaveProperty('needed')
    },
  )

  test.each([{ maxGap: 0.1 }, { maxGapIncrease: 0.1 }])(
    'are not told where every row says the same of weighted groups, under %j',
    (bound) => {
      const facts = positives({ f: [40, 40, 40], m: [50, 50, 50] })
      const asked = criteria({ ...bySex, ...bound })

      const [result] = judgeFairness(asked, { ...facts, weights: new Float64Array(90).fill(2) }).results

      expect(result?.kind).toBe('inconclusive')
      expect(result).not.toHaveProperty('needed')
      expect(result).not.toHaveProperty('interval')
    },
  )
})

/** A group of rows from `from` on, of which each model finds so many. */
function groupOf(from: number, n: number, side: { readonly mine: number; readonly theirs: number }): Both {
  const of = (successes: number): Counted => ({
    rows: Array.from({ length: n }, (_, at) => from + at),
    hits: Float64Array.from({ length: n }, (_, at) => Number(at < successes)),
    successes,
    value: successes / n,
  })
  return { candidate: of(side.mine), champion: of(side.theirs) }
}

describe('the interval of a gap', () => {
  const [one, other] = [groupOf(0, 300, { mine: 270, theirs: 240 }), groupOf(300, 300, { mine: 150, theirs: 160 })]
  const whole = { rows: 600, units: {} }
  const alphas = { lower: 0.02, upper: 0.06 }

  test('is that of the difference, whichever group comes first, at half of alpha where both signs could be', () => {
    const plain = differenceInterval([one.candidate, other.candidate], whole, 0.06)
    const half = differenceInterval([one.candidate, other.candidate], whole, 0.01)

    for (const pair of [
      [one.candidate, other.candidate],
      [other.candidate, one.candidate],
    ] as const) {
      const interval = gapInterval(pair, whole, alphas)
      expect(interval.estimate).toBeCloseTo(0.4, 12)
      expect(interval.lower).toBeCloseTo(half.lower, 9)
      expect(interval.upper).toBeCloseTo(plain.upper, 9)
      expect(interval.doubt).toBeUndefined()
    }
  })

  test('begins at zero where the groups may be equal', () => {
    expect(gapInterval([one.candidate, one.candidate], whole, alphas)).toMatchObject({ estimate: 0, lower: 0 })
  })

  test('of an increase is that of the change at half of alpha, where it is sure which group is ahead', () => {
    const at = (alpha: number) => changeInterval(rates.truePositiveRate, [one, other], { ...whole, alpha })

    for (const groups of [[one, other] as const, [other, one] as const]) {
      const interval = increaseInterval(rates.truePositiveRate, groups, { whole, alphas })
      expect(interval.estimate).toBeCloseTo(0.4 - 80 / 300, 12)
      expect(interval.upper).toBeCloseTo(at(0.03).upper, 9)
      expect(interval.lower).toBeCloseTo(at(0.01).lower, 9)
    }
  })

  test('of an increase is that of the sum at half of alpha, where only that says which group is ahead', () => {
    // The gap shrinks from .12 to .02, on nearly the same rows: the change is known far better than the sum.
    const shrunk = [groupOf(0, 300, { mine: 240, theirs: 255 }), groupOf(300, 300, { mine: 234, theirs: 219 })] as const
    const sumAt = (alpha: number) => sumInterval(shrunk, { ...whole, alpha })
    const change = changeInterval(rates.truePositiveRate, shrunk, { ...whole, alpha: 0.03 })

    const { upper } = increaseInterval(rates.truePositiveRate, shrunk, { whole, alphas })

    expect(-sumAt(0.03).lower).toBeGreaterThan(change.upper)
    expect(upper).toBeCloseTo(-sumAt(0.03).lower, 9)
  })

  test('of an increase is no wider than the change, where the groups are about equal', () => {
    const equal = groupOf(300, 300, { mine: 270, theirs: 240 })
    const { lower, upper } = increaseInterval(rates.truePositiveRate, [one, equal], { whole, alphas })

    expect(upper).toBeGreaterThan(0)
    expect(upper).toBeLessThanOrEqual(
      changeInterval(rates.truePositiveRate, [one, equal], { ...whole, alpha: 0.03 }).upper,
    )
    expect(lower).toBeLessThan(0)
  })

  test('is a doubt where a group has no rows', () => {
    const none: Counted = { rows: [], hits: new Float64Array(0), successes: 0, value: Number.NaN }
    expect(gapInterval([one.candidate, none], whole, alphas).doubt).toBe('too-few-rows')
    expect(groupInterval(none, whole, 0.05).doubt).toBe('too-few-rows')
    const nothing = { candidate: none, champion: none }
    expect(changeInterval(rates.accuracy, [one, nothing], { ...whole, alpha: 0.05 }).doubt).toBe('too-few-rows')
    expect(changeInterval(rates.accuracy, [nothing, one], { ...whole, alpha: 0.05 }).doubt).toBe('too-few-rows')
  })
})

describe('what all pairs come to', () => {
  const entry = (onInconclusive?: 'warn' | 'fail'): Fairness =>
    fairnessShape.parse({ ...bySex, maxGap: 0.1, ...(onInconclusive && { onInconclusive }) })
  const group = (isHidden: boolean): Group => ({ name: 'g', isHidden, ...groupOf(0, 40, { mine: 30, theirs: 30 }) })
  const apart = (lower: number, upper: number, more: { isHidden?: boolean; isDoubted?: boolean } = {}): Apart => ({
    groups: [group(false), group(more.isHidden ?? false)],
    interval: {
      estimate: (lower + upper) / 2,
      lower,
      upper,
      doubt: more.isDoubted === true ? 'too-few-rows' : undefined,
    },
  })
  const of = (
    pairs: readonly Apart[],
    { small = 0, onInconclusive }: { small?: number; onInconclusive?: 'warn' | 'fail' } = {},
  ) => weigh({ entry: entry(onInconclusive), most: 0.1, small, pairs })

  test('is proven where every pair is, and its bounds are the largest of each end', () => {
    const [near, far] = [apart(0, 0.05), apart(0.01, 0.09)]
    expect(of([near, far])).toEqual({
      kind: 'pass',
      isLetFail: false,
      small: 0,
      unseen: 0,
      isDecidedUnseen: false,
      widest: far,
      bounds: { low: 0.01, high: 0.09 },
    })
  })

  test('is not proven at the bound itself, nor broken there', () => {
    expect(of([apart(0.01, 0.1)]).kind).toBe('inconclusive')
    expect(of([apart(0.1, 0.2)]).kind).toBe('inconclusive')
    expect(of([apart(0.1000001, 0.2)]).kind).toBe('fail')
  })

  test('is unknown where one pair says nothing, though it fails where another is sure', () => {
    const doubted = apart(0.5, 0.6, { isDoubted: true })
    expect(of([apart(0, 0.05), doubted])).toMatchObject({ kind: 'inconclusive', widest: doubted })
    expect(of([apart(0, 0.05), doubted])).not.toHaveProperty('bounds')
    expect(of([doubted, apart(0.2, 0.3)]).kind).toBe('fail')
    expect(of([])).toMatchObject({ kind: 'inconclusive', widest: undefined })
  })

  test('is not complete with small groups, unless those do not decide', () => {
    expect(of([apart(0, 0.05)], { small: 1 })).toMatchObject({ kind: 'inconclusive', isLetFail: false, small: 1 })
    expect(of([apart(0, 0.05)], { small: 1, onInconclusive: 'warn' })).toMatchObject({ kind: 'pass', isLetFail: false })
    expect(of([apart(0, 0.05)], { small: 1, onInconclusive: 'fail' })).toMatchObject({ kind: 'fail', isLetFail: true })
    expect(of([apart(0, 0.05)], { onInconclusive: 'fail' })).toMatchObject({ kind: 'pass', isLetFail: false })
    expect(of([apart(0.2, 0.3)], { onInconclusive: 'fail' })).toMatchObject({ kind: 'fail', isLetFail: false })
    expect(of([apart(0, 0.2)], { onInconclusive: 'warn' })).toMatchObject({ kind: 'inconclusive', isLetFail: false })
  })

  test('counts the pairs of which nothing is shown, and says whether they decide', () => {
    const hidden = apart(0.2, 0.3, { isHidden: true })
    const near = apart(0, 0.05)
    expect(of([near, hidden])).toMatchObject({
      kind: 'fail',
      unseen: 1,
      isDecidedUnseen: true,
      widest: near,
      bounds: { low: 0, high: 0.05 },
    })
    expect(of([near, apart(0, 0.04, { isHidden: true })])).toMatchObject({ unseen: 1, isDecidedUnseen: false })
    expect(of([hidden])).toMatchObject({ kind: 'fail', unseen: 1, widest: undefined, isDecidedUnseen: true })
  })
})
