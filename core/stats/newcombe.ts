import type { Interval } from './interval.ts'
import { type ProportionCounts, wilsonInterval } from './wilson.ts'

/** What two models, or one model on two groups, did on rows that are not the same: two independent samples. */
export interface IndependentCounts {
  readonly candidate: ProportionCounts
  readonly champion: ProportionCounts
}

/**
 * Newcombe's hybrid score interval for the difference of two independent proportions, candidate less champion, from Wilson's
 * interval of each (his method 10, without continuity correction). Never of zero width and never beyond [-1, 1]. For
 * different rows, such as two groups; the same rows judged by two models need `tangoInterval`. No rows on a side give
 * [-1, 1] and a doubt.
 *
 * Source: R. Newcombe, Statistics in Medicine 17 (1998) 873-890.
 * @throws RangeError for counts that are none or contradict each other, and an alpha outside (0, 0.5).
 */
export function newcombeInterval({ candidate, champion }: IndependentCounts, alpha: number): Interval {
  const [mine, theirs] = [wilsonInterval(candidate, alpha), wilsonInterval(champion, alpha)]
  const doubt = mine.doubt ?? theirs.doubt
  const estimate = mine.estimate - theirs.estimate
  if (doubt !== undefined) return { estimate, lower: -1, upper: 1, doubt }
  const lower = estimate - Math.hypot(mine.estimate - mine.lower, theirs.upper - theirs.estimate)
  const upper = estimate + Math.hypot(mine.upper - mine.estimate, theirs.estimate - theirs.lower)
  return { estimate, lower: Math.max(-1, lower), upper: Math.min(1, upper), doubt }
}
