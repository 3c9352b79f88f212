import { continuedFraction } from './continued-fraction.ts'
import { deviance } from './deviance.ts'
import { logGamma, stirlingError } from './gamma.ts'
import type { LogTail } from './log-tail.ts'
import { normalQuantileOfLog } from './normal.ts'
import { solveLogTail } from './solve-log-tail.ts'

/** Below this, x/a leaves the range of a double; the first term of the series is exact there. */
const SMALLEST = 1e-290
const FARTHEST = -660

/** A positive number with its logarithm, which reaches where x itself is no double any more. */
interface GammaPoint {
  readonly x: number
  readonly logX: number
}

/**
 * The regularized incomplete gamma function P(a, x), the cdf of a gamma variable with shape a, with full relative accuracy in
 * that tail. Relative error below 1e-11 for a from 1e-3 to 5e5.
 * @throws RangeError unless a is positive and finite and x is 0 or more.
 */
export function gammaP(x: number, a: number): number {
  check(x, a)
  return isLowerSide(x, a) ? lower(pointOf(x), a) : 1 - upper(x, a)
}

/**
 * Q(a, x) = 1 - P(a, x), with full relative accuracy in that tail. Relative error below 1e-11 for a from 1e-3 to 5e5.
 * @throws RangeError unless a is positive and finite and x is 0 or more.
 */
export function gammaQ(x: number, a: number): number {
  check(x, a)
  return isLowerSide(x, a) ? 1 - lower(pointOf(x), a) : upper(x, a)
}

/**
 * ln P(a, x), with the digits of P where that is far too small for a double; -Infinity at 0.
 * @throws RangeError unless a is positive and finite and x is 0 or more.
 */
export function logGammaP(x: number, a: number): number {
  check(x, a)
  return logTail(pointOf(x), a, false)
}

/**
 * ln Q(a, x), with the digits of Q where that is far too small for a double; -Infinity at Infinity.
 * @throws RangeError unless a is positive and finite and x is 0 or more.
 */
export function logGammaQ(x: number, a: number): number {
  check(x, a)
  return logTail(pointOf(x), a, true)
}

/**
 * The x at which P(a, x), or Q(a, x) where the tail is an upper one, has the given logarithm; relative error below 1e-11 for a
 * from 1e-3 to 5e5. A logarithm of -Infinity gives 0 or Infinity; 0 also stands for what is smaller than any double.
 * @throws RangeError unless a is positive and finite.
 */
export function inverseIncompleteGamma(tail: LogTail, a: number): number {
  check(0, a)
  if (tail.log === -Infinity) return tail.isUpper ? Infinity : 0
  const first = (tail.log + logGamma(a + 1)) / a
  // So far out the first term of the series is all of it.
  if (!tail.isUpper && first < FARTHEST) return Math.exp(first)
  // The density of ln X is log-concave for every shape.
  const logX = solveLogTail(tail, start(tail, a, first), (at) => {
    const point = { x: Math.exp(at), logX: at }
    return { logTail: logTail(point, a, tail.isUpper), logDensity: logKernel(point, a) }
  })
  return Math.exp(logX)
}

/** Wilson & Hilferty 1931 for a > 1; for others a bound that lies on the side from which Newton's method goes straight. */
function start(tail: LogTail, a: number, first: number): number {
  if (a <= 1) return tail.isUpper ? Math.log(-tail.log) : first
  const z = Math.max(0, -normalQuantileOfLog(tail.log)) * (tail.isUpper ? 1 : -1)
  const root = 1 - 1 / (9 * a) + z / (3 * Math.sqrt(a))
  return root > 0.3 ? Math.log(a) + 3 * Math.log(root) : first
}

function logTail(point: GammaPoint, a: number, isUpper: boolean): number {
  if (isLowerSide(point.x, a) === isUpper) {
    return Math.log1p(-(isUpper ? lower(point, a) : upper(point.x, a)))
  }
  return isUpper ? logUpper(point, a) : logLower(point, a)
}

function lower(point: GammaPoint, a: number): number {
  return point.x < SMALLEST ? Math.exp(firstTerm(point, a)) : (kernel(point.x, a) / a) * lowerSeries(point.x, a)
}

function logLower(point: GammaPoint, a: number): number {
  if (point.x < SMALLEST) return firstTerm(point, a)
  return logKernel(point, a) - Math.log(a) + Math.log(lowerSeries(point.x, a))
}

function upper(x: number, a: number): number {
  return x === Infinity ? 0 : kernel(x, a) / upperFraction(x, a)
}

function logUpper(point: GammaPoint, a: number): number {
  return point.x === Infinity ? -Infinity : logKernel(point, a) - Math.log(upperFraction(point.x, a))
}

/** ln(x^a / Γ(a + 1)), which is all of ln P for tiny x. */
function firstTerm({ logX }: GammaPoint, a: number): number {
  return a * logX - logGamma(a + 1)
}

/** x^a e^-x / Γ(a), which is the density of ln X, by Loader's deviance: exact where the powers alone would overflow. */
function kernel(x: number, a: number): number {
  return Math.sqrt(a / (2 * Math.PI)) * Math.exp(-stirlingError(a) - deviance(a, x))
}

function logKernel({ x, logX }: GammaPoint, a: number): number {
  if (x < SMALLEST) return a * logX - logGamma(a)
  return Math.log(a / (2 * Math.PI)) / 2 - stirlingError(a) - deviance(a, x)
}

/** a P(a, x) over the kernel: 1 + x/(a + 1) + x²/((a + 1)(a + 2)) + …, free of cancellation. */
function lowerSeries(x: number, a: number): number {
  let term = 1
  let sum = 0
  for (let n = 1; sum + term !== sum; n++) {
    sum += term
    term *= x / (a + n)
  }
  return sum
}

/** The kernel over Q(a, x): Legendre's continued fraction. */
function upperFraction(x: number, a: number): number {
  const first = x + 1 - a
  return continuedFraction(
    first,
    (n) => -n * (n - a),
    (n) => first + 2 * n,
  )
}

function isLowerSide(x: number, a: number): boolean {
  return x < a + 1
}

function pointOf(x: number): GammaPoint {
  return { x, logX: Math.log(x) }
}

function check(x: number, a: number): void {
  if (!(a > 0 && a < Infinity)) throw new RangeError(`the shape of a gamma distribution must be positive, got ${a}`)
  if (!(x >= 0)) throw new RangeError(`the incomplete gamma function needs x of 0 or more, got ${x}`)
}
