import { describe, expect, test } from 'vitest'
import { criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import { decide } from '../../../core/compare-and-gate/decide.ts'
import type { Facts } from '../../../core/compare-and-gate/facts.ts'
import { seededRandom } from '../../../core/stats/random.ts'
import { bySex, criteria, data, floor, judged } from './a-gap.ts'

/** Groups of rows of the positive class, of which so many are found by each model, and as many rows of the other class. */
function found(groups: Readonly<Record<string, readonly [n: number, candidate: number, champion: number]>>): Facts {
  const rows = Object.entries(groups).flatMap(([name, [n, candidate, champion]]) =>
    Array.from({ length: 2 * n }, (_, at) => ({
      name,
      y: at < n ? 1 : 0,
      candidate: at < candidate ? 1 : 0,
      champion: at < champion ? 1 : 0,
    })),
  )
  const names = Object.keys(groups)
  const members = names.map((name) => rows.flatMap((row, at) => (row.name === name ? [at] : [])))
  const of = (key: 'y' | 'candidate' | 'champion') => Float64Array.from(rows, (row) => row[key])
  return {
    labels: of('y'),
    candidate: { classes: of('candidate') },
    champion: { classes: of('champion') },
    groups: [{ names: names.map((name) => `sex = ${name}`), rows: members }],
  }
}

describe('a gap between groups', () => {
  const close = criteria({ ...bySex, maxGap: 0.05 })

  test('is proven to be small on many rows, and says how small', () => {
    const { verdict, results } = judged(close, found({ f: [4000, 3240, 0], m: [4000, 3320, 0] }))

    expect(verdict.kind).toBe('pass')
    expect(results[0]).toMatchObject({
      criterion: 'truePositiveRate gap between groups of sex ≤ 0.05',
      kind: 'pass',
      candidate: expect.closeTo(0.02, 12) as number,
    })
    expect(verdict.reasons[1]).toMatch(
      /^True positive rate differs by at most 0\.034\d* between any two groups of sex \(0\.81 where sex = f, 0\.83 where sex = m\), and less than 0\.05 is asked\.$/,
    )
    expect(verdict.fairness?.[0]?.groups.map(({ group, n, rate }) => [group, n, rate])).toEqual([
      ['sex = f', 4000, 0.81],
      ['sex = m', 4000, 0.83],
    ])
  })

  test('fails when it is surely larger', () => {
    const { verdict, results } = judged(close, found({ f: [4000, 2800, 0], m: [4000, 3320, 0] }))

    expect(verdict.kind).toBe('fail')
    expect(results[0]?.sentence).toMatch(
      /differs by 0\.13 \(between 0\.11\d* and 0\.14\d*\).*but less than 0\.05 is asked/,
    )
  })

  test('is inconclusive on few rows, and the rows that it needs are enough', () => {
    const { verdict, results } = judged(close, found({ f: [100, 80, 0], m: [100, 80, 0] }))

    expect(verdict.kind).toBe('inconclusive')
    const each = Math.ceil((results[0]?.needed ?? 0) / 4)
    expect(each).toBeGreaterThan(100)
    const enough = found({ f: [each, Math.round(0.8 * each), 0], m: [each, Math.round(0.8 * each), 0] })
    expect(judged(close, enough).verdict.kind).toBe('pass')
  })

  test('is looked for between all pairs of groups', () => {
    const groups = { a: [3000, 2400, 0], b: [3000, 2340, 0], c: [3000, 2000, 0] } as const

    expect(judged(close, found(groups)).results[0]).toMatchObject({
      kind: 'fail',
      candidate: expect.closeTo(0.8 - 2 / 3, 12) as number,
    })
  })

  test('of a group with few rows that count is inconclusive, or not decisive, or fails', () => {
    const facts = found({ f: [4000, 3200, 0], m: [4000, 3200, 0], x: [20, 16, 0], y: [20, 16, 0] })
    const kinds = [undefined, 'warn', 'fail'].map(
      (onInconclusive) => judged(criteria({ ...bySex, maxGap: 0.05, onInconclusive }), facts).results[0]?.kind,
    )

    expect(kinds).toEqual(['inconclusive', 'pass', 'fail'])
    expect(judged(close, facts).results[0]?.sentence).toContain('2 groups have fewer than 30 rows that count')
  })

  test('shows nothing of groups under ten rows, nor of one that would tell of such a group', () => {
    const facts = found({ f: [4000, 3200, 0], m: [400, 300, 0], n: [4000, 3240, 0], x: [9, 0, 0] })

    const { verdict, results } = judged(criteria({ ...bySex, maxGap: 0.05, onInconclusive: 'warn' }), facts)

    expect(verdict.fairness?.[0]).toMatchObject({ hidden: 2, groups: [{ group: 'sex = f' }, { group: 'sex = n' }] })
    expect(JSON.stringify(verdict)).not.toMatch(/sex = [mx]/)
    // m is judged, and gives no number: 0.75 would be the smallest rate.
    expect(results[0]).toMatchObject({ kind: 'inconclusive', candidate: expect.closeTo(0.01, 12) as number })
    expect(results[0]?.sentence).toContain(
      '; groups decide that cannot be shown without telling of fewer than ten rows',
    )
    expect(results[0]?.sentence).not.toContain('0.75')
  })

  test('between groups of which nothing can be shown has a verdict and no number', () => {
    const facts = found({ f: [4000, 3200, 0], m: [4000, 2000, 0], x: [9, 0, 0] })

    const { results } = judged(close, facts)

    expect(results[0]?.kind).toBe('fail')
    expect(results[0]).not.toHaveProperty('candidate')
    expect(results[0]).not.toHaveProperty('interval')
    expect(results[0]?.sentence).toBe(
      'True positive rate breaks the bound of 0.05 between groups of sex that cannot be shown without telling of fewer than ten rows.',
    )
  })

  test('cannot be judged with a single group', () => {
    const { results } = judged(close, found({ f: [100, 80, 0] }))

    expect(results[0]).toMatchObject({
      kind: 'inconclusive',
      sentence: expect.stringContaining('not two groups') as string,
    })
  })

  test('that is informative does not decide', () => {
    const facts = found({ f: [4000, 2800, 0], m: [4000, 3320, 0] })
    expect(judged(criteria({ ...bySex, maxGap: 0.05, required: false }), facts).verdict.kind).toBe('pass')
  })

  test('is judged without a champion, too', () => {
    const { champion: _, ...alone } = found({ f: [4000, 3240, 0], m: [4000, 3320, 0] })

    const { results } = judged(criteria({ ...bySex, maxGap: 0.05, maxGapIncrease: 0.02 }), alone)

    expect(results.map(({ kind }) => kind)).toEqual(['pass'])
  })

  test.each([
    ['falsePositiveRate', [0.25, 0.5]],
    ['selectionRate', [0.5, 0.5]],
    ['accuracy', [0.75, 0.5]],
    ['errorRate', [0.25, 0.5]],
    ['precision', [0.75, 0.5]],
  ])('%s counts what its name says', (metric, rates) => {
    // Per group of 200 rows, half of them positive: found 75 and 50, and 25 and 50 of the others.
    const rows = [0, 1].flatMap((group) =>
      Array.from({ length: 200 }, (_, at) => {
        const y = at < 100 ? 1 : 0
        const hits = group === 0 ? [25, 75] : [50, 50]
        return { group, y, p: at % 100 < (hits[y] ?? 0) ? 1 : 0 }
      }),
    )
    const facts: Facts = {
      labels: Float64Array.from(rows, ({ y }) => y),
      candidate: { classes: Float64Array.from(rows, ({ p }) => p) },
      groups: [
        {
          names: ['a', 'b'],
          rows: [0, 1].map((group) => rows.flatMap((row, at) => (row.group === group ? [at] : []))),
        },
      ],
    }

    const { verdict } = judged(criteria({ metric, groups: 'g', maxGap: 0.1 }), facts)

    const told = verdict.fairness?.[0]?.groups.toSorted((a, b) => (a.group < b.group ? -1 : 1))
    expect(told?.map(({ rate }) => rate)).toEqual(rates)
  })
})

describe('a gap that grows', () => {
  const still = criteria({ ...bySex, maxGapIncrease: 0.03 })

  test.each([
    ['stays', { f: [2000, 1600, 1600], m: [2000, 1700, 1700] }, 'pass'],
    ['shrinks', { f: [2000, 1690, 1500], m: [2000, 1700, 1700] }, 'pass'],
    ['grows', { f: [2000, 1500, 1650], m: [2000, 1700, 1700] }, 'fail'],
    ['turns around and grows', { f: [2000, 1700, 1600], m: [2000, 1500, 1620] }, 'fail'],
    ['stays, on few rows', { f: [40, 32, 32], m: [40, 34, 34] }, 'inconclusive'],
  ] as const)('%s', (_, groups, kind) => {
    expect(judged(still, found(groups)).results[0]?.kind).toBe(kind)
  })

  test('says from what to what', () => {
    const { results } = judged(still, found({ f: [2000, 1500, 1650], m: [2000, 1700, 1700] }))

    expect(results[0]).toMatchObject({ difference: expect.closeTo(0.075, 12) as number, bound: 0.03 })
    expect(results[0]?.sentence).toMatch(
      /^Of the gaps in true positive rate, that between sex = f and sex = m changed most, from 0\.025 to 0\.1 \(a change between 0\.0\d+ and 0\.0\d+\): a gap grew by more than 0\.03\.$/,
    )
  })

  test('of precision is judged although the rows that count are others for each model', () => {
    const random = seededRandom(4)
    const n = 8000
    const group = Array.from({ length: n }, (_, row) => row % 2)
    const labels = Float64Array.from(group, () => (random() < 0.5 ? 1 : 0))
    const predict = (right: (row: number) => number) => ({
      classes: labels.map((label, row) => (random() < right(row) ? label : 1 - label)),
    })
    const rows = [0, 1].map((each) => group.flatMap((one, row) => (one === each ? [row] : [])))
    const facts = (right: number): Facts => ({
      labels,
      champion: predict(() => 0.9),
      candidate: predict((row) => (group[row] === 0 ? 0.9 : right)),
      groups: [{ names: ['a', 'b'], rows }],
    })
    const asked = criteria({ metric: 'precision', groups: 'g', maxGapIncrease: 0.05 })

    expect(judged(asked, facts(0.9)).results[0]?.kind).toBe('pass')
    expect(judged(asked, facts(0.7)).results[0]?.kind).toBe('fail')
  })
})

describe('rows with weights or in clusters', () => {
  test('move the rates, and need more of them', () => {
    const facts = found({ f: [400, 320, 320], m: [400, 320, 320] })
    // Each row five times: the same rates, and no more information.
    const clusters = Int32Array.from(facts.labels, (_, row) => Math.floor(row / 5))
    const weights = Float64Array.from(facts.labels, (_, row) => (row < 320 ? 2 : 1))
    const asked = criteria({ ...bySex, maxGap: 0.1, maxGapIncrease: 0.1 })
    const width = (more: Partial<Facts>) => {
      const { low = 0, high = 0 } = judged(asked, { ...facts, ...more }).results[0]?.interval ?? {}
      return high - low
    }

    expect(width({ clusters })).toBeGreaterThan(1.8 * width({}))
    expect(decide(asked, { ...facts, weights }).fairness?.[0]?.groups.map(({ rate }) => rate)).toEqual([
      expect.closeTo(0.8, 12),
      expect.closeTo(640 / 720, 12),
    ])
  })
})

test.each([
  ['no bound', bySex],
  ['a bound of nothing', { ...bySex, maxGap: 0 }],
  ['groups of fewer than ten rows', { ...bySex, maxGap: 0.1, minRows: 5 }],
  ['a metric that is no rate', { ...bySex, metric: 'logLoss', maxGap: 0.1 }],
])('%s is refused', (_, fairness) => {
  expect(criteriaShape.safeParse({ version: 1, data, criteria: floor, fairness: [fairness] }).success).toBe(false)
})

test('rates of two classes are refused for three, and rates beside metrics about numbers', () => {
  const three = { version: 1, data: { ...data, classes: ['a', 'b', 'c'] }, criteria: floor }
  const fairness = (metric: string) => [{ metric, groups: 'sex', maxGap: 0.1 }]

  expect(criteriaShape.safeParse({ ...three, fairness: fairness('truePositiveRate') }).success).toBe(false)
  expect(criteriaShape.safeParse({ ...three, fairness: fairness('accuracy') }).success).toBe(true)
  const numbers = {
    version: 1,
    data,
    criteria: [{ metric: 'mae', absolute: { max: 1 } }],
    fairness: fairness('accuracy'),
  }
  expect(criteriaShape.safeParse(numbers).success).toBe(false)
})
