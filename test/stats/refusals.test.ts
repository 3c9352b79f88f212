import { describe, expect, it } from 'vitest'
import { checkCounts, checkMargin, checkPaired } from '../../core/stats/check.ts'
import { differences } from '../../core/stats/differences.ts'
import { pValueBelow, tNonInferiority } from '../../core/stats/interval.ts'
import { moments } from '../../core/stats/moments.ts'
import { fewestForUpperBound, quantileRanks } from '../../core/stats/quantile-ranks.ts'
import {
  minimumDetectableEffect,
  neededRows,
  neededRowsForAccuracy,
  neededRowsForShare,
} from '../../core/stats/sample-size.ts'
import { studentTCdf, studentTSurvival } from '../../core/stats/student-t.ts'
import { pairedCounts, tangoInterval, tangoScore } from '../../core/stats/tango.ts'
import { wilsonInterval } from '../../core/stats/wilson.ts'
import { expectRelative } from './support.ts'

const plan = { alpha: 0.05, power: 0.8 }
const aim = { margin: 0.01, difference: 0 }
const pilot = { n: 100, standardError: 0.1 }

describe('what a statistic refuses, it names', () => {
  it('alphas and margins', () => {
    for (const alpha of [0, 0.5, -1, Number.NaN]) {
      expect(() => tangoInterval({ n: 9, onlyCandidateRight: 1, onlyChampionRight: 1 }, alpha)).toThrow(
        `alpha must lie between 0 and 0.5, got ${alpha}`,
      )
      expect(() => fewestForUpperBound(0.9, alpha)).toThrow('alpha must lie')
      expect(() => quantileRanks({ n: 9, p: 0.5 }, alpha)).toThrow('alpha must lie')
      expect(() => neededRowsForShare({ bound: 0.7, truth: 0.8 }, { ...plan, alpha })).toThrow('alpha must lie')
    }
    for (const margin of [-0.1, Infinity, Number.NaN]) {
      expect(() => checkMargin(margin)).toThrow(`margin must be 0 or more, got ${margin}`)
      expect(() => minimumDetectableEffect(0.1, margin, plan)).toThrow('margin must be')
    }
  })

  it('counts that are none, or contradict each other', () => {
    for (const count of [-1, 0.5, 2 ** 53, Number.NaN]) {
      expect(() => checkCounts({ rows: count })).toThrow(`rows must be a count, got ${count}`)
    }
    const tooMany = { n: 3, onlyCandidateRight: 2, onlyChampionRight: 2 }
    expect(() => tangoScore(tooMany, 0)).toThrow('4 discordant rows do not fit into 3 rows')
    expect(() => tangoInterval(tooMany, 0.05)).toThrow('4 discordant rows do not fit into 3 rows')
    expect(() => wilsonInterval({ successes: 3, n: 2 }, 0.05)).toThrow('3 successes do not fit into 2 rows')
  })

  it('differences and quantiles out of their range', () => {
    const counts = { n: 9, onlyCandidateRight: 2, onlyChampionRight: 1 }
    for (const difference of [-1.1, 1.1, Number.NaN]) {
      expect(() => tangoScore(counts, difference)).toThrow(`a difference lies between -1 and 1, got ${difference}`)
    }
    for (const p of [0, 1, Number.NaN]) {
      expect(() => quantileRanks({ n: 9, p }, 0.05)).toThrow(`a quantile lies between 0 and 1, got ${p}`)
    }
  })

  it('rows that are not paired, and values whose squares are too large', () => {
    expect(() => checkPaired([1, 2], [1])).toThrow('paired rows must be equally many, got 2 and 1')
    expect(() => differences([1, 2], [1])).toThrow('paired rows must be equally many')
    expect(() => pairedCounts({ candidate: [1], champion: [1, 0] }, 'higher')).toThrow('paired rows must be equally')
    expect(() => moments([-1e200, 1e200])).toThrow('the values are too large: their squares overflow')
  })

  it('plans that cannot be', () => {
    for (const power of [0.49, 1, Number.NaN]) {
      expect(() => neededRows(pilot, aim, { ...plan, power })).toThrow(`power must lie between 0.5 and 1, got ${power}`)
    }
    expect(neededRows(pilot, aim, { ...plan, power: 0.5 })).toBe(27_056)
    for (const standardError of [0, -1, Number.NaN]) {
      expect(() => neededRows({ n: 9, standardError }, aim, plan)).toThrow('the standard error must be positive')
    }
    for (const difference of [Infinity, Number.NaN]) {
      expect(() => neededRows(pilot, { margin: 0, difference }, plan)).toThrow('the assumed difference must be finite')
    }
    for (const discordance of [-0.1, 1.1, Number.NaN]) {
      expect(() => neededRowsForAccuracy(discordance, aim, plan)).toThrow('discordance is a share')
    }
    expect(neededRowsForAccuracy(1, aim, plan)).toBeGreaterThan(neededRowsForAccuracy(0.9, aim, plan))
    for (const difference of [0, -0.1]) {
      expect(neededRows(pilot, { margin: 0, difference }, plan)).toBe(Infinity)
      expect(neededRowsForAccuracy(0.1, { margin: 0, difference }, plan)).toBe(Infinity)
    }
  })

  it('shares that are none, and a truth that is the bound', () => {
    for (const share of [-0.1, 1.1, Number.NaN]) {
      expect(() => neededRowsForShare({ bound: share, truth: 0.5 }, plan)).toThrow('a share lies between 0 and 1')
      expect(() => neededRowsForShare({ bound: 0.5, truth: share }, plan)).toThrow('a share lies between 0 and 1')
    }
    expect(() => neededRowsForShare({ bound: 0.5, truth: 0.5 }, plan)).toThrow('no number of rows tells 0.5 from 0.5')
  })
})

describe('the number of rows that a share needs', () => {
  it.each([
    { aim: { bound: 0.7, truth: 0.71 }, plan, rows: 12_898 },
    { aim: { bound: 0.9, truth: 0.85 }, plan: { alpha: 0.025, power: 0.9 }, rows: 438 },
    { aim: { bound: 1, truth: 0.99 }, plan, rows: 71 },
    { aim: { bound: 0, truth: 0.01 }, plan, rows: 71 },
    { aim: { bound: 0.5, truth: 0.999 }, plan: { alpha: 0.4, power: 0.5 }, rows: 1 },
  ])('to be told from $aim.bound when it is $aim.truth is $rows', (share) => {
    expect(neededRowsForShare(share.aim, share.plan)).toBe(share.rows)
  })
})

describe('p-values of an interval by its standard error', () => {
  const interval = { estimate: 1, lower: 0, upper: 2, doubt: undefined, standardError: 2, degreesOfFreedom: 7, skew: 0 }

  it('are those of Student’s t where the estimate is not skewed', () => {
    expectRelative(pValueBelow(interval, 4), studentTCdf(-1.5, 7), 1e-14)
    const { statistic, pValue } = tNonInferiority(interval, 4)
    expect(statistic).toBe(2.5)
    expectRelative(pValue, studentTSurvival(2.5, 7), 1e-14)
  })

  it('take the weaker evidence of t and of t without its skewness', () => {
    for (const skew of [-0.3, 0.3]) {
      expect(pValueBelow({ ...interval, skew }, 4)).toBeGreaterThanOrEqual(studentTCdf(-1.5, 7))
    }
    expect(pValueBelow({ ...interval, skew: 0.3 }, 4)).toBeGreaterThan(studentTCdf(-1.5, 7) * 1.05)
  })

  it('are 1 in doubt', () => {
    expect(pValueBelow({ ...interval, doubt: 'no-variation' }, 4)).toBe(1)
    expect(tNonInferiority({ ...interval, doubt: 'no-variation' }, 4)).toEqual({ statistic: Number.NaN, pValue: 1 })
  })
})
