import { checkAlpha, checkCounts, finite } from './check.ts'
import type { Interval } from './interval.ts'
import { moments } from './moments.ts'
import { seededRandom } from './random.ts'
import { noEvidence, type TailPValues, tailsOf } from './tails.ts'

/** Up to so many rows all 2ⁿ choices of signs are counted: a million, in 8 MB. */
const EXACT_UP_TO = 20
/** With one more, 10,000: a whole number of them is 5 %, 2.5 % and 1 %. */
const DRAWS = 9999
/** Relative size below which a sum is zero but for rounding. */
const NOISE = 1e-12

/** How signs are drawn where there are too many rows for all choices. */
export interface SignFlipOptions {
  /** A whole number; equal seeds give equal answers. */
  readonly seed: number
  /** How many choices are drawn; by default 9,999. */
  readonly draws?: number
}

/** The outcome of a sign-flip test. */
export interface SignFlipTest extends TailPValues {
  /** The mean of the differences less the hypothesis. */
  readonly statistic: number
  readonly isExact: boolean
}

/** The interval that inverts the test. */
export interface SignFlipInterval extends Interval {
  readonly isExact: boolean
}

/**
 * The sign-flip permutation test of H0: the differences are symmetric about `mean`; use -margin there to test non-inferiority
 * against `greater`. Up to 20 rows all choices of signs are counted; above, `draws` of them are drawn, and p = (1 + those as
 * extreme) / (1 + draws), never 0. Without rows, and where all equal the hypothesis, p-values are 1. O(draws · n).
 *
 * It holds its level on however few rows as long as the differences are symmetric, and only then: see docs/statistics.md for
 * skewed ones.
 *
 * Source: R. Fisher, The Design of Experiments (1935) 21; B. Phipson, G. Smyth, Statistical Applications in Genetics and
 * Molecular Biology 9 (2010) 39.
 * @throws RangeError for values that are NaN or infinite, draws that are no count above 0, and a seed that is none.
 */
export function signFlipTest(differences: ArrayLike<number>, mean: number, options: SignFlipOptions): SignFlipTest {
  if (!Number.isFinite(mean)) throw new RangeError(`the mean that is tested must be finite, got ${mean}`)
  const shifted = Float64Array.from(differences, (value, row) => finite(value, row) - mean)
  const isExact = shifted.length <= EXACT_UP_TO
  const statistic = moments(shifted).mean
  if (shifted.length === 0) return { statistic, isExact, ...noEvidence }
  const slack = NOISE * shifted.reduce((sum, value) => sum + Math.abs(value), 0)
  // Turning the signs of some rows takes twice their sum away: what is left is as large where that sum is not positive.
  const { sums, sizes } = subsets(shifted, options)
  let [notAbove, notBelow] = [1, 1]
  for (const [place, sum] of sums.entries()) {
    if (sizes[place] === 0 || sum <= slack) notAbove++
    if (sizes[place] === 0 || sum >= -slack) notBelow++
  }
  return { statistic, isExact, ...tailsOf(notAbove / (sums.length + 1), notBelow / (sums.length + 1)) }
}

/**
 * The interval of all means that `signFlipTest` does not refute at `alpha`: p <= alpha exactly when the lower bound exceeds the
 * hypothesis. Its bounds are means of subsets of the rows. Where there are so few rows that no p-value can reach alpha (below 5
 * for 0.05), and where all rows are equal, it is infinite with a `doubt`.
 *
 * Source: J. Hartigan, "Using subsample values as typical values", Journal of the American Statistical Association 64 (1969)
 * 1303-1317.
 * @throws RangeError as `signFlipTest` does, and for an alpha outside (0, 0.5).
 */
export function signFlipInterval(rows: ArrayLike<number>, alpha: number, options: SignFlipOptions): SignFlipInterval {
  checkAlpha(alpha)
  const { n, mean: estimate, variance } = moments(rows)
  const isExact = n <= EXACT_UP_TO
  const without = { estimate, lower: -Infinity, upper: Infinity, isExact }
  if (n < 2) return { ...without, doubt: 'too-few-rows' }
  if (Math.sqrt(variance) <= NOISE * Math.abs(estimate)) return { ...without, doubt: 'no-variation' }
  const { sums, sizes } = subsets(
    Float64Array.from(rows, (value) => value - estimate),
    options,
  )
  // The product may miss a whole number by rounding alone.
  const rank = Math.floor(alpha * (sums.length + 1) * (1 + NOISE))
  if (rank < 1) return { ...without, doubt: 'too-few-rows' }
  const means = sums.map((sum, place) => sum / (sizes[place] ?? 0))
  // A choice of no row at all is as extreme as can be on either side.
  const lows = means.map((mean) => (Number.isNaN(mean) ? -Infinity : mean)).sort()
  const highs = means.map((mean) => (Number.isNaN(mean) ? Infinity : mean)).sort()
  const [low, high] = [lows[rank - 1] ?? -Infinity, highs[highs.length - rank] ?? Infinity]
  return { estimate, lower: estimate + low, upper: estimate + high, doubt: undefined, isExact }
}

/** The sum and the size of every subset but the empty one, or of as many drawn ones as asked for. */
interface Subsets {
  readonly sums: Float64Array
  readonly sizes: Uint32Array
}

function subsets(values: Float64Array, options: SignFlipOptions): Subsets {
  return values.length <= EXACT_UP_TO ? allSubsets(values) : drawnSubsets(values, options)
}

function allSubsets(values: Float64Array): Subsets {
  const [sums, sizes] = [new Float64Array(2 ** values.length), new Uint32Array(2 ** values.length)]
  for (const [place, value] of values.entries()) {
    const half = 2 ** place
    for (let subset = 0; subset < half; subset++) {
      sums[half + subset] = (sums[subset] ?? 0) + value
      sizes[half + subset] = (sizes[subset] ?? 0) + 1
    }
  }
  return { sums: sums.subarray(1), sizes: sizes.subarray(1) }
}

function drawnSubsets(values: Float64Array, { seed, draws = DRAWS }: SignFlipOptions): Subsets {
  checkCounts({ draws })
  if (draws === 0) throw new RangeError('at least one choice of signs must be drawn')
  const random = seededRandom(seed)
  const [sums, sizes] = [new Float64Array(draws), new Uint32Array(draws)]
  for (let draw = 0; draw < draws; draw++) {
    let [sum, size, bits] = [0, 0, 0]
    for (let row = 0; row < values.length; row++) {
      if (row % 32 === 0) bits = Math.floor(random() * 2 ** 32)
      if ((bits & 1) === 1) {
        sum += values[row] ?? 0
        size++
      }
      bits >>>= 1
    }
    sums[draw] = sum
    sizes[draw] = size
  }
  return { sums, sizes }
}
