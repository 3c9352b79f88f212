import type { CriterionResult } from '../../records/verdict.ts'
import type { Interval } from '../../stats/interval.ts'
import { divisionName } from '../slices/read.ts'
import { significant } from '../words.ts'
import type { Group } from './groups.ts'
import type { Rate } from './rates.ts'
import type { Fairness } from './shape.ts'

/** What all pairs of groups come to. */
export interface Judged {
  readonly kind: CriterionResult['kind']
  /** The criteria let it fail that nobody can say. */
  readonly isLetFail: boolean
  /** How many groups have too few rows that count. */
  readonly small: number
  /** The two groups that seem to lie farthest apart; undefined where there are not two with enough rows. */
  readonly widest: { readonly groups: readonly [Group, Group]; readonly interval: Interval } | undefined
  /** Of the largest gap; left out where a pair says nothing. */
  readonly bounds?: { readonly low: number; readonly high: number }
}

interface Said extends Judged {
  readonly rate: Rate
  readonly entry: Fairness
  /** The bound. */
  readonly most: number
  readonly needed?: number
}

/** One plain sentence about the gap of the candidate. */
export function gapSentence(said: Said): string {
  const { rate, entry, most, widest, kind, bounds } = said
  if (widest === undefined) return nobody(said)
  const groups = `between any two groups of ${divisionName(entry.groups)}`
  const extremes = widest.groups.map((group) => `${significant(group.candidate.value)} ${whereOf(group)}`).join(', ')
  if (kind === 'pass') {
    const high = significant(bounds?.high ?? Number.NaN)
    return `${rate.title} differs by at most ${high} ${groups} (${extremes}), and less than ${most} is asked${smallWords(said)}.`
  }
  const seen = `${rate.title} differs by ${significant(widest.interval.estimate)}${betweenWords(said)} ${groups} (${extremes})`
  if (kind === 'fail' && !said.isLetFail) return `${seen}, but less than ${most} is asked.`
  return `${seen}: too uncertain to say whether it is less than ${most}${smallWords(said)}${endWords(said)}.`
}

/** One plain sentence about the gap of the candidate against that of the champion. */
export function increaseSentence(said: Said): string {
  const { rate, entry, most, widest, kind } = said
  if (widest === undefined) return nobody(said)
  const groups = `two groups of ${divisionName(entry.groups)}`
  const [one, other] = widest.groups
  const gap = (side: 'candidate' | 'champion') =>
    significant(Math.abs((one[side]?.value ?? Number.NaN) - (other[side]?.value ?? Number.NaN)))
  const change = `from ${gap('champion')} for the champion to ${gap('candidate')}, ${whereOf(one)} and ${whereOf(other)}`
  const seen = `In ${rate.title.toLowerCase()}, the gap of ${groups} changed most ${change}${betweenWords(said)}`
  if (kind === 'pass') return `${seen}: no gap grew by ${most} or more${smallWords(said)}.`
  if (kind === 'fail' && !said.isLetFail) return `${seen}: a gap grew by more than ${most}.`
  return `${seen}: too uncertain to say whether it grew by less than ${most}${smallWords(said)}${endWords(said)}.`
}

function nobody({ rate, entry, small, isLetFail }: Said): string {
  const why = isLetFail ? ', and the criteria let that fail' : ''
  return `${rate.title} cannot be compared: there are not two groups of ${divisionName(entry.groups)} with ${entry.minRows} rows that count (${small} have fewer)${why}.`
}

function whereOf({ name, isHidden }: Group): string {
  return isHidden ? 'in a group that is not shown' : `where ${name}`
}

function betweenWords({ bounds }: Said): string {
  return bounds === undefined ? '' : ` (between ${significant(bounds.low)} and ${significant(bounds.high)})`
}

function smallWords({ small, entry }: Said): string {
  if (small === 0) return ''
  return `; ${small} ${small === 1 ? 'group has' : 'groups have'} fewer than ${entry.minRows} rows that count`
}

function endWords({ needed, isLetFail }: Said): string {
  const rows = needed === undefined ? '' : `; needs n ≥ ${needed.toLocaleString('en-US')}`
  return `${rows}${isLetFail ? '; the criteria let that fail' : ''}`
}
