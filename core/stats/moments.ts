import { finite } from './check.ts'

/** Number, mean and sample variance (divisor n - 1) of a list of values. */
export interface Moments {
  readonly n: number
  /** NaN when n is 0. */
  readonly mean: number
  /** NaN when n is below 2; exactly 0 when all values are equal. */
  readonly variance: number
}

/**
 * Mean and variance in one pass by Welford's updates (1962), counted from the first value: nothing cancels, however large
 * the mean is against the spread.
 * @throws RangeError for a value that is NaN or infinite, and where the squares leave the range of a double.
 */
export function moments(values: ArrayLike<number>): Moments {
  const origin = finite(values.length > 0 ? values[0] : 0, 0)
  let shift = 0
  let squares = 0
  for (let row = 0; row < values.length; row++) {
    const value = finite(values[row], row) - origin
    const before = value - shift
    shift += before / (row + 1)
    squares += before * (value - shift)
  }
  if (!Number.isFinite(squares)) throw new RangeError('the values are too large: their squares overflow')
  const n = values.length
  return { n, mean: n > 0 ? origin + shift : Number.NaN, variance: n > 1 ? squares / (n - 1) : Number.NaN }
}
