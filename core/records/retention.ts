/** What can make a run stay whatever its age: that a version which it became has this. */
export const keepRules = ['registered', 'tagged', 'aliased', 'deployed'] as const
export type KeepRule = (typeof keepRules)[number]

/** Which runs keep their files. A rule that is left out lets nothing go. */
export interface RetentionRules {
  /** The newest runs of each model stay. */
  readonly runs?: number
  /** Runs that failed, were cancelled or are lost go after this time, and do not count among the newest. */
  readonly failedAfterMs?: number
  /** What became such a version stays: one that is not deleted and, now or ever, was tagged, named by an alias, or live. */
  readonly keep: readonly KeepRule[]
}

/** A run and the reason why it goes or stays, as words that end a sentence. */
export interface RetentionDecision {
  readonly run: string
  readonly model: string
  readonly why: string
}

/** What rules come to. Runs whose files went before are not in it. */
export interface RetentionPlan {
  readonly goes: readonly RetentionDecision[]
  readonly stays: readonly RetentionDecision[]
}
