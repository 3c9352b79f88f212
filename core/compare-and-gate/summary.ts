import { code, plain, table } from '../main/markdown.ts'
import { counted } from '../main/words.ts'
import { shortDigest } from '../records/digest.ts'
import type { GatePredicate } from '../records/evidence.ts'
import type { CriterionResult, Verdict } from '../records/verdict.ts'
import { fairnessSummary } from './fairness/summary.ts'
import { slicesSummary } from './slices/summary.ts'
import { percent, signed, significant } from './words.ts'

const marks = { pass: '✅ pass', fail: '❌ fail', inconclusive: '❔ inconclusive' } as const

/** The page about a gate: the verdict in one plain sentence and why, then a row for each criterion, then what it stands on. */
export function summaryOf(gate: GatePredicate): string {
  const { verdict, data, criteria, forced, reuse } = gate
  const [opening = '', ...why] = verdict.reasons
  const loudly = '> ⚠️ **Nothing was compared: there is no other champion.** Absolute criteria alone decided.'
  const parts = [
    `### ${marks[verdict.kind]}: ${headline(gate)}`,
    verdict.isUncompared ? loudly : '',
    forced === undefined ? '' : `> ⚠️ **Let through by force**, though it did not pass: ${plain(forced.reason)}`,
    plain(opening),
    why.map((reason) => `- ${plain(reason)}`).join('\n'),
    neededLine(verdict, data.rows),
    table(['criterion', 'candidate', 'champion', 'difference', 'between', 'verdict'], verdict.results.map(row)),
    'A criterion is proven when the whole interval (“between”) keeps it, and fails when the whole interval breaks it.',
    verdict.slices === undefined ? '' : slicesSummary(verdict.slices),
    verdict.fairness === undefined ? '' : fairnessSummary(verdict.fairness),
    `${counted(data.rows, 'row')} of ${code(data.file)} (${code(shortDigest(data.digest))}), criteria ${code(criteria.file)} (${code(shortDigest(criteria.digest))}).`,
    reuse === undefined || verdict.reasons.includes(reuse.sentence) ? '' : plain(reuse.sentence),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** The page about a question that could not be asked. */
export function unaskedSummary(candidate: string): string {
  return `### ⚠️ ${code(candidate)} was not judged\n\nThe question could not be asked; the error of the step says why. This is no pass.\n`
}

function headline({ verdict, candidate, champion }: GatePredicate): string {
  const one = code(candidate)
  if (champion === undefined) {
    if (verdict.kind === 'pass') return `${one} is good enough`
    return verdict.kind === 'fail' ? `${one} is not good enough` : `nobody can say yet whether ${one} is good enough`
  }
  const other = code(champion.reference)
  if (verdict.kind === 'pass') return `${one} may take the place of ${other}`
  if (verdict.kind === 'fail') return `${one} must not take the place of ${other}`
  return `nobody can say yet whether ${one} may take the place of ${other}`
}

function row(result: CriterionResult): readonly string[] {
  const { criterion, candidate, champion, difference, interval, kind, isRequired } = result
  const level = interval === undefined ? '' : ` (${percent(interval.level)})`
  return [
    `${plain(criterion)}${isRequired ? '' : ' *(informative)*'}`,
    candidate === undefined ? '' : significant(candidate),
    champion === undefined ? '' : significant(champion),
    difference === undefined ? '' : signed(difference),
    interval === undefined ? '' : `${significant(interval.low)} … ${significant(interval.high)}${level}`,
    marks[kind],
  ]
}

function neededLine({ needed }: Verdict, rows: number): string {
  if (needed === undefined) return ''
  const [most, now] = [needed, rows].map((n) => n.toLocaleString('en-US'))
  return `**To decide, judge on n ≥ ${most} rows** (these were ${now}).`
}
