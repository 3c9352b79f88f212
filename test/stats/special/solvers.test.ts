import { describe, expect, it } from 'vitest'
import { continuedFraction } from '../../../core/stats/continued-fraction.ts'
import { solveLogTail } from '../../../core/stats/solve-log-tail.ts'
import { expectRelative } from '../support.ts'

const always =
  (value: number): (() => number) =>
  () =>
    value

describe('a continued fraction', () => {
  it('is the golden ratio where every part is 1, and the same less 1 where it begins with 0', () => {
    const golden = (1 + Math.sqrt(5)) / 2
    expectRelative(continuedFraction(1, always(1), always(1)), golden, 1e-15)
    expectRelative(continuedFraction(0, always(1), always(1)), golden - 1, 1e-15)
  })

  it('passes over a denominator of zero', () => {
    // 1 - 1/(1 - 1/(3 + 1/…)), whose second convergent divides by 1 - 1.
    const inner = continuedFraction(3, always(1), always(3))
    const parts = (term: number): number => (term <= 2 ? -1 : 1)
    const value = continuedFraction(1, parts, (term) => (term === 1 ? 1 : 3))
    expectRelative(value, 1 - 1 / (1 - 1 / inner), 1e-14)
    expectRelative(
      continuedFraction(1, parts, (term) => [1, 1][term - 1] ?? 3),
      1 - 1 / (1 - 1 / (1 + 1 / inner)),
      1e-14,
    )
  })

  it('says so where it goes round in circles', () => {
    expect(() => continuedFraction(1, always(-1), always(1.5))).toThrow('begins with 1 did not converge')
  })
})

describe('the solver for a tail', () => {
  it('finds the point where an exponential tail has its logarithm', () => {
    const exponential = (u: number) => ({ logTail: -Math.exp(u), logDensity: u - Math.exp(u) })
    expectRelative(solveLogTail({ log: -3, isUpper: true }, 0, exponential), Math.log(3), 1e-15)
  })

  it('says so where the tail never comes nearer', () => {
    const flat = () => ({ logTail: 0, logDensity: 0 })
    expect(() => solveLogTail({ log: -1, isUpper: false }, 0, flat)).toThrow('no quantile was found for the logarithm')
  })
})
