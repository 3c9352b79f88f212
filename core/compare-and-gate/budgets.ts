import type { CriterionResult } from '../records/verdict.ts'
import type { Criteria } from './criteria.ts'
import type { Facts } from './facts.ts'

/** Compares the size of the candidate's files with the budget. It is known exactly, so that nothing is ever inconclusive. */
export function judgeBudgets({ budgets }: Criteria, { modelSizeBytes, labels }: Facts): readonly CriterionResult[] {
  const most = budgets?.modelSizeBytes
  if (most === undefined || modelSizeBytes === undefined) return []
  const [size, bound] = [modelSizeBytes, most].map((bytes) => bytes.toLocaleString('en-US'))
  const isKept = modelSizeBytes <= most
  return [
    {
      criterion: `modelSizeBytes ≤ ${most}`,
      metric: 'modelSizeBytes',
      kind: isKept ? 'pass' : 'fail',
      isRequired: true,
      candidate: modelSizeBytes,
      bound: most,
      n: labels.length,
      sentence: `The candidate’s files have ${size} bytes, ${isKept ? 'and' : 'but'} at most ${bound} are asked.`,
    },
  ]
}
