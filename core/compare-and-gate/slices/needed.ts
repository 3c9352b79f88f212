import type { Interval, TInterval } from '../../stats/interval.ts'
import { normalQuantile } from '../../stats/normal.ts'
import { neededRows, neededRowsForAccuracy, type Plan } from '../../stats/sample-size.ts'
import { pairedCounts } from '../../stats/tango.ts'
import type { Pair } from '../intervals.ts'
import { unitsOf } from '../units.ts'

/** A pair on a slice with its interval at an error probability. */
export interface Seen {
  readonly pair: Pair
  readonly interval: Interval | TInterval
  /** Of the interval. */
  readonly alpha: number
}

/**
 * How many rows a slice needs, so that a candidate which is as good as the champion there is proven to be worse by less than the margin with
 * the planned power. Undefined where that cannot be said: an interval in doubt, or no margin.
 */
export function sliceRowsNeeded({ pair, interval, alpha }: Seen, margin: number, plan: Plan): number | undefined {
  const { metric, candidate, champion } = pair
  const { n } = unitsOf(metric, candidate)
  if (interval.doubt !== undefined || !(margin > 0)) return undefined
  const aim = { margin, difference: 0 }
  if (!('standardError' in interval) && metric.family === 'proportion') {
    const rows = { candidate: metric.rows(candidate), champion: metric.rows(champion) }
    const counts = pairedCounts(rows, metric.direction)
    const discordance = (counts.onlyCandidateRight + counts.onlyChampionRight) / counts.n
    // Of the rows of a slice, only some count for a metric of one class.
    return finite(Math.ceil((neededRowsForAccuracy(discordance, aim, plan) * n) / counts.n))
  }
  const standardError =
    'standardError' in interval
      ? interval.standardError
      : (interval.upper - interval.lower) / (-2 * normalQuantile(alpha))
  return standardError > 0 ? finite(neededRows({ n, standardError }, aim, plan)) : undefined
}

function finite(rows: number): number | undefined {
  return Number.isFinite(rows) ? rows : undefined
}
