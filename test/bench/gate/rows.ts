import type { Facts, Predictions } from '../../../core/compare-and-gate/facts.ts'
import { type Criteria, criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import { normalDraw, seededRandom } from '../../../core/stats/random.ts'

/** Ten metrics of two classes. */
export const metricNames = [
  'accuracy',
  'precision',
  'recall',
  'f1',
  'mcc',
  'cost',
  'logLoss',
  'brier',
  'auc',
  'prAuc',
] as const

export const sliceCount = 20
export const cost = { '0->1': 1, '1->0': 10 }

/** What both sides say of so many rows, and which slice each row is in. */
export interface Rows extends Required<Pick<Facts, 'labels' | 'slices'>> {
  readonly candidate: Required<Pick<Predictions, 'classes' | 'probabilities'>>
  readonly champion: Required<Pick<Predictions, 'classes' | 'probabilities'>>
  readonly slice: Int32Array
}

/** Rows of two good models, the same for the same number. */
export function makeRows(n: number): Rows {
  const random = seededRandom(5)
  const labels = Float64Array.from({ length: n }, () => (random() < 0.3 ? 1 : 0))
  const slice = Int32Array.from({ length: n }, () => Math.floor(random() * sliceCount))
  const shared = labels.map(() => normalDraw(random))
  const side = (signal: number) => {
    const probabilities = labels.map((label, row) => {
      const score = signal * (label - 0.6) + (shared[row] ?? 0) + 0.5 * normalDraw(random)
      return 1 / (1 + Math.exp(-score))
    })
    return { probabilities, classes: probabilities.map((p) => (p >= 0.5 ? 1 : 0)) }
  }
  const places = Array.from({ length: sliceCount }, (): number[] => [])
  for (const [row, place] of slice.entries()) places[place]?.push(row)
  const cut = { names: places.map((_, place) => `slice = ${place}`), rows: places }
  return {
    labels,
    slice,
    candidate: side(2.2),
    champion: side(2),
    slices: metricNames.map(() => [cut]),
  }
}

/** Every metric alone, against the champion, and on each slice. */
export function makeCriteria(): Criteria {
  const of = (metric: (typeof metricNames)[number]) => (metric === 'cost' ? { metric, cost } : { metric })
  return criteriaShape.parse({
    version: 1,
    data: { file: 'data.csv', id: 'id', label: 'y' },
    criteria: metricNames.map((name) => ({
      ...of(name),
      absolute: ['logLoss', 'brier', 'cost'].includes(name) ? { max: 0.5 } : { min: 0.5 },
      vsChampion: { nonInferior: 0.01 },
    })),
    slices: metricNames.map((name) => ({ by: ['slice'], ...of(name), noHarm: 0.02 })),
  })
}
