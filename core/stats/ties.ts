import { finite } from './check.ts'

/** Values of two independent samples, of any two lengths. */
export interface TwoSamples {
  readonly first: ArrayLike<number>
  readonly second: ArrayLike<number>
}

/** How often one value occurs in each of two samples. */
export interface Tie {
  readonly first: number
  readonly second: number
}

/**
 * The values in ascending order; the given ones stay as they are.
 * @throws RangeError for a value that is NaN or infinite; it names the row.
 */
export function ascending(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (value, row) => finite(value, row)).sort()
}

/** Visits every distinct value of two ascending lists from the smallest on. O(n), whatever repeats. */
export function eachTie(first: Float64Array, second: Float64Array, visit: (tie: Tie) => void): void {
  let [i, j] = [0, 0]
  while (i < first.length || j < second.length) {
    const value = Math.min(first[i] ?? Infinity, second[j] ?? Infinity)
    const [from, beside] = [i, j]
    while (first[i] === value) i++
    while (second[j] === value) j++
    visit({ first: i - from, second: j - beside })
  }
}
