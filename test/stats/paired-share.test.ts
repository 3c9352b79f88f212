import { describe, expect, it } from 'vitest'
import { pairedShareInterval } from '../../core/stats/paired-share.ts'
import { pairedTInterval } from '../../core/stats/paired-t.ts'
import { seededRandom } from '../../core/stats/random.ts'
import { expectRelative, frequency, upperLimit } from './support.ts'

const same = new Float64Array(50).fill(0.5)

describe('the interval of a mean difference of values between 0 and 1', () => {
  it('is the paired t interval where ten rows differ', () => {
    const candidate = same.map((value, row) => (row < 10 ? value + 0.1 + row / 100 : value))

    const interval = pairedShareInterval({ candidate, champion: same }, 'higher', 0.05)

    expect(interval).toEqual(pairedTInterval({ candidate, champion: same }, 'higher', 0.05))
  })

  it('is bounded by Clopper and Pearson’s bounds of the shares that differ where fewer do', () => {
    const candidate = same.map((value, row) => (row < 2 ? 0.4 : row < 5 ? 1 : value))

    const { estimate, lower, upper, doubt } = pairedShareInterval({ candidate, champion: same }, 'higher', 0.05)

    expect(estimate).toBeCloseTo((3 * 0.5 - 2 * 0.1) / 50, 12)
    expect(doubt).toBeUndefined()
    // scipy.stats.beta.isf(0.05, 3, 48) and isf(0.05, 4, 47).
    expectRelative(lower, -0.12061415542204414, 1e-10)
    expectRelative(upper, 0.14783717636418123, 1e-10)
    const turned = pairedShareInterval({ candidate, champion: same }, 'lower', 0.05)
    expect(turned).toMatchObject({ lower: -upper, upper: -lower })
  })

  it('shows equal models equal within 1 - alpha^(1/n)', () => {
    const { lower, upper } = pairedShareInterval({ candidate: same, champion: same }, 'higher', 0.05)

    expectRelative(upper, 1 - 0.05 ** (1 / 50), 1e-9)
    expectRelative(lower, 0.05 ** (1 / 50) - 1, 1e-9)
  })

  it('covers everything where every row is worse by the same', () => {
    const candidate = same.map(() => 0.25)

    expect(pairedShareInterval({ candidate, champion: same }, 'higher', 0.05).lower).toBe(-1)
    expect(pairedShareInterval({ candidate: [0], champion: [0] }, 'higher', 0.05).doubt).toBe('too-few-rows')
  })

  it.each([20, 60, 200])('passes a model that is worse by the margin no more often than alpha, on %d rows', (n) => {
    // The hardest case: what is lost is lost whole, on a few rows.
    const random = seededRandom(n)
    for (const share of [0.03, 0.1, 0.3]) {
      const passes = frequency(1000, () => {
        const candidate = Float64Array.from({ length: n }, () => (random() < share ? 0 : 1))
        const champion = new Float64Array(n).fill(1)
        return pairedShareInterval({ candidate, champion }, 'higher', 0.05).lower > -share
      })
      expect(passes, `share ${share}`).toBeLessThanOrEqual(upperLimit(0.05, 1000))
    }
  })
})
