import { code, plain, table } from '../main/markdown.ts'
import { counted } from '../main/words.ts'
import { shortDigest } from '../records/digest.ts'
import type { GatePredicate } from '../records/evidence.ts'
import type { CriterionResult } from '../records/verdict.ts'
import { fairnessSummary } from './fairness/summary.ts'
import { uncomparedWords } from './decide.ts'
import { changeOf, headlineOf } from './headline.ts'
import { inconclusiveSentence } from './inconclusive.ts'
import { evaluatedBy } from './predictions/words.ts'
import { shapeSummary } from './shape/summary.ts'
import { countedUnits } from './units.ts'
import { slicesSummary } from './slices/summary.ts'
import { percent, signed, significant } from './words.ts'

const marks = { pass: '✅ pass', fail: '❌ fail', inconclusive: '❔ inconclusive' } as const

/** The page about a gate: the verdict in one plain sentence and why, then a row for each criterion, then what it stands on. */
export function summaryOf(gate: GatePredicate): string {
  const { verdict, data, criteria, forced, onInconclusive, reuse, shape } = gate
  const change = changeOf(gate)
  const [opening = '', ...why] = verdict.reasons
  const loudly = '> ⚠️ **Nothing was compared: there is no other champion.** Absolute criteria alone decided.'
  const parts = [
    `### ${marks[verdict.kind]}: ${headlineOf(gate, code)}`,
    verdict.isUncompared ? loudly : '',
    forced === undefined ? '' : `> ⚠️ **Let through by force**, though it did not pass: ${plain(forced.reason)}`,
    // The warning above says the rest.
    plain(opening.replace(uncomparedWords, '')),
    why.map((reason) => `- ${plain(reason)}`).join('\n'),
    change === undefined ? '' : `**What would change it:** ${change}`,
    onInconclusive === undefined ? '' : plain(inconclusiveSentence(onInconclusive)),
    resultsTable(verdict.results),
    '“Between” says where the true value very probably lies. A criterion passes when all of that keeps it, and fails when none does.',
    verdict.slices === undefined ? '' : slicesSummary(verdict.slices),
    verdict.fairness === undefined ? '' : fairnessSummary(verdict.fairness),
    shape === undefined ? '' : shapeSummary(shape, { candidate: gate.candidate, champion: gate.champion?.reference }),
    `${counted(data.rows, 'row')} of ${code(data.file)} (${code(shortDigest(data.digest))})${unitsLine(data)}, criteria ${code(criteria.file)} (${code(shortDigest(criteria.digest))}).`,
    ...(verdict.unchecked ?? []).map(plain),
    plain(evaluatedBy(gate) ?? ''),
    reuse === undefined || verdict.reasons.includes(reuse.sentence) ? '' : plain(reuse.sentence),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** The page about a question that could not be asked. */
export function unaskedSummary(candidate: string): string {
  return `### ⚠️ ${code(candidate)} was not judged\n\nThe question could not be asked; the error of the step says why. This is no pass.\n`
}

function resultsTable(results: readonly CriterionResult[]): string {
  const isOpen = results.some(({ needed }) => needed !== undefined)
  const heads = ['criterion', 'candidate', 'champion', 'difference', 'between', 'verdict']
  return table(
    isOpen ? [...heads, 'rows to decide'] : heads,
    results.map((result) => row(result, isOpen)),
  )
}

function row(result: CriterionResult, isOpen: boolean): readonly string[] {
  const { criterion, candidate, champion, difference, interval, kind, isRequired, needed, unit } = result
  const level = interval === undefined ? '' : ` (${percent(interval.level)})`
  return [
    `${plain(criterion)}${isRequired ? '' : ' *(informative)*'}`,
    candidate === undefined ? '' : significant(candidate),
    champion === undefined ? '' : significant(champion),
    difference === undefined ? '' : signed(difference),
    interval === undefined ? '' : `${significant(interval.low)} … ${significant(interval.high)}${level}`,
    marks[kind],
    ...(isOpen
      ? [needed === undefined ? '' : unit === 'query' ? countedUnits(needed, unit) : needed.toLocaleString('en-US')]
      : []),
  ]
}

function unitsLine({ cluster, weight }: GatePredicate['data']): string {
  const by = cluster && ` in ${counted(cluster.clusters, 'cluster')} by ${code(cluster.column)}`
  return `${by ?? ''}${weight === undefined ? '' : `, weighted by ${code(weight)}`}`
}
