import { type Interval, pValueBelow, type TInterval } from '../../stats/interval.ts'
import { studentTSurvival } from '../../stats/student-t.ts'
import { tangoScore } from '../../stats/tango.ts'
import { countsOf, type Pair } from '../intervals.ts'

/**
 * The p-value of H0: the candidate is worse by at most `margin`, against harm, by the same method as the interval. Small
 * where harm is shown. Undefined where the interval is in doubt.
 *
 * @param interval Of the difference, oriented so that higher is better.
 */
export function harmPValue(pair: Pair, interval: Interval | TInterval, margin: number): number | undefined {
  const { metric, candidate, champion } = pair
  if (interval.doubt !== undefined) return undefined
  if ('standardError' in interval) return pValueBelow(interval, -margin)
  // Bounds of the share of queries that differ, where fewer than ten do: nothing of them shows harm.
  if (metric.family !== 'proportion') return 1
  // Nothing is worse by more than everything.
  if (margin >= 1) return 1
  const { doubt: _, ...counts } = countsOf({ candidate, champion }, metric)
  return studentTSurvival(-tangoScore(counts, -margin), counts.degreesOfFreedom ?? Infinity)
}
