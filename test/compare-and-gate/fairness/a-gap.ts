import { type Criteria, criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import { decide } from '../../../core/compare-and-gate/decide.ts'
import type { Facts } from '../../../core/compare-and-gate/facts.ts'

export const data = { file: 'x.csv', id: 'id', label: 'y' }
export const floor = [{ metric: 'accuracy', absolute: { min: 0.01 } }]
export const bySex = { metric: 'truePositiveRate', groups: 'sex' }

/** Criteria with these entries of fairness, and one that every model keeps. */
export function criteria(...fairness: readonly object[]): Criteria {
  return criteriaShape.parse({ version: 1, data, criteria: floor, fairness })
}

/** What is said of fairness alone. */
export function judged(asked: Criteria, facts: Facts) {
  const verdict = decide(asked, facts)
  return { verdict, results: verdict.results.slice(1) }
}
