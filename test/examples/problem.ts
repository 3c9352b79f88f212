/** One thing that is wrong with a pipeline: the rule that it breaks, where, and what. */
export interface Problem<Rule extends string = string> {
  readonly rule: Rule
  /** The path of keys and indexes, or the job and step. */
  readonly at: string
  readonly message: string
}

/** A problem as a line that a person reads in a failed test. */
export function inWords({ rule, at, message }: Problem): string {
  return `${at}: ${message} [${rule}]`
}
