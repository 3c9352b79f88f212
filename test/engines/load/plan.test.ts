import { describe, expect, it } from 'vitest'
import { poissonArrivals } from '../../../core/engines/load/generator/arrivals.ts'
import { generatorLimit } from '../../../core/engines/load/limits.ts'
import { fullPlan, type LoadPlan } from '../../../core/engines/load/plan.ts'
import { moments } from '../../../core/stats/moments.ts'

const plan: LoadPlan = {
  url: 'http://127.0.0.1:8080/infer',
  requests: [{ body: '{}' }],
  rate: 100,
  durationMs: 3000,
  warmUpMs: 500,
  seed: 1,
}

describe('a plan', () => {
  it('gets its settings', () => {
    expect(fullPlan(plan)).toMatchObject({ windows: 5, timeoutMs: 10_000, maxInFlight: 512, maxLagMs: 10 })
    expect(fullPlan({ ...plan, windows: 3 }).windows).toBe(3)
  })

  it('is refused when it cannot be carried out', () => {
    const wrong: readonly Partial<LoadPlan>[] = [
      { url: 'ftp://127.0.0.1/' },
      { requests: [] },
      { rate: 0 },
      { rate: Number.NaN },
      { durationMs: -1 },
      { warmUpMs: Infinity },
      { windows: 2 },
      { windows: 3.5 },
      { maxInFlight: 0 },
      { timeoutMs: 0 },
      { maxLagMs: 0 },
    ]
    for (const part of wrong) expect(() => fullPlan({ ...plan, ...part }), JSON.stringify(part)).toThrow(RangeError)
    expect(() => fullPlan({ ...plan, url: 'nowhere' })).toThrow(TypeError)
  })
})

describe('arrivals', () => {
  it('are a Poisson process of the rate: gaps have the mean and the spread of an exponential distribution', () => {
    const next = poissonArrivals(250, 7)
    const times = Array.from({ length: 50_000 }, next)
    const gaps = times.map((at, index) => at - (times[index - 1] ?? 0))
    const { mean, variance } = moments(gaps)
    // Five standard errors of either.
    expect(Math.abs(mean - 4)).toBeLessThan(0.1)
    expect(Math.abs(variance - 16)).toBeLessThan(1.1)
    expect(gaps.filter((gap) => gap > 4 * Math.LN2).length / gaps.length).toBeCloseTo(0.5, 1)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
  })

  it('are the same for the same seed, and others for another', () => {
    const of = (seed: number): readonly number[] => Array.from({ length: 20 }, poissonArrivals(100, seed))
    expect(of(3)).toEqual(of(3))
    expect(of(3)).not.toEqual(of(4))
  })
})

describe('a run is refused', () => {
  const lag = { count: 100, mean: 1, p50: 1, p90: 1, p95: 1, p99: 5, p999: 6, max: 40 }
  const fine = { lag, utilisation: 0.3, mostInFlight: 4, waited: 0 }
  const late = { ...fine, lag: { ...lag, p99: 10.1 } }
  const limits = { rate: 100, maxLagMs: 10 }

  it('when the generator was late, busy, or gave up, and not otherwise', () => {
    expect(generatorLimit(limits, { generator: fine, latencyP99Ms: 7 })).toBeUndefined()
    expect(generatorLimit(limits, { generator: late, latencyP99Ms: 30 })).toContain('10.1 ms late; 10 ms are allowed')
    expect(generatorLimit(limits, { generator: late })).toContain('10.1 ms late')
    expect(generatorLimit(limits, { generator: { ...fine, utilisation: 0.95 } })).toContain('busy for 95 %')
    expect(generatorLimit(limits, { generator: fine, gaveUp: 'too-late' })).toContain('further behind')
    const many = { ...fine, waited: 250_000 }
    expect(generatorLimit(limits, { generator: many, gaveUp: 'too-many-waiting' })).toContain('250000 requests')
  })

  it('not because the server let requests wait', () => {
    expect(generatorLimit(limits, { generator: { ...fine, waited: 5000, mostInFlight: 512 } })).toBeUndefined()
  })

  it('not because of a lateness that is small against what was measured', () => {
    expect(generatorLimit(limits, { generator: late, latencyP99Ms: 102 })).toBeUndefined()
    expect(generatorLimit(limits, { generator: late, latencyP99Ms: 100 })).toContain('10 ms are allowed')
  })
})
