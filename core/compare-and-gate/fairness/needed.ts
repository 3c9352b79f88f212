import { normalQuantile } from '../../stats/normal.ts'
import { neededRows } from '../../stats/sample-size.ts'
import { differenceInterval, type Whole } from './intervals.ts'
import type { Apart } from './weigh.ts'

/** With this for each side, two groups that are equal are shown to differ by less than the bound with a power of 0.8. */
const powerOfEachSide = 0.9
/** The standard error of an interval that says nothing: its bounds are those of the rate. */
const unknown = Infinity

interface Plan {
  /** The bound. */
  readonly most: number
  readonly alpha: number
  readonly whole: Whole
  readonly pairs: readonly Apart[]
}

/** Rows of the whole data with which every pair of groups would be shown to lie closer together than the bound, if they are equal. */
export function gapRowsNeeded({ most, alpha, whole, pairs }: Plan): number | undefined {
  const errors = pairs.map(({ groups: [one, other] }) => {
    const interval = differenceInterval([one.candidate, other.candidate], whole, alpha)
    return interval.doubt === undefined ? (interval.upper - interval.lower) / (-2 * normalQuantile(alpha)) : unknown
  })
  return needed({ most, alpha, whole }, errors)
}

/** The same for the increase of a gap. */
export function increaseRowsNeeded({ most, alpha, whole, pairs }: Plan): number | undefined {
  // The upper bound lies at alpha/2, see `increaseInterval`.
  const errors = pairs.map(({ interval: { estimate, upper, doubt } }) =>
    doubt === undefined ? (upper - estimate) / -normalQuantile(alpha / 2) : unknown,
  )
  return needed({ most, alpha: alpha / 2, whole }, errors)
}

function needed({ most, alpha, whole }: Omit<Plan, 'pairs'>, errors: readonly number[]): number | undefined {
  const standardError = Math.max(...errors)
  if (!(standardError > 0 && standardError < Infinity)) return undefined
  const plan = { alpha, power: powerOfEachSide }
  const rows = neededRows({ n: whole.rows, standardError }, { margin: most, difference: 0 }, plan)
  // Where the rows are enough, it is the groups that differ.
  return Number.isFinite(rows) && rows > whole.rows ? rows : undefined
}
