import type { CriterionResult, FairnessResult } from '../../records/verdict.ts'
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
import { type Apart, seen, weigh } from './weigh.ts'
import { gapSentence, increaseSentence } from './words.ts'

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
  const all = groupsOf(criteria, facts)
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

function judgeGap(asked: Asked): readonly CriterionResult[] {
  const { entry, groups, whole, alpha } = asked
  const { maxGap: most, minRows } = entry
  if (most === undefined) return []
  const enough = groups.filter(({ candidate }) => candidate.rows.length >= minRows)
  const couples = pairsOf(enough)
  const alphas = { lower: alpha / Math.max(1, couples.length), upper: alpha }
  const pairs = couples.map(([one, other]): Apart => {
    return { groups: [one, other], interval: gapInterval([one.candidate, other.candidate], whole, alphas) }
  })
  const small = groups.length - enough.length
  return [resultOf('gap', { ...asked, most, small, pairs, needed: gapRowsNeeded })]
}

function judgeIncrease(asked: Asked): readonly CriterionResult[] {
  const { entry, rate, groups, whole, alpha } = asked
  const { maxGapIncrease: most, minRows } = entry
  const hasEnough = (group: Group): group is Enough =>
    group.champion !== undefined && Math.min(group.candidate.rows.length, group.champion.rows.length) >= minRows
  // Without a champion there is nothing to be compared with, and nothing is said.
  if (most === undefined || groups.every(({ champion }) => champion === undefined)) return []
  const enough = groups.filter(hasEnough)
  const couples = pairsOf(enough)
  const alphas = { lower: alpha / Math.max(1, couples.length), upper: alpha }
  const pairs = couples.map((pair): Apart => {
    return { groups: pair, interval: increaseInterval(rate, pair, { whole, alphas }) }
  })
  const small = groups.length - enough.length
  return [resultOf('gap increase', { ...asked, most, small, pairs, needed: increaseRowsNeeded })]
}

function pairsOf<G>(groups: readonly G[]): readonly (readonly [G, G])[] {
  return groups.flatMap((one, at) => groups.slice(at + 1).map((other) => [one, other] as const))
}

interface Found extends Asked {
  /** The bound. */
  readonly most: number
  /** How many groups have too few rows that count. */
  readonly small: number
  readonly pairs: readonly Apart[]
  readonly needed: typeof gapRowsNeeded
}

function resultOf(what: 'gap' | 'gap increase', found: Found): CriterionResult {
  const { entry, rate, most, small, pairs, whole, alpha } = found
  const weighed = weigh({ entry, most, small, pairs })
  const { kind, bounds, widest } = weighed
  const needed = kind === 'inconclusive' ? found.needed({ most, alpha, whole, pairs: seen(pairs) }) : undefined
  const said = { rate, entry, most, ...weighed, ...(needed !== undefined && { needed }) }
  return {
    criterion: `${entry.metric} ${what} between groups of ${divisionName(entry.groups)} ≤ ${most}`,
    metric: `${entry.metric} gap`,
    kind,
    isRequired: entry.required,
    ...(widest && { [what === 'gap' ? 'candidate' : 'difference']: widest.interval.estimate }),
    ...(bounds && { interval: { ...bounds, level: 1 - 2 * alpha } }),
    bound: most,
    n: whole.rows,
    ...(needed !== undefined && { needed }),
    sentence: what === 'gap' ? gapSentence(said) : increaseSentence(said),
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
