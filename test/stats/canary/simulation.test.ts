import { describe, expect, it } from 'vitest'
import { defaultErrorPolicy } from '../../../core/stats/canary/policy.ts'
import { upperLimit } from '../support.ts'
import { lateOnset, nearlyPerfect, rampWithIncident, steady, usual, withAbsoluteMargin } from './scenarios.ts'
import { ours, peekingZ, type Rule, type Scenario, simulate, type Tally } from './simulate.ts'

// Promised: a canary as good as stable is rolled back in at most 1 of 100, one that is bad is promoted in at most 5 of 100.
const falseRollbacks = 0.01
const falsePromotions = 0.05

function run(
  scenario: Scenario,
  { rule = ours(), runs = 300 }: { readonly rule?: Rule; readonly runs?: number } = {},
): Tally {
  const [tally] = simulate(scenario, [rule], { runs, seed: 20_260_401 })
  if (tally === undefined) throw new Error('one rule has one tally')
  return tally
}

describe('a canary that is as good as stable', () => {
  it.each([
    { share: 0.05, requestsPerSecond: 10 },
    { share: 0.1, requestsPerSecond: 100 },
    { share: 0.5, requestsPerSecond: 10 },
    { share: 0.5, requestsPerSecond: 100 },
  ])('is rolled back in at most 1 of 100: share $share of $requestsPerSecond a second', (traffic) => {
    const tally = run(steady(traffic, 1), { runs: 1000 })
    expect(tally.rollback).toBeLessThanOrEqual(upperLimit(falseRollbacks, 1000))
  })

  it('is promoted after about a quarter of an hour at the usual traffic, and at once after its bake at a large share', () => {
    const tenth = run(steady(usual, 1))
    expect(tenth.promote).toBeGreaterThan(0.97)
    expect(tenth.medianPromote).toBeGreaterThanOrEqual(10)
    expect(tenth.medianPromote).toBeLessThanOrEqual(22)
    expect(run(steady({ share: 0.5, requestsPerSecond: 1000 }, 1), { runs: 30 }).medianPromote).toBe(5)
  })

  it('is mostly inconclusive after an hour when its traffic is thin, instead of passing unseen', () => {
    const thin = run(steady({ share: 0.05, requestsPerSecond: 10 }, 1))
    expect(thin.inconclusive).toBeGreaterThan(0.5)
  })

  it('is never rolled back by an incident of both sides during its ramp, which every pooled test is fooled by', () => {
    expect(run(rampWithIncident(100)).rollback).toBe(0)
    expect(run(rampWithIncident(1000), { runs: 100 }).rollback).toBe(0)
    expect(run(rampWithIncident(100), { rule: peekingZ(0.025) }).rollback).toBeGreaterThan(0.99)
  })

  it('is rarely rolled back when errors come in bursts, and often where they are taken as independent', () => {
    const bursty = { ...steady(usual, 1), burstiness: 0.5 }
    expect(run(bursty, { runs: 1000 }).rollback).toBeLessThanOrEqual(upperLimit(falseRollbacks, 1000))
    expect(run(bursty, { rule: ours({ ...defaultErrorPolicy, dispersion: 'poisson' }) }).rollback).toBeGreaterThan(0.05)
  })
})

describe('a canary that fails twice as often', () => {
  it('is rolled back within minutes at the usual traffic, and in the hour at thin traffic', () => {
    const tally = run(steady(usual, 2))
    expect(tally.rollback).toBeGreaterThan(0.995)
    expect(tally.medianRollback).toBeLessThanOrEqual(12)
    expect(run(steady({ share: 0.1, requestsPerSecond: 10 }, 2)).rollback).toBeGreaterThan(0.95)
  })

  it.each([
    { share: 0.05, requestsPerSecond: 10 },
    { share: 0.1, requestsPerSecond: 10 },
    { share: 0.5, requestsPerSecond: 100 },
  ])('is promoted in at most 5 of 100: share $share of $requestsPerSecond a second', (traffic) => {
    expect(run(steady(traffic, 2), { runs: 400 }).promote).toBeLessThanOrEqual(upperLimit(0.01, 400))
    expect(run(steady(traffic, 1.5), { runs: 400 }).promote).toBeLessThanOrEqual(upperLimit(falsePromotions, 400))
  })

  it('is found though it begins late, because nothing is promoted before the last share', () => {
    const tally = run(lateOnset)
    expect(tally.promote).toBe(0)
    expect(tally.rollback).toBeGreaterThan(0.99)
  })
})

describe('a canary that fails five times as often', () => {
  it('is rolled back within minutes, and within a minute at 1000 requests a second', () => {
    const tally = run(steady(usual, 5))
    expect(tally.rollback).toBe(1)
    expect(tally.medianRollback).toBeLessThanOrEqual(4)
    expect(run(steady({ share: 0.1, requestsPerSecond: 1000 }, 5), { runs: 50 }).medianRollback).toBeLessThan(1)
    expect(run(steady({ share: 0.05, requestsPerSecond: 10 }, 5)).rollback).toBeGreaterThan(0.99)
  })
})

describe('a canary that hardly ever fails', () => {
  it('is promoted by the absolute margin, which the ratio alone could not do in an hour', () => {
    expect(run(nearlyPerfect(0), { rule: ours(withAbsoluteMargin) }).promote).toBeGreaterThan(0.98)
    expect(run(nearlyPerfect(0)).promote).toBeLessThan(0.1)
  })

  it('is promoted in at most 5 of 100 where it is worse by the margin, bursts or not', () => {
    const worse = nearlyPerfect(0.002)
    const limit = upperLimit(falsePromotions, 400)
    expect(run(worse, { rule: ours(withAbsoluteMargin), runs: 400 }).promote).toBeLessThanOrEqual(limit)
    const bursty = { ...worse, burstiness: 1 }
    expect(run(bursty, { rule: ours(withAbsoluteMargin), runs: 400 }).promote).toBeLessThanOrEqual(limit)
  })
})
