import { describe, expect, it } from 'vitest'
import { pairedRootMeanInterval, rootMeanInterval } from '../../core/stats/root-mean.ts'
import oracle from './oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

describe('the interval of a root mean square', () => {
  it('has the influence values that numeric differentiation gives', () => {
    const { candidate, champion, alpha, estimate, standardError } = oracle.rootMean

    const interval = pairedRootMeanInterval({ candidate, champion }, alpha)

    expectRelative(interval.estimate, estimate, 1e-12)
    expectRelative(interval.standardError, standardError, 1e-8)
  })

  it('is the root of the mean, with half the relative error of the mean', () => {
    const { estimate, standardError } = rootMeanInterval([1, 4, 9, 16], 0.05)
    const mean = 7.5
    const errorOfMean = Math.sqrt((6.5 ** 2 + 3.5 ** 2 + 1.5 ** 2 + 8.5 ** 2) / 3 / 4)

    expect(estimate).toBe(Math.sqrt(mean))
    expect(standardError).toBeCloseTo(errorOfMean / (2 * Math.sqrt(mean)), 14)
  })

  it('is better than the champion when its errors are smaller', () => {
    const champion = [1, 4, 9, 16, 25]
    const candidate = champion.map((square) => square / 4)
    expect(pairedRootMeanInterval({ candidate, champion }, 0.05).estimate).toBeCloseTo(Math.sqrt(11) / 2, 14)
  })

  it('never goes below zero alone, and knows nothing of perfect or single rows', () => {
    expect(rootMeanInterval([0, 0, 0, 100], 0.05).lower).toBe(0)
    expect(rootMeanInterval([0, 0, 0], 0.05)).toMatchObject({
      estimate: 0,
      lower: 0,
      upper: Infinity,
      doubt: 'no-variation',
    })
    expect(rootMeanInterval([0.1 + 0.2, 0.3, 0.3], 0.05).doubt).toBe('no-variation')
    expect(rootMeanInterval([4], 0.05)).toMatchObject({ estimate: 2, doubt: 'too-few-rows' })
    expect(pairedRootMeanInterval({ candidate: [], champion: [] }, 0.05).doubt).toBe('too-few-rows')
  })

  it('refuses unequal lengths and NaN', () => {
    expect(() => pairedRootMeanInterval({ candidate: [1], champion: [] }, 0.05)).toThrow(RangeError)
    expect(() => rootMeanInterval([1, Number.NaN], 0.05)).toThrow(RangeError)
  })
})
