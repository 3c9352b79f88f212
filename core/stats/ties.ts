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

/** Twice the ranks of two samples together, ascending, equal values sharing theirs; and the sum of the first sample's. */
export interface DoubledRanks {
  readonly ranks: Float64Array
  readonly first: number
}

/** Ranks the values of two ascending lists together. Doubled, the ranks of ties are whole numbers. */
export function doubledRanks(first: Float64Array, second: Float64Array): DoubledRanks {
  const ranks = new Float64Array(first.length + second.length)
  let [before, sum] = [0, 0]
  eachTie(first, second, (tie) => {
    const count = tie.first + tie.second
    const rank = 2 * before + count + 1
    ranks.fill(rank, before, before + count)
    sum += tie.first * rank
    before += count
  })
  return { ranks, first: sum }
}

/** The sum of values, one after another. */
export function totalOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}
