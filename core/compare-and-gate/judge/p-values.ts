import { bisect } from '../../stats/bisect.ts'
import { type Interval, pValueAbove, pValueBelow, type TInterval } from '../../stats/interval.ts'
import type { Metric } from '../../stats/metrics.ts'
import { ratioScore } from '../../stats/paired-ratio.ts'
import type { Evaluated } from '../../stats/row-values.ts'
import { studentTSurvival } from '../../stats/student-t.ts'
import { tangoScore } from '../../stats/tango.ts'
import { countsOf, type Pair, pairedInterval, ratioCountsOf, ratioOf, shareOf } from '../intervals.ts'

/** Above this nothing is said: an interval knows alphas below a half alone. */
const mostAlpha = 0.499

/** A bound on one model, and how it came out. */
interface Bounded {
  readonly metric: Metric
  readonly candidate: Evaluated
  readonly bound: { readonly min?: number | undefined; readonly max?: number | undefined }
  readonly interval: Interval | TInterval
}

/**
 * The one-sided p-value of H0: the metric breaks the bound. By the method of the interval, so that p < alpha exactly when the
 * bound is proven; undefined where the interval is in doubt.
 */
export function boundPValue({ metric, candidate, bound: { min, max }, interval }: Bounded): number | undefined {
  if (interval.doubt !== undefined) return undefined
  const limit = min ?? max ?? Number.NaN
  if ('standardError' in interval)
    return min === undefined ? pValueBelow(interval, limit) : pValueAbove(interval, limit)
  if (metric.family !== 'proportion') return undefined
  const { successes, n, degreesOfFreedom = Infinity } = shareOf(metric, candidate)
  const score = (successes / n - limit) / Math.sqrt((limit * (1 - limit)) / n)
  return Number.isNaN(score) ? undefined : studentTSurvival(min === undefined ? -score : score, degreesOfFreedom)
}

/** A comparison and how it came out. */
interface Compared extends Pair {
  /** What is asked, in the metric's unit; for a relative comparison as a share of the champion's metric. */
  readonly asked: number
  /** The same in the metric's unit. */
  readonly least: number
  readonly isRelative: boolean
  readonly interval: Interval | TInterval
}

/**
 * The one-sided p-value of H0: the candidate is not better than the champion by more than `least`. By the method of the
 * interval, so that p < alpha exactly when the comparison is proven; undefined where the interval is in doubt, and above .499
 * where the method knows intervals alone.
 */
export function comparisonPValue(of: Compared): number | undefined {
  const { metric, interval, least, asked } = of
  if (interval.doubt !== undefined) return undefined
  if ('standardError' in interval) return pValueAbove(interval, least)
  if (metric.family !== 'proportion') return bySearch(of)
  const way = metric.direction === 'higher' ? 1 : -1
  if (of.isRelative) {
    const { doubt: _, ...counts } = ratioCountsOf({ ...of, least: asked }, metric)
    const score = way * ratioScore(counts, ratioOf({ metric, least: asked }))
    return studentTSurvival(score, counts.degreesOfFreedom ?? Infinity)
  }
  // No share is better by more than all, and none is worse.
  if (Math.abs(least) >= 1) return least < 0 ? 0 : 1
  const { doubt: _, ...counts } = countsOf(of, metric)
  return studentTSurvival(tangoScore(counts, least), counts.degreesOfFreedom ?? Infinity)
}

function bySearch(of: Compared): number | undefined {
  const isProven = (alpha: number) => pairedInterval(of, alpha).lower > of.least
  if (!isProven(mostAlpha)) return undefined
  // In logarithms: a p-value may be very small.
  return Math.exp(bisect((log) => !isProven(Math.exp(log)), [Math.log(1e-300), Math.log(mostAlpha)]))
}
