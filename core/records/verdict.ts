/** Every verdict. `error` is for a question that could not be asked. */
export const verdicts = ['pass', 'fail', 'inconclusive', 'error'] as const
export type VerdictKind = (typeof verdicts)[number]

/** An interval with finite bounds and its two-sided confidence level. */
export interface Interval {
  readonly low: number
  readonly high: number
  readonly level: number
}

/** The judgement on one criterion. Differences are candidate minus champion, in the metric's own unit. */
export interface CriterionResult {
  /** `logLoss ≤ 0.4`, `accuracy non-inferior within 0.005`: how the criteria file means it. */
  readonly criterion: string
  readonly metric: string
  readonly kind: 'pass' | 'fail' | 'inconclusive'
  /** An informative criterion is reported and does not decide. */
  readonly isRequired: boolean
  /** Left out where the criterion is about no number. */
  readonly candidate?: number
  readonly champion?: number
  readonly difference?: number
  /** Of the difference for a comparison, of the candidate's metric for a bound; left out where the data says nothing. */
  readonly interval?: Interval
  readonly margin?: number
  readonly bound?: number
  /** Rows that the decision stands on. */
  readonly n: number
  /** Rows that would decide, for an inconclusive criterion. */
  readonly needed?: number
  /** One plain sentence. */
  readonly sentence: string
}

/** What the gate says, with all its reasons. */
export interface Verdict {
  readonly kind: Exclude<VerdictKind, 'error'>
  readonly results: readonly CriterionResult[]
  /** True when there was no champion, so that only absolute criteria decided. */
  readonly isUncompared: boolean
  /** One plain sentence first, then one per criterion that failed or could not decide. */
  readonly reasons: readonly string[]
  /** The largest number of rows that an inconclusive required criterion needs. */
  readonly needed?: number
}
