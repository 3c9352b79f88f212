import { describe, expect, test } from 'vitest'
import { criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import { gapInterval, increaseInterval } from '../../../core/compare-and-gate/fairness/gap.ts'
import { rates } from '../../../core/compare-and-gate/fairness/rates.ts'
import { planOf } from '../../../core/compare-and-gate/plan/plan.ts'
import type { Assumptions, Needed } from '../../../core/compare-and-gate/plan/shared.ts'
import { normalQuantile } from '../../../core/stats/normal.ts'
import { type Random, seededRandom } from '../../../core/stats/random.ts'
import { pairedCounts, tangoInterval } from '../../../core/stats/tango.ts'
import { frequency } from '../../stats/support.ts'

const usual: Assumptions = {
  power: 0.8,
  discordances: [0.1],
  differences: [0.02],
  slices: 5,
  groups: 2,
  rates: [0.8],
  pilot: [],
}
/** The table of docs/gate.md is of 3,000. */
const repetitions = Number(process.env['PLAN_REPETITIONS'] ?? 200)

function plan(more: object, assumptions: Partial<Assumptions> = {}): readonly Needed[] {
  const data = { file: 'data.csv', id: 'id', label: 'y' }
  const criteria = [{ metric: 'auc', absolute: { min: 0.5 } }]
  const [, ...planned] = planOf(criteriaShape.parse({ version: 1, data, criteria, ...more }), {
    ...usual,
    ...assumptions,
  })
  return planned
}

/** Hits of a group. */
function counted(hits: Float64Array) {
  const successes = hits.reduce((sum, hit) => sum + hit, 0)
  return { rows: Array.from(hits, (_, row) => row), hits, successes, value: successes / hits.length }
}

/** Whether every pair keeps the bound. */
function areAllWithin<G>(groups: readonly G[], upper: (pair: readonly [G, G]) => number, most: number): boolean {
  return groups.every((one, at) => groups.slice(at + 1).every((other) => upper([one, other]) < most))
}

/** What both models do on a group, each right alone on half of the rows on which they disagree. */
function both(n: number, discordance: number, random: Random) {
  const candidate = new Float64Array(n)
  const champion = new Float64Array(n)
  for (let row = 0; row < n; row++) {
    const draw = random()
    candidate[row] = draw < discordance / 2 || draw > 0.3 ? 1 : 0
    champion[row] = (draw >= discordance / 2 && draw < discordance) || draw > 0.3 ? 1 : 0
  }
  return { candidate: counted(candidate), champion: counted(champion) }
}

describe('a plan of fairness', () => {
  const gap = { metric: 'truePositiveRate', groups: 'sex', maxGap: 0.1 }

  test('names the criterion as the gate does, what is assumed and which rows count', () => {
    const planned = plan({
      fairness: [
        { ...gap, maxGapIncrease: 0.05 },
        { metric: 'precision', groups: 'sex', maxGapIncrease: 0.1 },
      ],
    })

    expect(planned).toMatchObject([
      {
        criterion: 'truePositiveRate gap between groups of sex ≤ 0.1',
        isRequired: true,
        assumes: '2 groups, all at 0.8',
        note: 'positives of each',
      },
      {
        criterion: 'truePositiveRate gap increase between groups of sex ≤ 0.05',
        assumes: '2 groups, 10 % disagree',
      },
      { assumes: 'nobody can say it beforehand: each model counts other rows' },
    ])
    expect(planned[2]).not.toHaveProperty('rows')
  })

  test('of two groups is the textbook number for two equal shares', () => {
    // 2·.8·.2·((1.645 + 1.282) / .1)²
    expect(plan({ fairness: [gap] })[0]?.rows).toBe(275)
    expect(plan({ fairness: [{ ...gap, maxGap: 0.9 }] })[0]?.rows).toBe(30)
  })

  test.each([2, 3, 5])('proves about as often as it says that %i equal groups are no farther apart', (groups) => {
    const [planned] = plan({ fairness: [gap] }, { groups })
    const n = planned?.rows ?? 0
    const random = seededRandom(groups)
    const whole = { rows: n * groups, units: {} }
    const alphas = { lower: 0.05, upper: 0.05 }
    const proven = frequency(repetitions, () => {
      const all = Array.from({ length: groups }, () =>
        counted(Float64Array.from({ length: n }, () => (random() < 0.8 ? 1 : 0))),
      )
      return areAllWithin(all, (pair) => gapInterval(pair, whole, alphas).upper, 0.1)
    })

    if (process.env['PLAN_REPETITIONS'] !== undefined) console.log(expect.getState().currentTestName, n, proven)
    expect(proven).toBeGreaterThan(0.72)
    expect(proven).toBeLessThan(0.88)
  })

  test.each([2, 4])('proves about as often as it says that the gaps of %i groups have not grown', (groups) => {
    const [planned] = plan({ fairness: [{ metric: 'accuracy', groups: 'sex', maxGapIncrease: 0.05 }] }, { groups })
    const n = planned?.rows ?? 0
    const random = seededRandom(groups)
    const whole = { rows: n * groups, units: {} }
    const alphas = { lower: 0.05, upper: 0.05 }
    const proven = frequency(repetitions / 3, () => {
      const all = Array.from({ length: groups }, () => both(n, 0.1, random))
      return areAllWithin(all, (pair) => increaseInterval(rates.accuracy, pair, { whole, alphas }).upper, 0.05)
    })

    if (process.env['PLAN_REPETITIONS'] !== undefined) console.log(expect.getState().currentTestName, n, proven)
    expect(proven).toBeGreaterThan(0.7)
    expect(proven).toBeLessThan(0.95)
  })
})

describe('a plan of slices that must be proven', () => {
  const slices = [{ by: ['site'], metric: 'accuracy', noHarm: 0.05, proveNonInferior: true }]

  test('proves about as often as it says that a candidate is no worse in all of five slices', () => {
    const [planned, ...harm] = plan({ slices })
    const n = planned?.rows ?? 0
    const random = seededRandom(8)
    const proven = frequency(repetitions, () =>
      Array.from({ length: 5 }, () => both(n, 0.1, random)).every(({ candidate, champion }) => {
        const counts = pairedCounts({ candidate: candidate.hits, champion: champion.hits }, 'higher')
        return tangoInterval(counts, 0.05).lower > -0.05
      }),
    )

    expect(planned).toMatchObject({
      criterion: 'accuracy in slices, each worse by < 0.05',
      assumes: '5 slices, 10 % disagree',
      note: 'rows of each',
    })
    expect(harm.map(({ criterion }) => criterion)).toEqual(['accuracy in slices, harm over 0.05'])
    if (process.env['PLAN_REPETITIONS'] !== undefined) console.log(expect.getState().currentTestName, n, proven)
    expect(proven).toBeGreaterThan(0.66)
    expect(proven).toBeLessThan(0.88)
  })

  test('of a loss takes the scatter from a pilot, and needs one', () => {
    const loss = [{ ...slices[0], metric: 'brier', noHarm: 0.01 }]
    const seen = {
      metric: 'brier',
      candidate: 0.2,
      difference: 0,
      n: 1000,
      interval: { low: -0.01, high: 0.01, level: 0.9 },
    }

    expect(plan({ slices: loss })).toMatchObject([{ assumes: 'needs a pilot: a version that a gate has judged' }])
    const [planned] = plan({ slices: loss }, { pilot: [seen] })
    expect(planned).toMatchObject({
      note: 'rows of each',
      assumes: expect.stringContaining('in all 5 slices') as string,
    })
    const z = -normalQuantile(0.05)
    expect(planned?.rows).toBe(Math.ceil(1000 * ((z + normalQuantile(0.8 ** (1 / 5))) / z) ** 2))
  })

  test('asks for no fewer rows than a slice must have', () => {
    const [planned] = plan({ slices: [{ ...slices[0], noHarm: 0.5, minRows: 40 }] })

    expect(planned?.rows).toBe(40)
  })

  test('is planned at what reuse leaves of alpha, as it is proven', () => {
    const reuse = { spend: 'bonferroni', candidates: 10 }
    expect(plan({ slices, reuse })[0]).toEqual(plan({ slices, alpha: 0.005 })[0])
  })
})
