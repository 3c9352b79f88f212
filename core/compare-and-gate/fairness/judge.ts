import type { CriterionResult, FairnessResult } from '../../records/verdict.ts'
import type { Interval } from '../../stats/interval.ts'
import type { Criteria } from '../criteria.ts'
import type { Facts } from '../facts.ts'
import { alphaOf } from '../reuse/judge.ts'
import { divisionName } from '../slices/read.ts'
import { gapInterval, increaseInterval } from './gap.ts'
import { type Group, groupsOf } from './groups.ts'
import { type Both, groupInterval, type Whole } from './intervals.ts'
import { gapRowsNeeded, increaseRowsNeeded } from './needed.ts'
import { type Rate, rates } from './rates.ts'
import type { Fairness } from './shape.ts'
import { gapSentence, increaseSentence, type Judged } from './words.ts'

/** What is said of gaps between groups: up to two results for each entry of the criteria, and the groups of each. */
export interface FairnessJudged {
  readonly results: readonly CriterionResult[]
  readonly fairness?: readonly FairnessResult[]
}

/**
 * Judges how far apart the rates of groups lie, alone and against the champion. Pure.
 *
 * A gap is proven to be small when that is proven of every pair of groups, at alpha each: an intersection-union test, so
 * that a candidate with a gap of the bound or more in any pair passes with a probability of at most alpha. It is broken when it
 * is of one pair, at alpha divided by the number of pairs (Bonferroni).
 *
 * @throws RangeError when a model did not predict classes.
 */
export function judgeFairness(criteria: Criteria, facts: Facts): FairnessJudged {
  const { fairness: entries = [] } = criteria
  if (entries.length === 0) return { results: [] }
  const { labels, weights, clusters } = facts
  const whole = { rows: labels.length, units: { weights, clusters } }
  const alpha = alphaOf(criteria, facts)
  const all = groupsOf(entries, facts)
  const judged = entries.map((entry, at) => {
    const asked = { entry, rate: rates[entry.metric], groups: all[at] ?? [], whole, alpha }
    return { results: [...judgeGap(asked), ...judgeIncrease(asked)], told: toldOf(asked) }
  })
  return { results: judged.flatMap(({ results }) => results), fairness: judged.map(({ told }) => told) }
}

interface Asked {
  readonly entry: Fairness
  readonly rate: Rate
  readonly groups: readonly Group[]
  readonly whole: Whole
  readonly alpha: number
}

/** A group with enough rows that count. */
type Enough = Group & Both

function judgeGap({ entry, rate, groups, whole, alpha }: Asked): readonly CriterionResult[] {
  const { maxGap: most, minRows } = entry
  if (most === undefined) return []
  const enough = groups.filter(({ candidate }) => candidate.rows.length >= minRows)
  const pairs = pairsOf(enough)
  const alphas = { lower: alpha / Math.max(1, pairs.length), upper: alpha }
  const intervals = pairs.map(([one, other]) => ({
    groups: [one, other] as const,
    interval: gapInterval([one.candidate, other.candidate], whole, alphas),
  }))
  const small = groups.length - enough.length
  const judged = judge({ entry, most, alpha, small, intervals })
  const needed = gapRowsNeeded({ most, alpha, whole, pairs: pairs.map((pair) => pair.map((one) => one.candidate)) })
  const facts = { ...judged, ...(judged.kind === 'inconclusive' && needed !== undefined && { needed }) }
  return [
    {
      criterion: `${entry.metric} gap between groups of ${divisionName(entry.groups)} ≤ ${most}`,
      ...shared(entry, facts, { whole, alpha }),
      ...(judged.widest && { candidate: judged.widest.interval.estimate }),
      bound: most,
      sentence: gapSentence({ rate, entry, most, ...facts }),
    },
  ]
}

function judgeIncrease({ entry, rate, groups, whole, alpha }: Asked): readonly CriterionResult[] {
  const { maxGapIncrease: most, minRows } = entry
  const hasEnough = (group: Group): group is Enough =>
    group.champion !== undefined && Math.min(group.candidate.rows.length, group.champion.rows.length) >= minRows
  // Without a champion there is nothing to be compared with, and nothing is said.
  if (most === undefined || groups.every(({ champion }) => champion === undefined)) return []
  const enough = groups.filter(hasEnough)
  const pairs = pairsOf(enough)
  const alphas = { lower: alpha / Math.max(1, pairs.length), upper: alpha }
  const intervals = pairs.map((pair) => ({ groups: pair, interval: increaseInterval(rate, pair, { whole, alphas }) }))
  const judged = judge({ entry, most, alpha, small: groups.length - enough.length, intervals })
  const needed = increaseRowsNeeded({ most, alpha, whole, intervals: intervals.map(({ interval }) => interval) })
  const facts = { ...judged, ...(judged.kind === 'inconclusive' && needed !== undefined && { needed }) }
  return [
    {
      criterion: `${entry.metric} gap increase between groups of ${divisionName(entry.groups)} ≤ ${most}`,
      ...shared(entry, facts, { whole, alpha }),
      ...(judged.widest && { difference: judged.widest.interval.estimate }),
      bound: most,
      sentence: increaseSentence({ rate, entry, most, ...facts }),
    },
  ]
}

function pairsOf<G>(groups: readonly G[]): readonly (readonly [G, G])[] {
  return groups.flatMap((one, at) => groups.slice(at + 1).map((other) => [one, other] as const))
}

interface Question {
  readonly entry: Fairness
  readonly most: number
  readonly alpha: number
  /** How many groups have too few rows that count. */
  readonly small: number
  readonly intervals: readonly { readonly groups: readonly [Group, Group]; readonly interval: Interval }[]
}

/** From the intervals of all pairs to that of the largest of them, and to a verdict. */
function judge({ entry, most, small, intervals }: Question): Judged {
  const [widest] = intervals.toSorted((a, b) => b.interval.estimate - a.interval.estimate)
  const surely = intervals.filter(({ interval }) => interval.doubt === undefined)
  const low = Math.max(...surely.map(({ interval }) => interval.lower))
  const high = Math.max(...intervals.map(({ interval }) => interval.upper))
  const isDoubted = surely.length < intervals.length
  const keeps = intervals.length > 0 && !isDoubted && high < most && (small === 0 || entry.onInconclusive === 'warn')
  const kind = low > most ? 'fail' : keeps ? 'pass' : 'inconclusive'
  const isFailed = kind === 'inconclusive' && entry.onInconclusive === 'fail'
  return {
    kind: isFailed ? 'fail' : kind,
    isLetFail: isFailed,
    small,
    widest,
    ...(intervals.length > 0 && !isDoubted && { bounds: { low, high } }),
  }
}

function shared(
  { metric, required }: Fairness,
  { kind, bounds, needed }: Judged & { readonly needed?: number },
  { whole, alpha }: Pick<Asked, 'whole' | 'alpha'>,
): Pick<CriterionResult, 'metric' | 'kind' | 'isRequired' | 'interval' | 'n' | 'needed'> {
  return {
    metric: `${metric} gap`,
    kind,
    isRequired: required,
    ...(bounds && { interval: { ...bounds, level: 1 - 2 * alpha } }),
    n: whole.rows,
    ...(needed !== undefined && { needed }),
  }
}

function toldOf({ entry, groups, whole, alpha }: Asked): FairnessResult {
  const told = groups.flatMap(({ name, candidate, champion, isHidden }) => {
    if (isHidden) return []
    const { lower: low, upper: high, doubt } = groupInterval(candidate, whole, alpha)
    return [
      {
        group: name,
        n: candidate.rows.length,
        rate: candidate.value,
        ...(doubt === undefined && { interval: { low, high, level: 1 - 2 * alpha } }),
        ...(champion && Number.isFinite(champion.value) && { champion: champion.value }),
        hasEnough: candidate.rows.length >= entry.minRows,
      },
    ]
  })
  return {
    metric: entry.metric,
    by: divisionName(entry.groups),
    isRequired: entry.required,
    groups: told.toSorted((a, b) => a.rate - b.rate),
    hidden: groups.length - told.length,
  }
}
