import { logBetaKernelAt, logIncompleteBeta } from './beta.ts'
import { checkCounts } from './check.ts'
import { checkProbability, tailOfCdf, tailOfSurvival, type LogTail } from './log-tail.ts'
import { normalQuantileOfLog } from './normal.ts'

/** `n` draws that succeed with probability `p` each. */
export interface BinomialShape {
  readonly n: number
  readonly p: number
}

/** A tail that misses a probability by rounding alone has reached it: a relative difference. */
const SLACK = 64 * Number.EPSILON

/**
 * P(X = k) for a binomial X; 0 for a k that is no count from 0 to n. Relative error below 1e-9 for n up to 1e6, as for all
 * functions here.
 * @throws RangeError for NaN, an n that is no count, and a p that is no probability.
 */
export function binomialMass(k: number, shape: BinomialShape): number {
  return Math.exp(binomialLogMass(k, shape))
}

/**
 * ln P(X = k) for a binomial X, by Loader's deviances (2000, "Fast and accurate computation of binomial probabilities");
 * -Infinity where that is 0.
 * @throws RangeError for NaN, an n that is no count, and a p that is no probability.
 */
export function binomialLogMass(k: number, shape: BinomialShape): number {
  check(k, shape)
  const { n, p } = shape
  if (!Number.isInteger(k) || k < 0 || k > n) return -Infinity
  // Where it can only come out one way, 0 · ln 0 would be NaN.
  if (k === 0) return n === 0 ? 0 : n * Math.log1p(-p)
  if (k === n) return n * Math.log(p)
  const point = { x: p, y: 1 - p, logX: Math.log(p), logY: Math.log1p(-p) }
  return logBetaKernelAt(point, { a: k, b: n - k }) + Math.log(n / k / (n - k))
}

/**
 * P(X <= k) for a binomial X, with full relative accuracy in the lower tail.
 * @throws RangeError for NaN, an n that is no count, and a p that is no probability.
 */
export function binomialCdf(k: number, shape: BinomialShape): number {
  return Math.exp(binomialLogCdf(k, shape))
}

/**
 * P(X > k) for a binomial X, with full relative accuracy in the upper tail.
 * @throws RangeError for NaN, an n that is no count, and a p that is no probability.
 */
export function binomialSurvival(k: number, shape: BinomialShape): number {
  return Math.exp(binomialLogSurvival(k, shape))
}

/**
 * ln P(X <= k) for a binomial X; -Infinity where that is 0.
 * @throws RangeError for NaN, an n that is no count, and a p that is no probability.
 */
export function binomialLogCdf(k: number, shape: BinomialShape): number {
  check(k, shape)
  const { n, p } = shape
  if (k < 0) return -Infinity
  return k >= n ? 0 : logIncompleteBeta(1 - p, { a: n - Math.floor(k), b: Math.floor(k) + 1 }, p)
}

/**
 * ln P(X > k) for a binomial X; -Infinity where that is 0.
 * @throws RangeError for NaN, an n that is no count, and a p that is no probability.
 */
export function binomialLogSurvival(k: number, shape: BinomialShape): number {
  check(k, shape)
  const { n, p } = shape
  if (k < 0) return 0
  return k >= n ? -Infinity : logIncompleteBeta(p, { a: Math.floor(k) + 1, b: n - Math.floor(k) }, 1 - p)
}

/**
 * The smallest count k with P(X <= k) >= p, given p exactly: 0 at 0. A P(X <= k) that misses p by rounding alone has reached it.
 * @throws RangeError unless p is a probability, n is a count, and the shape's p is a probability.
 */
export function binomialQuantile(p: number, shape: BinomialShape): number {
  return smallestCount(tailOfCdf(p), shape)
}

/**
 * The smallest count k with P(X > k) <= q, given q exactly: 0 at 1. A P(X > k) that misses q by rounding alone has reached it.
 * @throws RangeError unless q is a probability, n is a count, and the shape's p is a probability.
 */
export function binomialUpperQuantile(q: number, shape: BinomialShape): number {
  return smallestCount(tailOfSurvival(q), shape)
}

/** Gallops away from the normal approximation until the answer lies between two counts, then halves. */
function smallestCount(tail: LogTail, shape: BinomialShape): number {
  check(0, shape)
  const { n, p } = shape
  const isReached = (k: number): boolean =>
    tail.isUpper ? binomialLogSurvival(k, shape) <= tail.log + SLACK : binomialLogCdf(k, shape) >= tail.log - SLACK
  const z = Math.max(-40, normalQuantileOfLog(tail.log)) * (tail.isUpper ? -1 : 1)
  const guess = Math.min(n, Math.max(0, Math.round(n * p + z * Math.sqrt(n * p * (1 - p)))))
  let [below, reached] = [guess - 1, guess]
  for (let stride = 1; reached < n && !isReached(reached); stride *= 2) {
    below = reached
    reached = Math.min(n, reached + stride)
  }
  for (let stride = 1; below >= 0 && isReached(below); stride *= 2) {
    reached = below
    below = Math.max(-1, below - stride)
  }
  while (reached - below > 1) {
    const middle = Math.floor((below + reached) / 2)
    if (isReached(middle)) reached = middle
    else below = middle
  }
  return reached
}

function check(k: number, { n, p }: BinomialShape): void {
  checkCounts({ n })
  checkProbability(p)
  if (Number.isNaN(k)) throw new RangeError('the binomial distribution has no value at NaN')
}
