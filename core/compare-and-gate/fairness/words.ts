import { divisionName } from '../slices/read.ts'
import { significant, wouldTell } from '../words.ts'
import type { Group } from './groups.ts'
import type { Rate } from './rates.ts'
import type { Fairness } from './shape.ts'
import type { Weighed } from './weigh.ts'

interface Said extends Weighed {
  readonly rate: Rate
  readonly entry: Fairness
  /** The bound. */
  readonly most: number
  readonly needed?: number
}

/** One plain sentence about the gap of the candidate. */
export function gapSentence(said: Said): string {
  const { rate, entry, most, widest, kind, bounds } = said
  if (widest === undefined) return untold(said)
  const groups = `between any two groups of ${divisionName(entry.groups)}`
  const extremes = widest.groups.map((group) => `${significant(group.candidate.value)} ${whereOf(group)}`).join(', ')
  if (kind === 'pass') {
    const high = significant(bounds?.high ?? Number.NaN)
    return `${rate.title} differs by at most ${high} ${groups} (${extremes}), and less than ${most} is asked${smallWords(said)}.`
  }
  const seen = `${rate.title} differs by ${significant(widest.interval.estimate)}${betweenWords(said)} ${groups} (${extremes})`
  if (kind === 'fail' && !said.isLetFail) return `${seen}, but less than ${most} is asked${smallWords(said)}.`
  return `${seen}: these rows cannot tell whether it is less than ${most}${endWords(said)}.`
}

/** One plain sentence about the gap of the candidate against that of the champion. */
export function increaseSentence(said: Said): string {
  const { rate, most, widest, kind } = said
  if (widest === undefined) return untold(said)
  const [one, other] = widest.groups
  const gap = (side: 'candidate' | 'champion') =>
    significant(Math.abs((one[side]?.value ?? Number.NaN) - (other[side]?.value ?? Number.NaN)))
  const change = `changed most, from ${gap('champion')} to ${gap('candidate')}${betweenWords(said, 'a change ')}`
  const seen = `Of the gaps in ${rate.title.toLowerCase()}, that between ${one.name} and ${other.name} ${change}`
  if (kind === 'pass') return `${seen}: no gap grew by ${most} or more${smallWords(said)}.`
  if (kind === 'fail' && !said.isLetFail) return `${seen}: a gap grew by more than ${most}${smallWords(said)}.`
  return `${seen}: these rows cannot tell whether it grew by ${most} or more${endWords(said)}.`
}

/** Where there is no pair of groups that may be shown. */
function untold({ rate, entry, small, most, kind, unseen, isLetFail }: Said): string {
  const groups = `groups of ${divisionName(entry.groups)}`
  const why = isLetFail ? ', and the criteria let that fail' : ''
  if (unseen === 0)
    return `${rate.title} cannot be compared: there are not two ${groups} with ${entry.minRows} rows that count (${small} have fewer)${why}.`
  const said = { pass: 'keeps', fail: 'breaks', inconclusive: 'neither surely keeps nor surely breaks' }
  return `${rate.title} ${isLetFail ? said.inconclusive : said[kind]} the bound of ${most} between ${groups} that cannot be shown without telling of fewer than ten rows${why}.`
}

function whereOf({ name }: Group): string {
  return `where ${name}`
}

function betweenWords({ bounds }: Said, what = ''): string {
  return bounds === undefined ? '' : ` (${what}between ${significant(bounds.low)} and ${significant(bounds.high)})`
}

/** What else decides: groups with few rows, and groups of which nothing is shown. */
function smallWords({ small, entry, isDecidedUnseen }: Said): string {
  const few = `; ${small} ${small === 1 ? 'group has' : 'groups have'} fewer than ${entry.minRows} rows that count`
  const unseen = '; groups decide that cannot be shown without telling of fewer than ten rows'
  return `${small === 0 ? '' : few}${isDecidedUnseen ? unseen : ''}`
}

function endWords(said: Said): string {
  const { needed, isLetFail } = said
  return `${wouldTell(needed)}${smallWords(said)}${isLetFail ? '; the criteria let that fail' : ''}`
}
