/** The p-values of one test against each alternative; a small one is evidence against the null hypothesis. */
export interface TailPValues {
  /** Against: the first sample (the candidate, the differences) tends to be larger. */
  readonly greater: number
  /** Against: it tends to be smaller. */
  readonly less: number
  /** Against both: twice the smaller one, at most 1. */
  readonly twoSided: number
}

/** What a sample that says nothing gives. */
export const noEvidence: TailPValues = { greater: 1, less: 1, twoSided: 1 }

/** Both tails, each including what was observed, and what follows for both sides together. */
export function tailsOf(greater: number, less: number): TailPValues {
  const [above, below] = [Math.min(1, greater), Math.min(1, less)]
  return { greater: above, less: below, twoSided: Math.min(1, 2 * Math.min(above, below)) }
}
