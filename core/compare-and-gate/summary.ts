import { code, plain, table } from '../main/markdown.ts'
import { shortDigest } from '../records/digest.ts'
import type { GatePredicate } from '../records/evidence.ts'
import type { CriterionResult, Verdict } from '../records/verdict.ts'
import { signed, significant } from './words.ts'

const marks = { pass: '✅ pass', fail: '❌ fail', inconclusive: '❔ inconclusive' } as const

/** The page about a gate: the verdict in one plain sentence, then a row for each criterion, then what it stands on. */
export function summaryOf(gate: GatePredicate): string {
  const { verdict, candidate, champion, data, criteria } = gate
  const against = champion === undefined ? 'no champion' : code(champion.reference)
  return [
    `### ${marks[verdict.kind]}: ${code(candidate)} against ${against}`,
    '',
    ...(verdict.isUncompared
      ? ['> ⚠️ Nothing was compared: there is no other champion. Absolute criteria alone decided.', '']
      : []),
    ...verdict.reasons.map((reason) => `${plain(reason)}\n`),
    table(['criterion', 'candidate', 'champion', 'difference', 'interval', 'verdict'], verdict.results.map(row)),
    '',
    `${data.rows.toLocaleString('en-US')} rows of ${code(data.file)} (${code(shortDigest(data.digest))}), criteria ${code(criteria.file)} (${code(shortDigest(criteria.digest))}).`,
    ...neededLine(verdict),
    '',
  ].join('\n')
}

function row(result: CriterionResult): readonly string[] {
  const { criterion, candidate, champion, difference, interval, kind, isRequired } = result
  const level = interval === undefined ? '' : ` (${Math.round(interval.level * 100)} %)`
  return [
    `${plain(criterion)}${isRequired ? '' : ' *(informative)*'}`,
    candidate === undefined ? '' : significant(candidate),
    champion === undefined ? '' : significant(champion),
    difference === undefined ? '' : signed(difference),
    interval === undefined ? '' : `${significant(interval.low)} … ${significant(interval.high)}${level}`,
    marks[kind],
  ]
}

function neededLine(verdict: Verdict): readonly string[] {
  return verdict.needed === undefined
    ? []
    : ['', `To decide, judge on n ≥ ${verdict.needed.toLocaleString('en-US')} rows.`]
}
