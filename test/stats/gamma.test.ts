import { describe, expect, it } from 'vitest'
import { logGamma, stirlingError } from '../../core/stats/gamma.ts'
import oracle from './oracle.json' with { type: 'json' }

describe('the gamma function', () => {
  it('has the logarithms of the oracle', () => {
    for (const { x, value } of oracle.logGamma) {
      expect(Math.abs(logGamma(x) - value), `at ${x}`).toBeLessThanOrEqual(2e-15 * Math.max(1, Math.abs(value)))
    }
  })

  it('is the factorial on whole numbers', () => {
    let factorial = 1
    for (let n = 1; n <= 20; n++) {
      factorial *= n
      expect(logGamma(n + 1)).toBeCloseTo(Math.log(factorial), 13)
    }
  })

  it('leaves 1/(12x) over from Stirling for large x', () => {
    expect(stirlingError(1e8)).toBeCloseTo(1 / 12e8, 20)
  })
})
