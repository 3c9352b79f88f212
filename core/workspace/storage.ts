import type { RetentionPlan, RetentionRules } from '../records/retention.ts'

/** The bytes of a workspace, and how they are let go. */
export interface Storage {
  /** Which runs rules let go, and why the others stay. */
  plan(rules: RetentionRules): Promise<RetentionPlan>
  /** Records that these runs let their files go; the plan is the one of the newest state. */
  prune(rules: RetentionRules): Promise<RetentionPlan>
  /**
   * Removes files that nothing refers to and that are older. Safe beside everything that others do at the same time; a dry
   * one only looks. `letGo` are runs whose files a dry one takes for let go.
   *
   * @throws ExternalError TY0207 when the trail is broken: then nothing is removed.
   */
  collect(options: {
    readonly olderThanMs: number
    readonly isDry: boolean
    readonly letGo?: readonly string[]
  }): Promise<Collected>
}

/** What was removed, or would be. */
export interface Collected {
  readonly files: number
  readonly bytes: number
  /** Files that stay. */
  readonly stays: number
  /** What else was tidied up, in one sentence each. */
  readonly tidied: readonly string[]
}
