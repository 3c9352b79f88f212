import { aucInterval, pairedAucInterval } from '../stats/delong.ts'
import { influenceInterval } from '../stats/influence.ts'
import type { Interval } from '../stats/interval.ts'
import { pairedRowInfluenceInterval, rowInfluenceInterval } from '../stats/metrics/row-influence.ts'
import { influenceOf, type Metric, metricValue } from '../stats/metrics.ts'
import { pairedShareInterval } from '../stats/paired-share.ts'
import { meanInterval, pairedTInterval } from '../stats/paired-t.ts'
import { pairedRootMeanInterval, rootMeanInterval } from '../stats/root-mean.ts'
import type { Evaluated } from '../stats/row-values.ts'
import { pairedCounts, tangoInterval } from '../stats/tango.ts'
import { hasUnits } from '../stats/units.ts'
import { wilsonInterval } from '../stats/wilson.ts'

/** Both models on the same rows, and the metric that compares them. */
export interface Pair {
  readonly metric: Metric
  readonly candidate: Evaluated
  readonly champion: Evaluated
}

/**
 * The interval of one model's metric, by the method of its family; for rows with weights or clusters, by their influence values.
 * @throws RangeError for rows that the metric cannot read.
 */
export function singleInterval(metric: Metric, candidate: Evaluated, alpha: number): Interval {
  if (hasUnits(candidate)) return rowInfluenceInterval(influenceOf(metric, candidate), metric.range, alpha)
  if (metric.family === 'auc') return aucInterval({ labels: candidate.labels, scores: candidate.predictions }, alpha)
  if (metric.family === 'influence') return rowInfluenceInterval(metric.influence(candidate), metric.range, alpha)
  const rows = metric.rows(candidate)
  if (metric.family === 'proportion') return wilsonInterval({ successes: sum(rows), n: rows.length }, alpha)
  if (metric.unit === 'query')
    return influenceInterval({ estimate: valueOf(metric, candidate), influence: rows, range: metric.range }, alpha)
  return metric.family === 'mean-loss' ? meanInterval(rows, alpha) : rootMeanInterval(rows, alpha)
}

/**
 * The interval of the difference of both models, oriented so that higher is better, by the method of the metric's family; for
 * rows with weights or clusters, by the row-wise difference of their influence values.
 * @throws RangeError for rows that the metric cannot read.
 */
export function pairedInterval({ metric, candidate, champion }: Pair, alpha: number): Interval {
  if (hasUnits(candidate)) {
    const pair = { candidate: influenceOf(metric, candidate), champion: influenceOf(metric, champion) }
    return pairedRowInfluenceInterval(pair, metric.direction, alpha)
  }
  if (metric.family === 'auc') {
    return pairedAucInterval(
      { labels: candidate.labels, candidate: candidate.predictions, champion: champion.predictions },
      alpha,
    )
  }
  if (metric.family === 'influence') {
    const pair = { candidate: metric.influence(candidate), champion: metric.influence(champion) }
    return pairedRowInfluenceInterval(pair, metric.direction, alpha)
  }
  const rows = { candidate: metric.rows(candidate), champion: metric.rows(champion) }
  if (metric.family === 'proportion') return tangoInterval(pairedCounts(rows, metric.direction), alpha)
  if (metric.unit === 'query') return pairedShareInterval(rows, metric.direction, alpha)
  return metric.family === 'mean-loss'
    ? pairedTInterval(rows, metric.direction, alpha)
    : pairedRootMeanInterval(rows, alpha)
}

/** The metric's value. Counts are divided once, so that 800 of 1000 is 0.8. */
export function valueOf(metric: Metric, evaluated: Evaluated): number {
  if (metric.family !== 'proportion' || evaluated.weights !== undefined) return metricValue(metric, evaluated)
  const rows = metric.rows(evaluated)
  return sum(rows) / rows.length
}

function sum(rows: Float64Array): number {
  return rows.reduce((total, row) => total + row, 0)
}
