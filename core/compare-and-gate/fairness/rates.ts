import { weightedMean } from '../../stats/units.ts'

/** What a rate counts, and of which rows, by the class of a row (y) and what is predicted (p), 1 for the positive of two. */
export interface Rate {
  /** As people write it. */
  readonly title: string
  /** Whether it is a rate of the positive one of two classes. */
  readonly isBinary: boolean
  readonly isMember: (y: number, p: number) => boolean
  readonly isHit: (y: number, p: number) => boolean
  /** Whether it is a rate of the same rows whatever a model predicts. */
  readonly hasSameRows: boolean
}

const ofTwo = { isBinary: true, isHit: (_: number, p: number) => p === 1, hasSameRows: true }
const ofAll = { isBinary: false, isMember: () => true, hasSameRows: true }

/** The rates whose gap between groups can be bounded. */
export const rates = {
  truePositiveRate: { ...ofTwo, title: 'True positive rate', isMember: (y) => y === 1 },
  falsePositiveRate: { ...ofTwo, title: 'False positive rate', isMember: (y) => y === 0 },
  selectionRate: { ...ofTwo, title: 'Selection rate', isMember: () => true },
  accuracy: { ...ofAll, title: 'Accuracy', isHit: (y, p) => y === p },
  errorRate: { ...ofAll, title: 'Error rate', isHit: (y, p) => y !== p },
  precision: {
    title: 'Precision',
    isBinary: true,
    isMember: (_, p) => p === 1,
    isHit: (y) => y === 1,
    hasSameRows: false,
  },
} as const satisfies Readonly<Record<string, Rate>>

export type RateName = keyof typeof rates

/** Of some rows, those that count for a rate. */
export interface Counted {
  /** Their places. */
  readonly rows: readonly number[]
  /** 1 for a hit, for each of them. */
  readonly hits: Float64Array
  readonly successes: number
  /** The rate, by the weights of the rows; NaN where none counts. */
  readonly value: number
}

/** The classes of rows, and what a model predicts for them. */
export interface Classified {
  readonly labels: Float64Array
  readonly classes: Float64Array
  readonly weights?: Float64Array | undefined
}

/** What a rate counts among some rows. */
export function count(
  { isMember, isHit }: Rate,
  { labels, classes, weights }: Classified,
  among: Iterable<number>,
): Counted {
  const rows = Array.from(among).filter((row) => isMember(labels[row] ?? Number.NaN, classes[row] ?? Number.NaN))
  const hits = Float64Array.from(rows, (row) => (isHit(labels[row] ?? Number.NaN, classes[row] ?? Number.NaN) ? 1 : 0))
  const successes = hits.reduce((sum, hit) => sum + hit, 0)
  if (weights === undefined || rows.length === 0) return { rows, hits, successes, value: successes / hits.length }
  return {
    rows,
    hits,
    successes,
    value: weightedMean(hits, { weights: rows.map((row) => weights[row] ?? Number.NaN) }),
  }
}
