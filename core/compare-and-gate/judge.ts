import type { CriterionResult } from '../records/verdict.ts'
import type { Interval, TInterval } from '../stats/interval.ts'
import { type Metric, metrics } from '../stats/metrics.ts'
import { normalQuantile } from '../stats/normal.ts'
import type { Evaluated } from '../stats/row-values.ts'
import { neededRows, neededRowsForAccuracy } from '../stats/sample-size.ts'
import { countsOf, pairedInterval, singleInterval, valueOf } from './intervals.ts'
import { standsOn, unitsOf, withUnits } from './units.ts'
import { between, signed, significant, undecided } from './words.ts'

/** What the words "enough rows" aim at: the usual power of a planned comparison. */
const power = 0.8

/** A bound on the candidate alone. */
export interface AbsoluteQuestion {
  readonly metric: Metric
  readonly candidate: Evaluated
  readonly bound: { readonly min?: number | undefined; readonly max?: number | undefined }
  readonly alpha: number
  readonly isRequired: boolean
}

/** A comparison on the same rows. The candidate is proven better than the champion by more than `least` (negative: a margin). */
export interface PairedQuestion {
  readonly metric: Metric
  readonly candidate: Evaluated
  readonly champion: Evaluated
  readonly least: number
  readonly alpha: number
  readonly isRequired: boolean
}

/** Judges a bound: proven when the whole one-sided interval keeps it, failed when the whole of the other breaks it. */
export function judgeAbsolute(question: AbsoluteQuestion): CriterionResult {
  const { metric, candidate, bound, alpha, isRequired } = question
  const { min, max } = bound
  const interval = singleInterval(metric, candidate, alpha)
  const limit = min ?? max ?? Number.NaN
  const keeps = min === undefined ? interval.upper <= limit : interval.lower >= limit
  const breaks = min === undefined ? interval.lower > limit : interval.upper < limit
  const kind = verdictOf({ keeps, breaks, interval })
  const gap = Math.abs(interval.estimate - limit)
  const units = unitsOf(metric, candidate)
  const needed = kind === 'inconclusive' ? rowsNeeded({ interval, n: units.n, alpha, gap }) : undefined
  const sign = min === undefined ? '≤' : '≥'
  return {
    criterion: `${metric.name} ${sign} ${limit}`,
    ...named(metric),
    kind,
    isRequired,
    ...known({ candidate: interval.estimate }),
    ...finiteInterval(interval.lower, interval.upper, alpha),
    bound: limit,
    ...standsOn(units),
    ...(needed === undefined ? {} : { needed }),
    sentence: withUnits(absoluteSentence({ metric, interval, kind, sign, limit, needed }), units),
  }
}

/** Judges a comparison: proven when the difference lies above `least` beyond chance, failed when it lies below it. */
export function judgePaired(question: PairedQuestion): CriterionResult {
  const { metric, candidate, champion, least, alpha, isRequired } = question
  const interval = pairedInterval(question, alpha)
  const kind = verdictOf({ keeps: interval.lower > least, breaks: interval.upper < least, interval })
  const units = unitsOf(metric, candidate)
  const needed = kind === 'inconclusive' ? pairedRowsNeeded(question, interval) : undefined
  // Inside, higher is better; outside, a difference has the metric's own sign.
  const way = metric.direction === 'higher' ? 1 : -1
  const [low, high] = way === 1 ? [interval.lower, interval.upper] : [-interval.upper, -interval.lower]
  return {
    criterion:
      least > 0 || Object.is(least, 0)
        ? `${metric.name} better than the champion by > ${least}`
        : `${metric.name} non-inferior within ${-least}`,
    ...named(metric),
    kind,
    isRequired,
    ...known({
      candidate: valueOf(metric, candidate),
      champion: valueOf(metric, champion),
      difference: way * interval.estimate,
    }),
    ...finiteInterval(low, high, alpha),
    margin: Math.max(0, -least),
    ...standsOn(units),
    ...(needed === undefined ? {} : { needed }),
    sentence: withUnits(pairedSentence({ metric, interval, kind, least, needed }), units),
  }
}

/** A metric's name, and which way is better where the name alone does not say it. */
function named({ name, direction }: Metric): Pick<CriterionResult, 'metric' | 'direction'> {
  return name in metrics ? { metric: name } : { metric: name, direction }
}

type Numbers = Pick<CriterionResult, 'candidate' | 'champion' | 'difference'>

/** The numbers of a result that are defined: JSON has no NaN. */
function known(numbers: Numbers): Numbers {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value)))
}

function finiteInterval(low: number, high: number, alpha: number): Pick<CriterionResult, 'interval'> {
  return Number.isFinite(low) && Number.isFinite(high) ? { interval: { low, high, level: 1 - 2 * alpha } } : {}
}

function verdictOf(facts: { keeps: boolean; breaks: boolean; interval: Interval }): CriterionResult['kind'] {
  if (facts.interval.doubt !== undefined) return 'inconclusive'
  if (facts.keeps) return 'pass'
  return facts.breaks ? 'fail' : 'inconclusive'
}

function pairedRowsNeeded(question: PairedQuestion, interval: Interval): number | undefined {
  const { metric, candidate, champion, least, alpha } = question
  const { n } = unitsOf(metric, candidate)
  // Non-inferiority assumes no difference: a pilot's lucky estimate must not lower the number of rows. Superiority has to assume one.
  const gap = least < 0 ? -least : interval.estimate - least
  if (metric.family !== 'proportion') return rowsNeeded({ interval, n, alpha, gap })
  if (!(gap > 0) || n === 0) return undefined
  const counts = countsOf({ candidate, champion }, metric)
  if (counts.n === 0) return undefined
  const discordance = (counts.onlyCandidateRight + counts.onlyChampionRight) / counts.n
  const counting = neededRowsForAccuracy(discordance, { margin: gap, difference: 0 }, { alpha, power })
  // Of all rows, only some count for a metric of one class.
  return finiteOrNone(Math.ceil((counting * n) / counts.n))
}

function rowsNeeded(facts: { interval: Interval; n: number; alpha: number; gap: number }): number | undefined {
  const { interval, n, alpha, gap } = facts
  const standardError = isT(interval)
    ? interval.standardError
    : (interval.upper - interval.lower) / (-2 * normalQuantile(alpha))
  if (!(standardError > 0) || !Number.isFinite(standardError) || !(gap > 0)) return undefined
  return finiteOrNone(neededRows({ n, standardError }, { margin: gap, difference: 0 }, { alpha, power }))
}

function isT(interval: Interval | TInterval): interval is TInterval {
  return 'standardError' in interval
}

function finiteOrNone(rows: number): number | undefined {
  return Number.isFinite(rows) ? rows : undefined
}

interface AbsoluteWords {
  readonly metric: Metric
  readonly interval: Interval
  readonly kind: CriterionResult['kind']
  readonly sign: string
  readonly limit: number
  readonly needed: number | undefined
}

function absoluteSentence({ metric, interval, kind, sign, limit, needed }: AbsoluteWords): string {
  const { estimate, doubt } = interval
  const { unit } = metric
  const shown = `${metric.title} is ${significant(estimate)}${between('', interval)}`
  const asked = `${sign === '≤' ? 'at most' : 'at least'} ${limit}`
  if (kind === 'pass') return `${shown}, and ${asked} is asked.`
  if (kind === 'fail') return `${shown}, but ${asked} is asked.`
  return `${shown}: ${undecided(asked, { doubt, needed, unit })}.`
}

interface PairedWords {
  readonly metric: Metric
  readonly interval: Interval
  readonly kind: CriterionResult['kind']
  readonly least: number
  readonly needed: number | undefined
}

function pairedSentence({ metric, interval, kind, least, needed }: PairedWords): string {
  const { estimate, doubt } = interval
  const { unit } = metric
  const how = Number.isNaN(estimate)
    ? 'not comparable with'
    : estimate === 0
      ? 'the same as'
      : `${significant(Math.abs(estimate))} ${estimate > 0 ? 'better' : 'worse'} than`
  const shown = `${metric.title} is ${how} the champion’s${between('improvement ', interval, signed)}`
  if (least < 0) {
    if (kind === 'pass') return `${shown}: not worse by ${-least} or more.`
    if (kind === 'fail') return `${shown}: worse by more than ${-least}.`
    return `${shown}: ${undecided(`worse by less than ${-least}`, { doubt, needed, unit })}.`
  }
  const better = least === 0 ? 'better' : `better by more than ${least}`
  if (kind === 'pass') return `${shown}: really ${better}.`
  return kind === 'fail' ? `${shown}: not ${better}.` : `${shown}: ${undecided(better, { doubt, needed, unit })}.`
}
