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
 * Mean and variance in two passes, the first counted from the first value and the second from the mean, with what rounding
 * left of its deviations taken out (Chan, Golub & LeVeque 1983): nothing cancels, however large the mean is against the spread.
 * @throws RangeError for a value that is NaN or infinite, and where the squares leave the range of a double.
 */
export function moments(values: ArrayLike<number>): Moments {
  const n = values.length
  const origin = finite(n > 0 ? values[0] : 0, 0)
  let shift = 0
  for (let row = 0; row < n; row++) shift += finite(values[row], row) - origin
  const mean = n > 0 ? origin + shift / n : Number.NaN
  let [rest, squares] = [0, 0]
  for (let row = 0; row < n; row++) {
    const deviation = (values[row] ?? Number.NaN) - mean
    rest += deviation
    squares += deviation * deviation
  }
  if (n > 0 && !(squares < Infinity)) throw new RangeError('the values are too large: their squares overflow')
  return { n, mean, variance: n > 1 ? Math.max(0, squares - (rest * rest) / n) / (n - 1) : Number.NaN }
}
