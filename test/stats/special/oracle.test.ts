import { describe, expect, it } from 'vitest'
import { measured } from './measure.ts'

describe('special functions and distributions', () => {
  for (const { name, points, worst, worstAt } of measured()) {
    it(`${name} is exact on ${points} points of the oracle`, () => {
      expect(points).toBeGreaterThan(15)
      expect(worst, `at ${worstAt.join(', ')}`).toBeLessThanOrEqual(1e-11)
    })
  }
})
