import { describe, expect, it } from 'vitest'
import { upperLimit } from '../support.ts'
import { fewRows } from './few-rows.ts'
import { coverageErrors, levelOf } from './measure.ts'
import { coverages, levels } from './settings.ts'

const RUNS = 200

/** Where a bound is known to err more often than it says, and how often; docs/statistics.md has the figures of more runs. */
const known: Readonly<Record<string, number>> = {
  'wilsonInterval: 20 rows, p 0.1': 0.06,
  'wilsonInterval: 50 rows, p 0.02': 0.085,
  'wilsonInterval: 1000 rows, p 0.01': 0.06,
  'miettinenNurminenInterval: 20 rows, p 0.9, and 30 rows, p 0.8': 0.07,
  'miettinenNurminenInterval: 200 rows, p 0.02, and 100 rows, p 0.05': 0.07,
  'newcombeInterval: 200 rows, p 0.02, and 100 rows, p 0.05': 0.065,
  'welchInterval: 20 and 60 exponential rows': 0.1,
  'clusterInfluenceInterval: 50 clusters of 10 exponential rows': 0.06,
  'influenceInterval of jackknifeInfluence: RMSE, 30 normal errors': 0.07,
  'bcaInterval: RMSE, 30 normal errors': 0.1,
  'bcaInterval: RMSE, 100 normal errors': 0.08,
}

describe('the bounds of', () => {
  it.each(coverages.map((setting) => [`${setting.method}: ${setting.rows}`, setting] as const))(
    '%s err as often as they say',
    (name, setting) => {
      const { runs, lower, upper, doubtful } = coverageErrors(setting, RUNS)
      const nominal = known[name] ?? 0.05
      expect(lower).toBeLessThan(upperLimit(nominal, runs))
      expect(upper).toBeLessThan(upperLimit(nominal, runs))
      expect(doubtful).toBe(0)
    },
  )
})

describe('the test', () => {
  it.each(levels.map((setting) => [`${setting.method}: ${setting.rows}`, setting] as const))(
    '%s refutes what is true no more often than alpha',
    (_, setting) => {
      const { runs, error } = levelOf(setting, RUNS)
      expect(error).toBeLessThan(upperLimit(0.05, runs))
    },
  )
})

describe('few rows of skewed differences', () => {
  it('make sign flips err as often as Student’s t, and more often than t without the skewness', () => {
    const setting = fewRows([10]).find(({ rows }) => rows.endsWith('overconfident candidate'))
    if (setting === undefined) throw new Error('there is no such setting')
    const error = (method: 'student' | 'unskewed' | 'signFlips') => coverageErrors(setting[method], 600).lower
    expect(error('signFlips')).toBeGreaterThan(0.15)
    expect(error('student')).toBeGreaterThan(0.15)
    expect(error('unskewed')).toBeLessThan(0.2)
  })
})
