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
  /** `logLoss ≤ 0.4`, `accuracy not worse by ≥ 0.005`: how the criteria file means it. */
  readonly criterion: string
  readonly metric: string
  /** Which way the metric is better, where that does not follow from its name: a metric of one's own, or one with a number of places. */
  readonly direction?: 'higher' | 'lower'
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
  /** The share of the champion's metric that `margin` (or what is asked beyond it) is, where the criteria ask for a share. */
  readonly relative?: number
  readonly bound?: number
  /** The estimate alone decided, at no stated error rate. */
  readonly mode?: 'point'
  /** One-sided, of the contrary of what is asked: below alpha exactly where that is proven. */
  readonly pValue?: number
  /**
   * What these rows would prove with a probability of 80 %: the smallest true difference of a comparison, the metric of a bound.
   */
  readonly detectable?: number
  /** The probability with which an equally good candidate would be proven non-inferior on these rows. */
  readonly power?: number
  /** Rows that the decision stands on, or queries where `unit` says so. */
  readonly n: number
  /** What `n` and `needed` count; rows where it is left out. */
  readonly unit?: 'query'
  /** In how many clusters of rows that depend on each other. */
  readonly clusters?: number
  /** How many independent rows (or queries) of equal weight they are worth, where they have weights or clusters. */
  readonly effective?: number
  /** Rows (or queries) that would decide, for an inconclusive criterion. */
  readonly needed?: number
  /** One plain sentence. */
  readonly sentence: string
}

/** What is said of one slice of the rows. Differences are candidate minus champion, in the metric's own unit. */
export interface SliceResult {
  /** `country = DE`, `18 ≤ age < 65`. */
  readonly slice: string
  readonly metric: string
  readonly kind: 'harmed' | 'no harm shown' | 'proven' | 'inconclusive'
  /** Harm of a slice that is not required is reported and does not decide. */
  readonly isRequired: boolean
  readonly n: number
  /** What `n` and `needed` count; rows where it is left out. */
  readonly unit?: 'query'
  /** Rows of this slice that would decide, where it is inconclusive and that can be said. */
  readonly needed?: number
  /** How much worse the candidate may be. */
  readonly margin: number
  /** These are left out where the slice says too little. */
  readonly candidate?: number
  readonly champion?: number
  readonly difference?: number
  /** Of the difference, for this slice alone. */
  readonly interval?: Interval
  /** Of harm, after Holm over all slices and metrics. */
  readonly pValue?: number
}

/** All slices that the gate looked at. */
export interface SliceVerdict {
  /** The probability at most that a candidate which harms no slice is said to harm one. */
  readonly alpha: number
  /** Sorted by harm, the surest first. */
  readonly results: readonly SliceResult[]
  /**
   * Of how many slices nothing is shown: they have fewer than ten rows, which is inconclusive, or what is shown of them would tell of
   * one that has.
   */
  readonly hidden: number
}

/** One group of rows, with the rate that is compared with that of other groups. */
export interface FairnessGroup {
  /** `sex = f`. */
  readonly group: string
  /** Rows that the rate counts. */
  readonly n: number
  /** The candidate's. */
  readonly rate: number
  /** Of the candidate's rate, for this group alone. */
  readonly interval?: Interval
  /** The champion's. */
  readonly champion?: number
  /** False where the group has too few rows to be compared. */
  readonly hasEnough: boolean
}

/** The groups of one entry of the criteria's `fairness`, by ascending rate; the verdict on them stands in the results. */
export interface FairnessResult {
  readonly metric: string
  /** `sex`. */
  readonly by: string
  readonly isRequired: boolean
  readonly groups: readonly FairnessGroup[]
  /** Of how many groups nothing is shown: fewer than ten rows count, or what is shown would tell of such a group. */
  readonly hidden: number
}

/** What the gate says, with all its reasons. */
export interface Verdict {
  readonly kind: Exclude<VerdictKind, 'error'>
  readonly results: readonly CriterionResult[]
  /** Where the criteria ask for slices and there is a champion. */
  readonly slices?: SliceVerdict
  /** Where the criteria ask for fairness: the groups that are compared. */
  readonly fairness?: readonly FairnessResult[]
  /** True when there was no champion, so that only absolute criteria decided. */
  readonly isUncompared: boolean
  /** One plain sentence first, then one per criterion that failed or could not decide. */
  readonly reasons: readonly string[]
  /** What of both models could not be compared, since nobody wrote it down: a plain sentence each. It decides nothing. */
  readonly unchecked?: readonly string[]
  /** The largest number of rows that an inconclusive required criterion needs. */
  readonly needed?: number
}
