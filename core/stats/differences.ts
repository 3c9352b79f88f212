import { checkPaired } from './check.ts'

/** Relative size below which two values of the same row count as equal: a few roundings on the way to them. */
const ROUNDING = 1e-12

/**
 * First minus second per row, and 0 where they differ by no more than rounding does: a last digit that is the same on every
 * row would be a spread of nearly nothing, and the surest of all differences.
 * @throws RangeError for unequally many rows.
 */
export function differences(first: ArrayLike<number>, second: ArrayLike<number>): Float64Array {
  checkPaired(first, second)
  const rows = new Float64Array(first.length)
  for (let row = 0; row < rows.length; row++) {
    const [one, other] = [first[row] ?? Number.NaN, second[row] ?? Number.NaN]
    const difference = one - other
    const isRounding = Math.abs(difference) <= ROUNDING * Math.max(Math.abs(one), Math.abs(other))
    rows[row] = isRounding ? 0 : difference
  }
  return rows
}
