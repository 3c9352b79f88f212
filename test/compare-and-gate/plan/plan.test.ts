import { describe, expect, test } from 'vitest'
import { criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import { planOf } from '../../../core/compare-and-gate/plan/plan.ts'
import type { Assumptions, Seen } from '../../../core/compare-and-gate/plan/shared.ts'
import { normalQuantile } from '../../../core/stats/normal.ts'
import { seededRandom } from '../../../core/stats/random.ts'
import { wilsonInterval } from '../../../core/stats/wilson.ts'
import { frequency } from '../../stats/support.ts'

const usual: Assumptions = {
  power: 0.8,
  discordances: [0.1],
  differences: [0.02],
  slices: 20,
  groups: 2,
  rates: [0.8],
  pilot: [],
}

function plan(criterion: object, assumptions: Partial<Assumptions> = {}, more: object = {}) {
  const data = { file: 'data.csv', id: 'id', label: 'y' }
  const criteria = criteriaShape.parse({ version: 1, data, criteria: [criterion], ...more })
  return planOf(criteria, { ...usual, ...assumptions })
}

describe('a plan', () => {
  test('of non-inferior accuracy takes what the formula says, for each discordance', () => {
    const planned = plan(
      { metric: 'accuracy', vsChampion: { nonInferior: 0.005 } },
      { discordances: [0.02, 0.05, 0.1] },
    )

    // 6.18 · psi / margin², and what statistics books print for one part in ten and half a point.
    expect(planned.map(({ rows }) => rows)).toEqual([4947, 12_366, 24_731])
    expect(planned[2]?.assumes).toBe('the models disagree on 10 % of the rows')
  })

  test('takes the part of alpha that is left for each candidate of the same data', () => {
    const reuse = { spend: 'bonferroni', candidates: 20 }
    const asked = { metric: 'accuracy', vsChampion: { nonInferior: 0.005 } }

    expect(plan(asked, {}, { reuse })).toEqual(plan(asked, {}, { alpha: 0.0025 }))
    expect(plan(asked, {}, { reuse })[0]?.rows).toBeGreaterThan(plan(asked)[0]?.rows ?? Infinity)
  })

  test('of a floor passes about as often as it says, by simulation', () => {
    const [planned] = plan({ metric: 'accuracy', absolute: { min: 0.9 } })
    const n = planned?.rows ?? 0
    const random = seededRandom(3)
    const passes = frequency(2000, () => {
      let successes = 0
      for (let row = 0; row < n; row++) if (random() < 0.92) successes++
      return wilsonInterval({ successes, n }, 0.05).lower >= 0.9
    })

    expect(planned?.assumes).toBe('the truth is 0.92')
    expect(passes).toBeGreaterThan(0.77)
    expect(passes).toBeLessThan(0.83)
  })

  test('of a ceiling assumes a truth below it, and nothing that is no share', () => {
    expect(plan({ metric: 'errorRate', absolute: { max: 0.01 } }, { differences: [0.005, 0.02] })).toMatchObject([
      { assumes: 'the truth is 0.005' },
    ])
  })

  const standardError = 0.004
  const z = -normalQuantile(0.05)
  const pilot: readonly Seen[] = [
    { metric: 'logLoss', candidate: 0.38, bound: 0.4, n: 1000, interval: around(0.38) },
    { metric: 'logLoss', candidate: 0.38, difference: -0.01, n: 1000, interval: around(-0.01) },
  ]

  function around(at: number) {
    return { low: at - z * standardError, high: at + z * standardError, level: 0.9 }
  }

  test('of a loss needs a pilot', () => {
    expect(plan({ metric: 'logLoss', vsChampion: { nonInferior: 0.002 } })).toEqual([
      {
        criterion: 'logLoss not worse by ≥ 0.002',
        isRequired: true,
        assumes: 'needs a pilot: a version that a gate has judged',
      },
    ])
  })

  test('of a loss takes the scatter from a pilot, and never its lucky difference for non-inferiority', () => {
    const [inferior] = plan({ metric: 'logLoss', vsChampion: { nonInferior: 0.002 } }, { pilot })
    const [superior] = plan({ metric: 'logLoss', vsChampion: { superior: 0 } }, { pilot })

    const planned = z + normalQuantile(0.8)
    expect(inferior?.rows).toBe(Math.ceil(1000 * ((planned * standardError) / 0.002) ** 2))
    expect(superior?.rows).toBe(Math.ceil(1000 * ((planned * standardError) / 0.01) ** 2))
  })

  test('says so where no number of rows is enough if the pilot is the truth', () => {
    const [planned] = plan({ metric: 'logLoss', absolute: { max: 0.37 } }, { pilot })

    expect(planned).not.toHaveProperty('rows')
    expect(planned?.note).toBe('no number of rows proves it, if that is the truth')
  })

  test('of slices counts the rows of a slice, at the first of Holm’s steps', () => {
    const slices = [{ by: ['country'], metric: 'accuracy', noHarm: 0.02 }]
    const [, one] = plan(
      { metric: 'auc', absolute: { min: 0.7 } },
      { discordances: [0.2], differences: [0.1], slices: 20 },
      { slices },
    )
    const rows = (normalQuantile(0.8) - normalQuantile(0.05 / 20)) ** 2 * 0.2 * 100

    expect(one).toMatchObject({ criterion: 'accuracy in slices, harm over 0.02', note: 'rows of that slice' })
    expect(one?.rows).toBe(Math.ceil(rows))
  })

  test('of recall counts rows of the positive class', () => {
    expect(plan({ metric: 'recall', absolute: { min: 0.8 } })).toMatchObject([{ note: 'rows of the positive class' }])
  })
})
