import type { CriterionResult } from '../records/verdict.ts'
import { type Metric, metrics } from '../stats/metrics.ts'
import type { Evaluated } from '../stats/row-values.ts'
import { pairedInterval, relativeInterval, singleInterval, valueOf } from './intervals.ts'
import { moreRowsNeeded, reachOf, rowsNeeded } from './judge/needed.ts'
import { boundPValue, comparisonPValue } from './judge/p-values.ts'
import { absoluteSentence, comparisonText, pairedSentence } from './judge/sentences.ts'
import { standsOn, unitsOf, withUnits } from './units.ts'

/** A bound on the candidate alone. */
export interface AbsoluteQuestion {
  readonly metric: Metric
  readonly candidate: Evaluated
  readonly bound: {
    readonly min?: number | undefined
    readonly max?: number | undefined
    /** `point`: the estimate alone decides, at no stated error rate. */
    readonly mode?: 'proven' | 'point' | undefined
  }
  readonly alpha: number
  readonly isRequired: boolean
}

/** A comparison on the same rows. The candidate is proven better than the champion by more than `least` (negative: a margin). */
export interface PairedQuestion {
  readonly metric: Metric
  readonly candidate: Evaluated
  readonly champion: Evaluated
  readonly least: number
  /** `least` is a share of the champion's metric. */
  readonly isRelative?: boolean
  readonly alpha: number
  readonly isRequired: boolean
}

/** Judges a bound: proven when the whole one-sided interval keeps it, failed when the whole of the other breaks it. */
export function judgeAbsolute(question: AbsoluteQuestion): CriterionResult {
  const { metric, candidate, bound, alpha, isRequired } = question
  const { min, max } = bound
  const interval = singleInterval(metric, candidate, alpha)
  const { estimate } = interval
  const limit = min ?? max ?? Number.NaN
  const isPoint = bound.mode === 'point'
  const [low, high] = isPoint ? [estimate, estimate] : [interval.lower, interval.upper]
  const keeps = min === undefined ? high <= limit : low >= limit
  const breaks = min === undefined ? low > limit : high < limit
  const isSaid = isPoint ? Number.isFinite(estimate) : interval.doubt === undefined
  const kind = verdictOf({ keeps, breaks, isSaid })
  const units = unitsOf(metric, candidate)
  const gap = Math.abs(estimate - limit)
  const needed = kind === 'inconclusive' ? rowsNeeded({ interval, n: units.n, alpha, gap }) : undefined
  const sign = min === undefined ? '≤' : '≥'
  const way = min === undefined ? -1 : 1
  return {
    criterion: `${metric.name} ${sign} ${limit}${isPoint ? ' by its estimate' : ''}`,
    ...named(metric),
    kind,
    isRequired,
    ...known({ candidate: estimate }),
    ...finiteInterval(interval.lower, interval.upper, alpha),
    bound: limit,
    ...(isPoint
      ? { mode: 'point' as const }
      : known({
          pValue: boundPValue({ metric, candidate, bound, interval }),
          detectable: detectableBound({ limit, way, range: metric.range }, reachOf({ least: 0, alpha }, interval)),
        })),
    ...standsOn(units),
    ...(needed === undefined ? {} : { needed }),
    sentence: withUnits(absoluteSentence({ metric, interval, kind, sign, limit, needed, isPoint }), units, needed),
  }
}

/** Judges a comparison: proven when the difference lies above `least` beyond chance, failed when it lies below it. */
export function judgePaired(question: PairedQuestion): CriterionResult {
  const { metric, candidate, champion, least: asked, isRelative = false, alpha, isRequired } = question
  const base = isRelative ? valueOf(metric, champion) : undefined
  const interval = isRelative ? relativeInterval({ ...question, least: asked }, alpha) : pairedInterval(question, alpha)
  const least = base === undefined ? asked : asked * base
  const isSaid = interval.doubt === undefined
  const kind = verdictOf({ keeps: interval.lower > least, breaks: interval.upper < least, isSaid })
  const units = unitsOf(metric, candidate)
  const compared = { ...question, least, isRelative, asked, interval }
  const needed = kind === 'inconclusive' ? moreRowsNeeded(compared) : undefined
  const reach = reachOf({ least, alpha }, interval)
  // Inside, higher is better; outside, a difference has the metric's own sign.
  const way = metric.direction === 'higher' ? 1 : -1
  const [low, high] = way === 1 ? [interval.lower, interval.upper] : [-interval.upper, -interval.lower]
  return {
    criterion: comparisonText(metric, asked, isRelative),
    ...named(metric),
    kind,
    isRequired,
    ...known({
      candidate: valueOf(metric, candidate),
      champion: valueOf(metric, champion),
      difference: way * interval.estimate,
    }),
    ...finiteInterval(low, high, alpha),
    ...known({
      margin: Math.max(0, -least),
      relative: isRelative ? Math.abs(asked) : undefined,
      pValue: comparisonPValue(compared),
      detectable: reach && way * reach.detectable,
      power: asked < 0 ? reach?.power : undefined,
    }),
    ...standsOn(units),
    ...(needed === undefined ? {} : { needed }),
    sentence: withUnits(pairedSentence({ metric, interval, kind, asked, base, needed }), units, needed),
  }
}

/** The metric that would prove a bound with a power of 80 %; none where no model can have it. */
function detectableBound(
  { limit, way, range }: { limit: number; way: number; range: Metric['range'] },
  reach: ReturnType<typeof reachOf>,
): number | undefined {
  if (reach === undefined) return undefined
  const value = limit + way * reach.detectable
  return value >= range.lower && value <= range.upper ? value : undefined
}

/** A metric's name, and which way is better where the name alone does not say it. */
function named({ name, direction }: Metric): Pick<CriterionResult, 'metric' | 'direction'> {
  return name in metrics ? { metric: name } : { metric: name, direction }
}

type Numbers = Pick<
  CriterionResult,
  'candidate' | 'champion' | 'difference' | 'margin' | 'relative' | 'pValue' | 'detectable' | 'power'
>

/** The numbers of a result that are defined: JSON has no NaN. */
function known(numbers: { readonly [Name in keyof Numbers]: number | undefined }): Numbers {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value)))
}

function finiteInterval(low: number, high: number, alpha: number): Pick<CriterionResult, 'interval'> {
  return Number.isFinite(low) && Number.isFinite(high) ? { interval: { low, high, level: 1 - 2 * alpha } } : {}
}

function verdictOf(facts: { keeps: boolean; breaks: boolean; isSaid: boolean }): CriterionResult['kind'] {
  if (!facts.isSaid) return 'inconclusive'
  if (facts.keeps) return 'pass'
  return facts.breaks ? 'fail' : 'inconclusive'
}
