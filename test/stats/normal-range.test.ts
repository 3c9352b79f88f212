import { describe, expect, it } from 'vitest'
import { normalQuantile } from '../../core/stats/normal.ts'
import { normalRangeQuantile } from '../../core/stats/normal-range.ts'
import oracle from './normal-range-oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

describe('the quantile of the range of normal draws', () => {
  it.each(oracle)('agrees with scipy’s studentized range: p = $p of $k draws', ({ p, k, quantile }) => {
    expectRelative(normalRangeQuantile(p, k), quantile, 1e-8)
  })

  it('of two draws is that of their distance', () => {
    for (const p of [1e-6, 0.3, 0.8, 0.999])
      expectRelative(normalRangeQuantile(p, 2), Math.SQRT2 * normalQuantile((1 + p) / 2), 1e-9)
  })

  it('grows with the draws and with p, and refuses what is none', () => {
    expect(normalRangeQuantile(0.8, 4)).toBeGreaterThan(normalRangeQuantile(0.8, 3))
    expect(normalRangeQuantile(0.81, 3)).toBeGreaterThan(normalRangeQuantile(0.8, 3))
    expect(() => normalRangeQuantile(1, 3)).toThrow('p must lie between 0 and 1')
    expect(() => normalRangeQuantile(0.5, 1)).toThrow('two draws or more')
  })
})
