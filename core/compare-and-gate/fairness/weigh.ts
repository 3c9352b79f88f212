import type { CriterionResult } from '../../records/verdict.ts'
import type { Interval } from '../../stats/interval.ts'
import type { Group } from './groups.ts'
import type { Fairness } from './shape.ts'

/** Two groups with the interval of how far apart they lie, or of how much farther. */
export interface Apart {
  readonly groups: readonly [Group, Group]
  readonly interval: Interval
}

/** What all pairs of groups come to. */
export interface Weighed {
  readonly kind: CriterionResult['kind']
  /** The criteria let it fail that nobody can say. */
  readonly isLetFail: boolean
  /** How many groups have too few rows that count. */
  readonly small: number
  /** How many pairs are compared of which nothing is shown. */
  readonly unseen: number
  /** Without the pairs of which nothing is shown it would be another verdict. */
  readonly isDecidedUnseen: boolean
  /** Of the pairs that may be shown, the two groups that seem to lie farthest apart. */
  readonly widest: Apart | undefined
  /** Of the largest gap among those; left out where one of them says nothing. */
  readonly bounds?: { readonly low: number; readonly high: number }
}

interface Question {
  readonly entry: Fairness
  /** The bound. */
  readonly most: number
  readonly small: number
  readonly pairs: readonly Apart[]
}

/** From the intervals of all pairs to a verdict, and to what of them may be shown: all decide, and hidden groups give no number. */
export function weigh({ entry, most, small, pairs }: Question): Weighed {
  const shown = seen(pairs)
  const [widest] = shown.toSorted((a, b) => b.interval.estimate - a.interval.estimate)
  const isComplete = small === 0 || entry.onInconclusive === 'warn'
  const kind = kindOf(pairs, most, isComplete)
  const bounds = boundsOf(shown)
  const isLetFail = kind === 'inconclusive' && entry.onInconclusive === 'fail'
  return {
    kind: isLetFail ? 'fail' : kind,
    isLetFail,
    small,
    unseen: pairs.length - shown.length,
    isDecidedUnseen: kindOf(shown, most, isComplete) !== kind,
    widest,
    ...(bounds && { bounds }),
  }
}

/** The pairs of which something may be shown. */
export function seen(pairs: readonly Apart[]): readonly Apart[] {
  return pairs.filter(({ groups }) => groups.every(({ isHidden }) => !isHidden))
}

function kindOf(pairs: readonly Apart[], most: number, isComplete: boolean): CriterionResult['kind'] {
  if (pairs.some(({ interval }) => interval.doubt === undefined && interval.lower > most)) return 'fail'
  const bounds = boundsOf(pairs)
  return bounds !== undefined && bounds.high < most && isComplete ? 'pass' : 'inconclusive'
}

function boundsOf(pairs: readonly Apart[]): { readonly low: number; readonly high: number } | undefined {
  if (pairs.length === 0 || pairs.some(({ interval }) => interval.doubt !== undefined)) return undefined
  const [low, high] = (['lower', 'upper'] as const).map((end) =>
    Math.max(...pairs.map(({ interval }) => interval[end])),
  )
  return low === undefined || high === undefined ? undefined : { low, high }
}
