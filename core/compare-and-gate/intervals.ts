import { differences } from '../stats/differences.ts'
import { effectivePairs, effectiveRatio, effectiveShare } from '../stats/effective-counts.ts'
import { type Influence, influenceInterval } from '../stats/influence.ts'
import type { Doubt, Interval, Range, TInterval } from '../stats/interval.ts'
import type { RowFamily } from '../stats/metrics/metric.ts'
import {
  type PairedInfluence,
  pairedRowInfluenceInterval,
  rowInfluenceInterval,
  scaledRowInfluenceInterval,
} from '../stats/metrics/row-influence.ts'
import { influenceOf, type Metric, metricValue } from '../stats/metrics.ts'
import { type RatioCounts, ratioInterval } from '../stats/paired-ratio.ts'
import { pairedShareInterval } from '../stats/paired-share.ts'
import { FEWEST_DIFFERING, meanInterval, pairedTInterval } from '../stats/paired-t.ts'
import { pairedRootMeanInterval, rootMeanInterval } from '../stats/root-mean.ts'
import { remembered } from '../stats/remembered.ts'
import type { Evaluated } from '../stats/row-values.ts'
import { type PairedCounts, pairedCounts, tangoInterval } from '../stats/tango.ts'
import { effectiveByGroup, hasUnits, type Units } from '../stats/units.ts'
import { type ProportionCounts, wilsonInterval } from '../stats/wilson.ts'
import { pairedResampledInterval, resampledInterval } from './customs/resampled.ts'

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
  if (metric.isResampled === true) return resampledInterval(metric, candidate, alpha)
  if (metric.family === 'proportion') return shareInterval(metric, candidate, alpha)
  if (metric.family === 'influence' || metric.family === 'auc' || hasUnits(candidate))
    return rowInfluenceInterval(influenceOf(metric, candidate), metric.range, alpha)
  const rows = metric.rows(candidate)
  if (metric.unit === 'query')
    return meanOfListsInterval({ estimate: valueOf(metric, candidate), influence: rows, range: metric.range }, alpha)
  return metric.family === 'mean-loss' ? meanInterval(rows, alpha) : rootMeanInterval(rows, alpha)
}

/** Fewer lists than this say as little as so few clusters. */
const FEWEST_LISTS = 10

function meanOfListsInterval(of: Influence & { readonly range: Range }, alpha: number): TInterval {
  const interval = influenceInterval(of, alpha)
  const isFew = of.influence.length < FEWEST_LISTS && interval.doubt === undefined
  return isFew ? { ...interval, ...of.range, doubt: 'too-few-rows' } : interval
}

/**
 * The interval of the difference of both models, oriented so that higher is better, by the method of the metric's family. For
 * rows with weights or clusters: shares by what the rows are worth, and all else by the row-wise difference of influence values.
 * @throws RangeError for rows that the metric cannot read.
 */
export function pairedInterval(pair: Pair, alpha: number): Interval {
  const { metric, candidate, champion } = pair
  if (metric.isResampled === true) return pairedResampledInterval(pair, alpha)
  if (metric.family === 'proportion') {
    const { doubt, ...counts } = countsOf(pair, metric)
    const interval = tangoInterval(counts, alpha)
    return doubt === undefined ? interval : { ...interval, lower: -1, upper: 1, doubt }
  }
  if (metric.family === 'influence' || metric.family === 'auc' || hasUnits(candidate)) {
    return pairedRowInfluenceInterval(influencesOf(pair), metric.direction, alpha)
  }
  const rows = { candidate: metric.rows(candidate), champion: metric.rows(champion) }
  if (metric.unit === 'query') return pairedShareInterval(rows, metric.direction, alpha)
  return metric.family === 'mean-loss'
    ? pairedTInterval(rows, metric.direction, alpha)
    : pairedRootMeanInterval(rows, alpha)
}

/** A comparison by a share of the champion's metric: `least` is by how much of it the candidate must be better, -0.02 for 2 % worse. */
export interface RelativePair extends Pair {
  readonly least: number
}

/**
 * The interval of the difference of both models for a comparison with `least` of the champion's metric, oriented so that higher
 * is better: it lies above `least` of the champion's metric exactly when candidate - (1 ± least) · champion lies above 0, with
 * all that both vary. By the score interval of a ratio for shares, by influence values for all else.
 * @throws RangeError for rows that the metric cannot read.
 */
export function relativeInterval(pair: RelativePair, alpha: number): Interval | TInterval {
  const { metric, champion, least } = pair
  const base = valueOf(metric, champion)
  if (!(base > 0)) {
    const doubt = base === 0 ? 'zero-baseline' : 'undefined'
    return { estimate: Number.NaN, lower: -Infinity, upper: Infinity, doubt }
  }
  if (metric.family === 'proportion') return relativeShareInterval({ ...pair, metric }, alpha)
  const both = { ...influencesOf(pair), ratio: ratioOf(pair) }
  const interval = scaledRowInfluenceInterval(both, metric.direction, alpha)
  const by = least * base
  return { ...interval, estimate: interval.estimate + by, lower: interval.lower + by, upper: interval.upper + by }
}

/**
 * The influence values of both. Where a mean loss is equal on some rows, it stands on those that differ, as in `pairedTInterval`:
 * what is lost on a few rows is easily not seen at all.
 */
function influencesOf({ metric, candidate, champion }: Pair): PairedInfluence {
  const both = { candidate: influenceOf(metric, candidate), champion: influenceOf(metric, champion) }
  if (metric.family !== 'mean-loss' && metric.family !== 'root-mean-loss') return both
  const by = differences(metric.rows(candidate), metric.rows(champion))
  const isEqual = by.map((value) => (value === 0 ? 1 : 0))
  if (!isEqual.includes(1)) return both
  const [worth = 0] = effectiveByGroup({ ...both.candidate.units, group: isEqual, groups: 2 })
  const doubt = both.candidate.doubt ?? (worth < FEWEST_DIFFERING ? 'too-few-differ' : undefined)
  return { ...both, candidate: { ...both.candidate, fewest: worth, doubt } }
}

/** What the candidate's metric must be of the champion's. */
export function ratioOf({
  metric,
  least,
}: {
  readonly metric: Pick<Metric, 'direction'>
  readonly least: number
}): number {
  return metric.direction === 'higher' ? 1 + least : 1 - least
}

/**
 * What `relativeInterval` counts for a share of rows.
 * @throws RangeError for rows that the metric cannot read.
 */
export function ratioCountsOf(
  pair: Omit<RelativePair, 'metric'>,
  metric: RowFamily & Pick<Metric, 'name'>,
): RatioCounts & { readonly doubt?: Doubt | undefined } {
  const { candidate, champion, least } = pair
  const rows = { candidate: metric.rows(candidate), champion: metric.rows(champion) }
  if (hasUnits(candidate)) {
    return effectiveRatio(rows, countedUnits(metric, candidate), ratioOf({ metric, least }))
  }
  const counts = pairedCounts(rows, 'higher')
  return {
    both: sum(rows.candidate) - counts.onlyCandidateRight,
    onlyCandidate: counts.onlyCandidateRight,
    onlyChampion: counts.onlyChampionRight,
  }
}

function relativeShareInterval(
  pair: RelativePair & { readonly metric: RowFamily & Pick<Metric, 'name'> },
  alpha: number,
): Interval {
  const { metric, champion } = pair
  const base = valueOf(metric, champion)
  const { doubt, ...counts } = ratioCountsOf(pair, metric)
  const ratio = ratioInterval(counts, alpha)
  const by = (value: number) => (metric.direction === 'higher' ? value - 1 : 1 - value) * base
  const ends = [by(ratio.lower), by(ratio.upper)].toSorted((a, b) => a - b)
  const [lower = -Infinity, upper = Infinity] = ends
  const isSaid = doubt === undefined && ratio.doubt === undefined
  return {
    estimate: by(ratio.estimate),
    lower: isSaid ? lower : -Infinity,
    upper: isSaid ? upper : Infinity,
    doubt: doubt ?? ratio.doubt,
  }
}

/**
 * What `pairedInterval` counts for a metric that is a share of rows, with why those counts would say nothing.
 * @throws RangeError for rows that the metric cannot read.
 */
export function countsOf(
  { candidate, champion }: Omit<Pair, 'metric'>,
  metric: RowFamily & Pick<Metric, 'name'>,
): PairedCounts & { readonly doubt?: Doubt | undefined } {
  return countedPairs(metric)(candidate)(champion)
}

/** Interval, p-value and the rows that are needed stand on the same counts. */
const countedPairs = remembered((metric: RowFamily & Pick<Metric, 'name'>) =>
  remembered((candidate: Evaluated) =>
    remembered((champion: Evaluated) => {
      const rows = { candidate: metric.rows(candidate), champion: metric.rows(champion) }
      if (!hasUnits(candidate)) return pairedCounts(rows, metric.direction)
      return effectivePairs(rows, countedUnits(metric, candidate), metric.direction)
    }),
  ),
)

/**
 * What `singleInterval` counts for a metric that is a share of rows, with why those counts would say nothing.
 * @throws RangeError for rows that the metric cannot read.
 */
export function shareOf(
  metric: RowFamily & Pick<Metric, 'name'>,
  candidate: Evaluated,
): ProportionCounts & { readonly doubt?: Doubt | undefined } {
  return countedShare(metric)(candidate)
}

const countedShare = remembered((metric: RowFamily & Pick<Metric, 'name'>) =>
  remembered((candidate: Evaluated) => {
    const rows = metric.rows(candidate)
    if (!hasUnits(candidate)) return { successes: sum(rows), n: rows.length }
    return effectiveShare(rows, countedUnits(metric, candidate))
  }),
)

function shareInterval(metric: RowFamily & Pick<Metric, 'name'>, candidate: Evaluated, alpha: number): Interval {
  const { doubt, ...counts } = shareOf(metric, candidate)
  const interval = wilsonInterval(counts, alpha)
  return doubt === undefined ? interval : { ...interval, ...metric.range, doubt }
}

/** Weights and clusters of the rows, or queries, that a metric counts. */
function countedUnits(metric: RowFamily & Pick<Metric, 'name'>, evaluated: Evaluated): Units {
  if (metric.unit === 'query') return influenceOf(metric, evaluated).units ?? {}
  const { counted } = metric
  const { labels, weights, clusters, settings } = evaluated
  if (counted === undefined) return { weights, clusters }
  const isCounted = (_: number, row: number) => counted.has(labels[row] ?? Number.NaN, settings)
  return {
    weights: weights && Float64Array.from(weights).filter(isCounted),
    clusters: clusters && Int32Array.from(clusters).filter(isCounted),
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
