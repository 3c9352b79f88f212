import { type Interval, pValueBelow, type TInterval } from '../../stats/interval.ts'
import { normalSurvival } from '../../stats/normal.ts'
import { pairedCounts, tangoScore } from '../../stats/tango.ts'
import type { Pair } from '../intervals.ts'

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
  const rows = { candidate: metric.rows(candidate), champion: metric.rows(champion) }
  return normalSurvival(-tangoScore(pairedCounts(rows, metric.direction), -margin))
}
