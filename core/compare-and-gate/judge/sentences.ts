import type { CriterionResult } from '../../records/verdict.ts'
import type { Interval } from '../../stats/interval.ts'
import type { Metric } from '../../stats/metrics.ts'
import { between, signed, significant, undecided } from '../words.ts'

interface AbsoluteWords {
  readonly metric: Metric
  readonly interval: Interval
  readonly kind: CriterionResult['kind']
  readonly sign: string
  readonly limit: number
  readonly needed: number | undefined
  readonly isPoint: boolean
}

/** One plain sentence about a bound. */
export function absoluteSentence(words: AbsoluteWords): string {
  const { metric, interval, kind, sign, limit, needed } = words
  const { estimate, doubt } = interval
  const { unit } = metric
  const shown = `${metric.title} is ${significant(estimate)}${between('', interval)}`
  const asked = `${sign === '≤' ? 'at most' : 'at least'} ${limit}`
  const how = words.isPoint ? ' by the point estimate, with no stated error rate' : ''
  if (kind === 'pass') return `${shown}, and ${asked} is asked${how}.`
  if (kind === 'fail') return `${shown}, but ${asked} is asked${how}.`
  return `${shown}: ${undecided(asked, { doubt, needed, unit })}.`
}

interface PairedWords {
  readonly metric: Metric
  readonly interval: Interval
  readonly kind: CriterionResult['kind']
  /** What is asked: in the metric's unit, or as a share of the champion's. */
  readonly asked: number
  /** The champion's metric where shares of it are asked. */
  readonly base: number | undefined
  readonly needed: number | undefined
}

/** One plain sentence about a comparison. */
export function pairedSentence({ metric, interval, kind, asked, base, needed }: PairedWords): string {
  const { estimate, doubt } = interval
  const { unit } = metric
  const by = base === undefined ? significant : (value: number) => `${significant((100 * value) / base)} %`
  const bySigned =
    base === undefined ? signed : (value: number) => `${value > 0 ? '+' : ''}${significant((100 * value) / base)} %`
  const how = Number.isNaN(estimate)
    ? 'not comparable with'
    : estimate === 0
      ? 'the same as'
      : `${by(Math.abs(estimate))} ${estimate > 0 ? 'better' : 'worse'} than`
  const shown = `${metric.title} is ${how} the champion’s${between('improvement ', interval, bySigned)}`
  const margin = amount(Math.abs(asked), base !== undefined)
  if (asked < 0) {
    if (kind === 'pass') return `${shown}: not worse by ${margin} or more.`
    if (kind === 'fail') return `${shown}: worse by more than ${margin}.`
    return `${shown}: ${undecided(`worse by ${margin} or more`, { doubt, needed, unit })}.`
  }
  const better = asked === 0 ? 'better' : `better by more than ${margin}`
  if (kind === 'pass') return `${shown}: really ${better}.`
  return kind === 'fail' ? `${shown}: not ${better}.` : `${shown}: ${undecided(better, { doubt, needed, unit })}.`
}

/** What a comparison asks, as results and plans name it. */
export function comparisonText({ name }: Pick<Metric, 'name'>, asked: number, isRelative: boolean): string {
  const margin = amount(Math.abs(asked), isRelative)
  return asked > 0 || Object.is(asked, 0) ? `${name} better by > ${margin}` : `${name} not worse by ≥ ${margin}`
}

/** `0.02`, or `2 %` where a share of the champion's is meant. */
export function amount(value: number, isRelative: boolean): string {
  return isRelative ? `${Number((100 * value).toPrecision(12))} %` : String(value)
}
