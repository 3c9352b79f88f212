import { describe, expect, it } from 'vitest'
import { measured, names } from './measure.ts'

describe('special functions and distributions', () => {
  for (const name of names) {
    it(`${name} agrees with 60 digits on every point of the oracle`, () => {
      const { points, worst, worstAt } = measured(name)
      expect(points).toBeGreaterThan(15)
      expect(worst, `at ${worstAt.join(', ')}`).toBeLessThanOrEqual(1e-11)
    })
  }
})
