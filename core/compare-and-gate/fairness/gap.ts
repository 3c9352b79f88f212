import type { Interval } from '../../stats/interval.ts'
import { type Both, changeInterval, differenceInterval, sumInterval, type Whole } from './intervals.ts'
import type { Counted, Rate } from './rates.ts'

/** One-sided error probabilities of the two bounds of an interval. */
export interface Alphas {
  readonly lower: number
  readonly upper: number
}

/** How far apart two groups lie: |difference|, with a bound from each side. */
export function gapInterval(groups: readonly [Counted, Counted], whole: Whole, { lower, upper }: Alphas): Interval {
  const wide = differenceInterval(groups, whole, upper)
  const below = differenceInterval(groups, whole, lower / 2)
  return {
    estimate: Math.abs(groups[0].value - groups[1].value),
    lower: Math.max(0, below.lower, -below.upper),
    upper: Math.max(wide.upper, -wide.lower),
    doubt: wide.doubt ?? below.doubt,
  }
}

/**
 * How much farther apart two groups lie for the candidate than for the champion: |a| - |b| for the differences a and b of the two
 * groups. |a| - |b| < m exactly when, for one sign s, both s·a - s·b and -s·a - s·b are below m: so the upper bound is
 * the smaller of two, each the larger of two, at alpha/2 for the choice of s; and |a| - |b| is at most |a - b|, which rests on the same
 * bounds. The lower bound is made alike, without the last.
 */
export function increaseInterval(
  rate: Rate,
  groups: readonly [Both, Both],
  { whole, alphas }: { readonly whole: Whole; readonly alphas: Alphas },
): Interval {
  const [one, other] = groups
  const gap = (side: 'candidate' | 'champion') => Math.abs(one[side].value - other[side].value)
  const estimate = gap('candidate') - gap('champion')
  const change = changeInterval(rate, groups, { ...whole, alpha: alphas.upper / 2 })
  const sum = sumInterval(groups, { ...whole, alpha: alphas.upper / 2 })
  const [up, down] = [change.upper, -change.lower]
  const upper = Math.min(Math.max(up, -sum.lower), Math.max(down, sum.upper), Math.max(up, down))
  const changed = changeInterval(rate, groups, { ...whole, alpha: alphas.lower / 2 })
  const summed = sumInterval(groups, { ...whole, alpha: alphas.lower / 2 })
  const lower = Math.max(Math.min(changed.lower, summed.lower), Math.min(-summed.upper, -changed.upper))
  return { estimate, lower, upper, doubt: change.doubt }
}
