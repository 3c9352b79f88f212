import { describe, expect, it } from 'vitest'
import { moments } from '../../core/stats/moments.ts'
import { normalDraw, seededRandom, splitMix64, xoshiro128 } from '../../core/stats/random.ts'
import oracle from './oracle.json' with { type: 'json' }

describe('the seeded generator', () => {
  it('gives the published words of xoshiro128** from the state 1, 2, 3, 4', () => {
    const next = xoshiro128([1, 2, 3, 4])
    expect(oracle.random.words.map(() => next())).toEqual(oracle.random.words)
    expect(oracle.random.words.slice(0, 4)).toEqual([11520, 0, 5927040, 70819200])
  })

  it('gives the published words of SplitMix64 from the seed 1234567', () => {
    expect(splitMix64(1234567n).map(String)).toEqual(oracle.random.splitMix)
    expect(splitMix64(1234567n)[0]).toBe(6457827717110365317n)
  })

  it('gives the same numbers for the same seed as an independent implementation', () => {
    const random = seededRandom(oracle.random.seed)
    expect(oracle.random.uniform.map(() => random())).toEqual(oracle.random.uniform)
  })

  it('gives other numbers for other seeds, and refuses seeds that are not whole', () => {
    expect(seededRandom(1)()).not.toBe(seededRandom(2)())
    expect(() => seededRandom(0.5)).toThrow(RangeError)
  })

  it('is uniform on [0, 1) and draws normal numbers', () => {
    const random = seededRandom(0)
    const uniform = Float64Array.from({ length: 200_000 }, random)
    const normal = Float64Array.from({ length: 200_000 }, () => normalDraw(random))

    expect(uniform.every((value) => value >= 0 && value < 1)).toBe(true)
    expect(moments(uniform).mean).toBeCloseTo(0.5, 2)
    expect(moments(uniform).variance).toBeCloseTo(1 / 12, 3)
    expect(moments(normal).mean).toBeCloseTo(0, 2)
    expect(moments(normal).variance).toBeCloseTo(1, 1)
    expect(normal.filter((value) => value > 1.6448536).length / 200_000).toBeCloseTo(0.05, 2)
  })
})
