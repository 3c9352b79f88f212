import { type Criteria, criteriaShape } from '../../../core/compare-and-gate/criteria.ts'

/** Criteria of a gate, about accuracy unless told otherwise. */
export function criteriaOf(other: { readonly data?: object; readonly [key: string]: unknown } = {}): Criteria {
  return criteriaShape.parse({
    version: 1,
    criteria: [{ metric: 'accuracy', absolute: { min: 0.5 } }],
    ...other,
    data: { file: 'data.csv', id: 'id', label: 'y', ...other.data },
  })
}
