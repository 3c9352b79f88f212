import { ascending, eachTie, type TwoSamples } from './ties.ts'

/** Up to so many pairs of rows the distribution is exact: some ten milliseconds. */
const EXACT_UP_TO = 1_000_000

/** The outcome of a two-sample Kolmogorov-Smirnov test. */
export interface KolmogorovSmirnovTest {
  /** D, the largest distance between both shares of values up to a point, in [0, 1]; NaN where a sample has no rows. */
  readonly statistic: number
  readonly pValue: number
  readonly isExact: boolean
}

/**
 * The two-sided two-sample Kolmogorov-Smirnov test of H0: both samples come from one continuous distribution. With ties it is
 * conservative. Where the product of both sizes is at most 10⁶ the p-value is exact, by counting lattice paths without any
 * cancellation; above, Kolmogorov's limit with Stephens' correction. A sample without rows gives p = 1.
 *
 * Source: J. Hodges, Arkiv för Matematik 3 (1958) 469-486; M. Stephens, Journal of the Royal Statistical Society B 32 (1970)
 * 115-122.
 * @throws RangeError for a value that is NaN or infinite.
 */
export function kolmogorovSmirnovTest(samples: TwoSamples): KolmogorovSmirnovTest {
  const [first, second] = [ascending(samples.first), ascending(samples.second)]
  const [n, m] = [first.length, second.length]
  const isExact = n * m <= EXACT_UP_TO
  if (n * m === 0) return { statistic: Number.NaN, pValue: 1, isExact }
  const gap = largestGap(first, second)
  const statistic = gap / n / m
  return { statistic, pValue: isExact ? pathsThatReach(gap, n, m) : limit(statistic, (n / (n + m)) * m), isExact }
}

/** D times n times m, a whole number. */
function largestGap(first: Float64Array, second: Float64Array): number {
  let [i, j, largest] = [0, 0, 0]
  eachTie(first, second, (tie) => {
    i += tie.first
    j += tie.second
    largest = Math.max(largest, Math.abs(i * second.length - j * first.length))
  })
  return largest
}

/**
 * The share of all paths from (0, 0) to (n, m) that reach a point with |i·m - j·n| >= gap: what a path to (i, j) came from is
 * (i - 1, j) with probability i/(i + j).
 */
function pathsThatReach(gap: number, n: number, m: number): number {
  const shares = new Float64Array(m + 1)
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (Math.abs(i * m - j * n) >= gap) shares[j] = 1
      else if (i + j > 0) shares[j] = (i * (shares[j] ?? 0) + j * (shares[j - 1] ?? 0)) / (i + j)
    }
  }
  return shares[m] ?? Number.NaN
}

/** P(D >= statistic) in large samples, n being the effective size. */
function limit(statistic: number, n: number): number {
  const root = Math.sqrt(n)
  return kolmogorovSurvival((root + 0.12 + 0.11 / root) * statistic)
}

/**
 * P(K > x) for Kolmogorov's limiting distribution; relative error below 1e-13.
 * @throws RangeError for NaN.
 */
export function kolmogorovSurvival(x: number): number {
  if (Number.isNaN(x)) throw new RangeError("Kolmogorov's distribution has no value at NaN")
  if (x <= 0) return 1
  return x < 0.8 ? 1 - lowerSum(x) : upperSum(x)
}

/** √(2π)/x Σ exp(-(2k - 1)²π²/(8x²)), which converges fast below. */
function lowerSum(x: number): number {
  let sum = 0
  for (let odd = 1; odd <= 9; odd += 2) sum += Math.exp(-((odd * Math.PI) ** 2) / (8 * x * x))
  return (Math.sqrt(2 * Math.PI) / x) * sum
}

/** 2 Σ (-1)^(k - 1) exp(-2k²x²), which converges fast above. */
function upperSum(x: number): number {
  let sum = 0
  for (let k = 6; k >= 1; k--) sum = Math.exp(-2 * k * k * x * x) - sum
  return 2 * sum
}
