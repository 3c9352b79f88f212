import { bcaBounds } from '../../stats/bca.ts'
import type { Interval } from '../../stats/interval.ts'
import { meanInterval } from '../../stats/paired-t.ts'
import type { Metric } from '../../stats/metrics.ts'
import type { Evaluated } from '../../stats/row-values.ts'

/** How often rows are resampled. */
export const DRAWS = 2000
/** Any number: with the same one, the same gate says the same. */
export const SEED = 1
/** With fewer rows, too many gates are wrong (see docs/gate.md). */
export const FEWEST_RESAMPLED = 200

/**
 * The BCa interval of one number for all rows (see `bcaInterval`), from what a module said of resampled rows and, for the acceleration,
 * without each part of them: each bound is the farther one of BCa's and the jackknife's. BCa alone would prove a ratio of sums with a
 * long tail in .079 of gates instead of .05, on 200 rows; the jackknife alone is wrong of a quantile. In doubt below 200 rows, and where the module has no number for a resample.
 * @throws RangeError where it was not asked of resamples.
 */
export function resampledInterval(
  metric: Metric,
  { labels, predictions, resampled }: Evaluated,
  alpha: number,
): Interval {
  return boundsOf({ rows: labels.length, values: predictions, resampled, range: metric.range }, alpha)
}

interface Pair {
  readonly metric: Metric
  readonly candidate: Evaluated
  readonly champion: Evaluated
}

/** The same of the difference of both models on the same resamples, oriented so that higher is better. */
export function pairedResampledInterval({ metric, candidate, champion }: Pair, alpha: number): Interval {
  const way = metric.direction === 'higher' ? 1 : -1
  const apart = (mine: ArrayLike<number>, theirs: ArrayLike<number>) =>
    Float64Array.from(mine, (value, at) => way * (value - (theirs[at] ?? Number.NaN)))
  const [mine, theirs] = [candidate.resampled, champion.resampled]
  const resampled = mine &&
    theirs && { whole: way * (mine.whole - theirs.whole), replicates: apart(mine.replicates, theirs.replicates) }
  const values = apart(candidate.predictions, champion.predictions)
  return boundsOf({ rows: candidate.labels.length, values, resampled, range: metric.range }, alpha)
}

interface Rows extends Pick<Evaluated, 'resampled'> {
  readonly rows: number
  /** Of parts of the rows: their mean is the number of all rows, but for rounding. */
  readonly values: ArrayLike<number>
  readonly range: Metric['range']
}

function boundsOf({ rows, values, resampled, range }: Rows, alpha: number): Interval {
  if (rows < FEWEST_RESAMPLED) {
    const estimate = Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
    return { estimate, lower: range.lower, upper: range.upper, doubt: 'too-few-rows' }
  }
  if (resampled === undefined) throw new RangeError('the metric was not asked of resamples')
  // The number itself, not the mean of its parts: equal replicates are counted, and rounding would make them others.
  const { whole: estimate, replicates } = resampled
  const influence = Float64Array.from(values)
  const bca = bcaBounds({ estimate, replicates, influence, range }, alpha)
  const jackknife = meanInterval(influence, alpha)
  if (bca.doubt !== undefined || jackknife.doubt !== undefined) return bca
  return { ...bca, lower: Math.min(bca.lower, jackknife.lower), upper: Math.max(bca.upper, jackknife.upper) }
}
