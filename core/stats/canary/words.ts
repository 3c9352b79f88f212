import type { ErrorWatch } from './error-watch.ts'
import type { ErrorPolicy } from './policy.ts'
import type { CanaryVerdict, Needs, Ruling } from './verdict.ts'

type Facts = Pick<CanaryVerdict, 'canary' | 'stable' | 'ratio' | 'interval' | 'dispersion' | 'needs'>

interface Background {
  readonly policy: ErrorPolicy
  readonly watch: ErrorWatch
  readonly obstacles: readonly string[]
}

/** A ruling in plain sentences: what is to be done and why, the counts, and what is missing. */
export function reasonsOf(ruling: Ruling, facts: Facts, { policy, watch, obstacles }: Background): readonly string[] {
  const isPromotable = watch.promotedBy !== undefined
  return [
    rulingSentence(ruling, policy, watch),
    ...countSentences(facts),
    ...burstSentence(facts.dispersion),
    ...obstacles,
    ...(facts.needs === undefined || isPromotable ? [] : [needSentence(facts.needs)]),
  ]
}

function rulingSentence(ruling: Ruling, policy: ErrorPolicy, watch: ErrorWatch): string {
  switch (ruling.kind) {
    case 'continue':
      return continueSentence(watch)
    case 'rollback':
      return rollbackSentence(ruling.by, policy)
    case 'promote':
      return promoteSentence(ruling.by, policy)
    case 'inconclusive':
      return ruling.by === 'no-traffic'
        ? 'The deadline has passed and there is nothing to compare: no stretch of time has requests on both sides.'
        : 'The deadline has passed and the evidence proves neither harm nor safety.'
    case 'invalid':
      return invalidSentence(watch)
  }
}

function continueSentence({ isComparable, promotedBy }: ErrorWatch): string {
  if (!isComparable) return 'There is nothing to compare yet: no stretch of time has requests on both sides.'
  return promotedBy === undefined
    ? 'The evidence decides nothing yet.'
    : 'The evidence is enough to promote the canary, and something else is missing.'
}

function rollbackSentence(by: 'fast' | 'anytime' | 'deadline', { fast, anytime, deadline }: ErrorPolicy): string {
  if (by === 'fast')
    return `The canary fails more than ${number(fast.ratio)} times as often as stable (alpha ${fast.alpha}).`
  const alpha = by === 'anytime' ? anytime.alpha : deadline.rollbackAlpha
  const more =
    anytime.tolerance === 1
      ? 'more often than stable'
      : `more than ${number(anytime.tolerance)} times as often as stable`
  return `The canary fails ${more} (alpha ${alpha}${by === 'deadline' ? ', test at the deadline' : ''}).`
}

function promoteSentence(by: 'anytime' | 'absolute' | 'deadline', { promote, deadline }: ErrorPolicy): string {
  const alpha =
    by === 'deadline' ? deadline.promoteAlpha : promote.absolute === undefined ? promote.alpha : promote.alpha / 2
  if (by === 'absolute' && promote.absolute !== undefined) {
    return `The canary's error rate is below stable's plus ${percent(promote.absolute)} (alpha ${alpha}).`
  }
  const where = by === 'deadline' ? ', test at the deadline' : ''
  return `The canary fails less than ${number(promote.ratio)} times as often as stable (alpha ${alpha}${where}).`
}

function invalidSentence(watch: ErrorWatch): string {
  const { worst } = watch.sampleRatio
  const shares =
    worst === undefined ? '' : `: configured were ${percent(worst.configured)}, seen were ${percent(worst.seen)}`
  return `The canary's share of the requests is not the configured one${shares}. The two sides cannot be compared.`
}

function countSentences({ canary, stable, ratio, interval }: Facts): readonly string[] {
  if (canary.requests === 0 && stable.requests === 0) return []
  const counts = `The canary failed ${rate(canary)}, stable ${rate(stable)}.`
  if (interval === undefined) return [counts]
  const { lower, upper, level } = interval
  const range = upper === undefined ? `at least ${number(lower)}` : `${number(lower)} to ${number(upper)}`
  const estimate = ratio === undefined ? '' : `${number(ratio)} times as often; `
  return [
    counts,
    `Compared stretch by stretch, the canary fails ${estimate}${range} times with ${percent(level)} confidence.`,
  ]
}

function burstSentence(dispersion: number | undefined): readonly string[] {
  if (dispersion === undefined || dispersion < 1.05) return []
  return [
    `Errors may come in bursts, and as far as they do they prove less: the evidence is divided by ${number(dispersion)}.`,
  ]
}

function needSentence({ errors, requests, seconds }: Needs): string {
  const amount =
    errors === undefined ? `${whole(requests ?? 0)} more requests` : `${whole(errors)} more errors of both sides`
  const time = seconds === undefined ? '' : `, which at this traffic takes about ${duration(seconds)}`
  return `A canary that is as good as stable needs about ${amount} to be promoted${time}.`
}

function rate({ requests, errors }: Facts['canary']): string {
  return `${whole(errors)} of ${whole(requests)} requests${requests === 0 ? '' : ` (${percent(errors / requests)})`}`
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function percent(share: number): string {
  return `${number(100 * share)} %`
}
