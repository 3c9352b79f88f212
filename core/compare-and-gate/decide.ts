import type { CriterionResult, Verdict } from '../records/verdict.ts'
import type { Criteria, Criterion } from './criteria.ts'
import { metricOf } from './metric-of.ts'
import { settingsOf } from './metric-settings.ts'
import { evaluated, type Facts } from './facts.ts'
import { judgeBudgets } from './budgets/judge.ts'
import { judgeColumns } from './columns.ts'
import { judgeFairness } from './fairness/judge.ts'
import { alphaOf, judgeReuse } from './reuse/judge.ts'
import { judgeSlices } from './slices/judge.ts'
import { judgeAbsolute, judgePaired } from './judge.ts'
import { leastOf } from './margin.ts'

/**
 * The gate's decision, from criteria and predictions to a verdict with reasons. Pure.
 *
 * Passes only when every required criterion is proven: an intersection-union test, so that the probability of passing a
 * model that truly violates at least one of them is at most `alpha`, however many there are (R. Berger, Technometrics 24
 * (1982) 295-300). Fails when at least one is disproven; all else is inconclusive.
 *
 * A slice that is shown to be harmed fails like a criterion (see `judgeSlices`). Where the data is used again and again, what is
 * proven is proven at what `facts.reuse` leaves of alpha.
 *
 * @param incompatibilities Ways in which the candidate's signature breaks what callers of the champion rely on.
 * @throws RangeError when a model did not predict what a metric needs, or predicted something that is no number.
 */
export function decide(criteria: Criteria, facts: Facts, incompatibilities: readonly string[] = []): Verdict {
  const judged = criteria.criteria.flatMap((criterion) => judge(criterion, criteria, facts))
  const asked = [
    ...(incompatibilities.length > 0 ? [incompatible(incompatibilities, facts)] : []),
    ...judgeColumns(criteria, facts),
    ...judged,
  ]
  const used = judgeReuse(facts)
  const sliced = judgeSlices(criteria, facts)
  const budgets = judgeBudgets(criteria, facts)
  const fair = judgeFairness(criteria, facts)
  const results = [...asked, ...used.results, ...budgets, ...sliced.results, ...fair.results]
  const required = results.filter((result) => result.isRequired)
  const failed = required.filter((result) => result.kind === 'fail')
  const open = required.filter((result) => result.kind === 'inconclusive')
  const isUncompared = facts.champion === undefined
  // A file that only compares asks nothing of a first model; that is no proof of anything. Neither is
  // harm that is not shown, nor a small file.
  const proven = asked.filter((result) => result.isRequired).length
  const isUnasked = proven === 0
  const kind = failed.length > 0 ? 'fail' : open.length > 0 || isUnasked ? 'inconclusive' : 'pass'
  const needed = Math.max(0, ...open.map((result) => neededRows(result, facts)))
  return {
    kind,
    results,
    isUncompared,
    reasons: [
      opening({ kind, proven, required: required.length, failed: failed.length, open: open.length, isUncompared }),
      ...[...failed, ...open, ...(kind === 'pass' ? [...budgets, ...sliced.results, ...fair.results] : [])].map(
        ({ sentence }) => sentence,
      ),
      ...used.reasons,
    ],
    ...(sliced.slices === undefined ? {} : { slices: sliced.slices }),
    ...(fair.fairness === undefined ? {} : { fairness: fair.fairness }),
    ...(facts.unchecked !== undefined && facts.unchecked.length > 0 ? { unchecked: facts.unchecked } : {}),
    ...(kind === 'inconclusive' && needed > 0 ? { needed } : {}),
  }
}

function judge(criterion: Criterion, criteria: Criteria, facts: Facts): readonly CriterionResult[] {
  const metric = metricOf(criterion)
  const alpha = alphaOf(criteria, facts)
  const settings = settingsOf(criterion, criteria.data.classes)
  const candidate = evaluated(metric, facts, { side: facts.candidate, settings })
  const shared = { metric, candidate, alpha, isRequired: criterion.required }
  const results: CriterionResult[] = []
  if (criterion.absolute !== undefined) results.push(judgeAbsolute({ ...shared, bound: criterion.absolute }))
  if (criterion.vsChampion !== undefined && facts.champion !== undefined) {
    const champion = evaluated(metric, facts, { side: facts.champion, settings })
    results.push(judgePaired({ ...shared, champion, ...leastOf(criterion.vsChampion) }))
  }
  return results
}

/** Rows that would decide, for as many rows of each query as there are now where queries are counted. */
function neededRows({ needed = 0, n, unit }: CriterionResult, { labels }: Facts): number {
  return unit === 'query' && n > 0 ? Math.ceil((needed * labels.length) / n) : needed
}

function incompatible(sentences: readonly string[], facts: Facts): CriterionResult {
  return {
    criterion: 'signature compatible with the champion’s',
    metric: 'signature',
    kind: 'fail',
    isRequired: true,
    n: facts.labels.length,
    sentence: sentences.join(' '),
  }
}

/** How the first reason ends where there is no champion. */
export const uncomparedWords = ' Nothing was compared: there is no other champion, so absolute criteria alone decided.'

interface Counts {
  readonly kind: Verdict['kind']
  /** Required criteria that were asked of all rows together; what is said of slices is no proof. */
  readonly proven: number
  readonly required: number
  readonly failed: number
  readonly open: number
  readonly isUncompared: boolean
}

function opening({ kind, proven, required, failed, open, isUncompared }: Counts): string {
  const uncompared = isUncompared ? uncomparedWords : ''
  if (proven === 0 && failed === 0) return `No required criterion could be asked.${uncompared}`
  if (kind === 'pass')
    return `${proven === 1 ? 'The required criterion is' : `All ${proven} required criteria are`} proven.${uncompared}`
  const of = (count: number) =>
    required === 1 ? 'The required criterion' : `${count} of ${required} required criteria`
  if (kind === 'fail') return `${of(failed)} failed.${uncompared}`
  return `${of(open)} cannot be decided on this data.${uncompared}`
}
