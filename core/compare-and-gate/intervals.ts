import { aucInterval, pairedAucIntervalOf, scoredRows } from '../stats/delong.ts'
import { effectivePairs, effectiveShare } from '../stats/effective-counts.ts'
import { influenceInterval } from '../stats/influence.ts'
import type { Doubt, Interval } from '../stats/interval.ts'
import type { RowFamily } from '../stats/metrics/metric.ts'
import { pairedRowInfluenceInterval, rowInfluenceInterval } from '../stats/metrics/row-influence.ts'
import { influenceOf, type Metric, metricValue } from '../stats/metrics.ts'
import { pairedShareInterval } from '../stats/paired-share.ts'
import { meanInterval, pairedTInterval } from '../stats/paired-t.ts'
import { pairedRootMeanInterval, rootMeanInterval } from '../stats/root-mean.ts'
import type { Evaluated } from '../stats/row-values.ts'
import { type PairedCounts, pairedCounts, tangoInterval } from '../stats/tango.ts'
import { hasUnits, type Units } from '../stats/units.ts'
import { wilsonInterval } from '../stats/wilson.ts'

/** Both models on the same rows, and the metric that compares them. */
export interface Pair {
  readonly metric: Metric
  readonly candidate: Evaluated
  readonly champion: Evaluated
}

/**
 * The interval of one model's metric, by the method of its family. For rows with weights or clusters: shares by what the rows
 * are worth, and all else by influence values.
 * @throws RangeError for rows that the metric cannot read.
 */
export function singleInterval(metric: Metric, candidate: Evaluated, alpha: number): Interval {
  if (metric.family === 'proportion') return shareInterval(metric, candidate, alpha)
  if (hasUnits(candidate)) return rowInfluenceInterval(influenceOf(metric, candidate), metric.range, alpha)
  if (metric.family === 'auc') return aucInterval(scoredRows(candidate), alpha)
  if (metric.family === 'influence') return rowInfluenceInterval(metric.influence(candidate), metric.range, alpha)
  const rows = metric.rows(candidate)
  if (metric.unit === 'query')
    return influenceInterval({ estimate: valueOf(metric, candidate), influence: rows, range: metric.range }, alpha)
  return metric.family === 'mean-loss' ? meanInterval(rows, alpha) : rootMeanInterval(rows, alpha)
}

/**
 * The interval of the difference of both models, oriented so that higher is better, by the method of the metric's family. For
 * rows with weights or clusters: shares by what the rows are worth, and all else by the row-wise difference of influence values.
 * @throws RangeError for rows that the metric cannot read.
 */
export function pairedInterval(pair: Pair, alpha: number): Interval {
  const { metric, candidate, champion } = pair
  if (metric.family === 'proportion') {
    const { doubt, ...counts } = countsOf(pair, metric)
    const interval = tangoInterval(counts, alpha)
    return doubt === undefined ? interval : { ...interval, lower: -1, upper: 1, doubt }
  }
  if (metric.family === 'influence' || hasUnits(candidate)) {
    const both = { candidate: influenceOf(metric, candidate), champion: influenceOf(metric, champion) }
    return pairedRowInfluenceInterval(both, metric.direction, alpha)
  }
  if (metric.family === 'auc') return pairedAucIntervalOf(scoredRows(candidate), scoredRows(champion), alpha)
  const rows = { candidate: metric.rows(candidate), champion: metric.rows(champion) }
  if (metric.unit === 'query') return pairedShareInterval(rows, metric.direction, alpha)
  return metric.family === 'mean-loss'
    ? pairedTInterval(rows, metric.direction, alpha)
    : pairedRootMeanInterval(rows, alpha)
}

/**
 * What `pairedInterval` counts for a metric that is a share of rows, with why those counts would say nothing.
 * @throws RangeError for rows that the metric cannot read.
 */
export function countsOf(
  { candidate, champion }: Omit<Pair, 'metric'>,
  metric: RowFamily & Pick<Metric, 'name'>,
): PairedCounts & { readonly doubt?: Doubt | undefined } {
  const rows = { candidate: metric.rows(candidate), champion: metric.rows(champion) }
  if (!hasUnits(candidate)) return pairedCounts(rows, metric.direction)
  return effectivePairs(rows, countedUnits(metric, candidate), metric.direction)
}

function shareInterval(metric: RowFamily & Pick<Metric, 'name'>, candidate: Evaluated, alpha: number): Interval {
  const rows = metric.rows(candidate)
  if (!hasUnits(candidate)) return wilsonInterval({ successes: sum(rows), n: rows.length }, alpha)
  const { doubt, ...counts } = effectiveShare(rows, countedUnits(metric, candidate))
  const interval = wilsonInterval(counts, alpha)
  return doubt === undefined ? interval : { ...interval, ...metric.range, doubt }
}

/** Weights and clusters of the rows, or queries, that a metric counts. */
function countedUnits(metric: RowFamily & Pick<Metric, 'name'>, evaluated: Evaluated): Units {
  if (metric.unit === 'query') return influenceOf(metric, evaluated).units ?? {}
  const { counted } = metric
  const { labels, weights, clusters } = evaluated
  if (counted === undefined) return { weights, clusters }
  const isCounted = (_: number, row: number) => counted.has(labels[row] ?? Number.NaN)
  return {
    weights: weights && Array.from(weights).filter(isCounted),
    clusters: clusters && Array.from(clusters).filter(isCounted),
  }
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
