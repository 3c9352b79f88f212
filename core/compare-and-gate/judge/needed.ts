import type { Interval, TInterval } from '../../stats/interval.ts'
import type { Metric } from '../../stats/metrics.ts'
import { normalQuantile, normalSurvival } from '../../stats/normal.ts'
import type { Evaluated } from '../../stats/row-values.ts'
import { minimumDetectableEffect, neededRows, neededRowsForAccuracy, type Plan } from '../../stats/sample-size.ts'
import { countsOf } from '../intervals.ts'
import { unitsOf } from '../units.ts'

/** What the words "enough rows" aim at: the usual power of a planned comparison. */
export const power = 0.8

/** A comparison and how it came out. */
interface Compared {
  readonly metric: Metric
  readonly candidate: Evaluated
  readonly champion: Evaluated
  /** In the metric's unit, oriented so that higher is better. */
  readonly least: number
  readonly alpha: number
  readonly isRelative?: boolean | undefined
  readonly interval: Interval
}

/**
 * Rows that would decide a comparison, where those that are there do not: for clusters and weights as they are. Enough to prove an
 * equal model may be there; then it is the candidate that comes out worse, and no number of rows changes that.
 *
 * @param plan At which error probability, and how surely; the interval's and 80 % where it is left out.
 */
export function moreRowsNeeded(of: Compared, plan?: Plan): number | undefined {
  const rows = pairedRowsNeeded(of, plan)
  return rows !== undefined && rows > unitsOf(of.metric, of.candidate).n ? rows : undefined
}

/** The same, however many are there. */
export function pairedRowsNeeded(of: Compared, plan: Plan = { alpha: of.alpha, power }): number | undefined {
  const { metric, candidate, champion, least, alpha, interval } = of
  const { n } = unitsOf(metric, candidate)
  // Non-inferiority assumes no difference: a pilot's lucky estimate must not lower the number of rows. Superiority has to assume one.
  const gap = least < 0 ? -least : interval.estimate - least
  if (metric.family !== 'proportion' || of.isRelative === true) return rowsNeeded({ interval, n, alpha, gap, plan })
  if (!(gap > 0) || n === 0) return undefined
  const counts = countsOf({ candidate, champion }, metric)
  if (counts.n === 0) return undefined
  const discordance = (counts.onlyCandidateRight + counts.onlyChampionRight) / counts.n
  const counting = neededRowsForAccuracy(Math.min(1, discordance), { margin: gap, difference: 0 }, plan)
  // Of all rows, only some count for a metric of one class, and they are worth less with weights and clusters.
  return finiteOrNone(Math.ceil((counting * n) / counts.n))
}

/** Rows that would decide where the estimate lies `gap` away from what is asked, for clusters and weights as they are. */
export function rowsNeeded(facts: Facts): number | undefined {
  const { interval, n, alpha, gap, plan = { alpha, power } } = facts
  const standardError = standardErrorOf(interval, alpha)
  if (standardError === undefined || !(gap > 0)) return undefined
  return finiteOrNone(neededRows({ n, standardError }, { margin: gap, difference: 0 }, plan))
}

interface Facts {
  readonly interval: Interval
  readonly n: number
  /** Of the interval. */
  readonly alpha: number
  readonly gap: number
  readonly plan?: Plan
}

/** The smallest true improvement that a comparison with `least` would prove with a power of 80 %, and an equal model's power. */
export function reachOf(
  { least, alpha }: Pick<Compared, 'least' | 'alpha'>,
  interval: Interval,
): { readonly detectable: number; readonly power: number } | undefined {
  const standardError = standardErrorOf(interval, alpha)
  if (standardError === undefined) return undefined
  return {
    detectable: minimumDetectableEffect(standardError, 0, { alpha, power }) + least,
    power: normalSurvival(-normalQuantile(alpha) + least / standardError),
  }
}

/** Half of what lies between the bounds, in standard errors, where the method knows none. */
function standardErrorOf(interval: Interval | TInterval, alpha: number): number | undefined {
  if (interval.doubt !== undefined) return undefined
  const error = 'standardError' in interval ? interval.standardError : widthOf(interval) / (-2 * normalQuantile(alpha))
  return error > 0 && Number.isFinite(error) ? error : undefined
}

function widthOf({ lower, upper }: Interval): number {
  return upper - lower
}

function finiteOrNone(rows: number): number | undefined {
  return Number.isFinite(rows) ? rows : undefined
}
