import type { CriterionResult } from '../../records/verdict.ts'
import type { Criteria } from '../criteria.ts'
import type { Facts } from '../facts.ts'
import { exhausted } from './words.ts'

/** The error probability at which anything is proven: what is left of the criteria's alpha for this use of the data. */
export function alphaOf({ alpha }: Pick<Criteria, 'alpha'>, { reuse }: Pick<Facts, 'reuse'>): number {
  return reuse?.alpha ?? alpha
}

/** What the uses of the data do to a verdict: nothing left is inconclusive, and a part of alpha is said in the reasons. */
export function judgeReuse({ reuse, labels }: Pick<Facts, 'reuse' | 'labels'>): {
  readonly results: readonly CriterionResult[]
  readonly reasons: readonly string[]
} {
  if (reuse?.spending === undefined) return { results: [], reasons: [] }
  if (!reuse.spending.isExhausted) return { results: [], reasons: [reuse.sentence] }
  const result: CriterionResult = {
    criterion: 'error probability left on this data',
    metric: 'reuse',
    kind: 'inconclusive',
    isRequired: true,
    n: labels.length,
    sentence: exhausted,
  }
  return { results: [result], reasons: [] }
}
