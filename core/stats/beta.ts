import { continuedFraction } from './continued-fraction.ts'
import { deviance } from './deviance.ts'
import { stirlingError } from './gamma.ts'

/** The two parameters of a beta distribution, both positive. */
export interface BetaShape {
  readonly a: number
  readonly b: number
}

/**
 * A point x of [0, 1] with its complement y = 1 - x, and the logarithms of both, which reach where x and y themselves are no
 * doubles any more.
 */
export interface BetaPoint {
  readonly x: number
  readonly y: number
  readonly logX: number
  readonly logY: number
}

/** Below this, products of x leave the range of a double; the first term of the series is exact there. */
const SMALLEST = 1e-290

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2

/**
 * The regularized incomplete beta function I_x(a, b), the cdf of the beta distribution. `y` is 1 - x: pass it where it
 * is known more exactly than by subtraction. Relative error below 1e-10 for a and b from 1e-3 to 1e6, and below 1e-12 for
 * most of them. The other tail is I_y(b, a), never 1 - I_x(a, b).
 * @throws RangeError unless a and b are positive and finite and x and y lie in [0, 1].
 */
export function incompleteBeta(x: number, shape: BetaShape, y: number = 1 - x): number {
  const point = checkedPoint(x, shape, y)
  if (y === 0) return 1
  // The fraction converges fast on the near side of the mean only; the far side is its mirror image.
  return isFarSide(x, shape) ? 1 - nearTail(turned(point), swapped(shape)) : nearTail(point, shape)
}

/**
 * ln I_x(a, b), with the digits of I where that is far too small for a double; -Infinity at x = 0. `y` is 1 - x, as above.
 * @throws RangeError unless a and b are positive and finite and x and y lie in [0, 1].
 */
export function logIncompleteBeta(x: number, shape: BetaShape, y: number = 1 - x): number {
  const point = checkedPoint(x, shape, y)
  return y === 0 ? 0 : logIncompleteBetaAt(point, shape)
}

/** ln I_x(a, b) at a point, of which only the logarithms need to be finite; its parts are not checked. */
export function logIncompleteBetaAt(point: BetaPoint, shape: BetaShape): number {
  if (!isFarSide(point.x, shape)) return logNearTail(point, shape)
  return Math.log1p(-Math.exp(logNearTail(turned(point), swapped(shape))))
}

/**
 * x^a y^b / B(a, b) with y = 1 - x, for a, b, x, y > 0, by Loader's deviances: exact where the powers and the beta
 * function alone would under- or overflow, or cancel. It is also the density of the logit ln(x/y) of a beta variable.
 */
export function betaKernel(x: number, shape: BetaShape, y: number): number {
  const { a, b } = shape
  return Math.sqrt((a / (a + b)) * (b / (2 * Math.PI))) * Math.exp(kernelExponent(x, shape, y))
}

/** ln of `betaKernel` at a point, of which only the logarithms need to be finite. */
export function logBetaKernelAt({ x, y, logX, logY }: BetaPoint, shape: BetaShape): number {
  const { a, b } = shape
  if (x < SMALLEST || y < SMALLEST) return a * logX + b * logY - logBeta(shape)
  return Math.log((a / (a + b)) * b) / 2 - HALF_LOG_TWO_PI + kernelExponent(x, shape, y)
}

/**
 * ln B(a, b), the logarithm of the beta function, for a, b > 0, by the rests of Stirling's formula, so that a small parameter
 * beside a huge one loses nothing.
 */
export function logBeta({ a, b }: BetaShape): number {
  const [small, large] = a < b ? [a, b] : [b, a]
  const n = a + b
  const rest = stirlingError(a) + stirlingError(b) - stirlingError(n)
  const powers = (small - 0.5) * Math.log(small / n) + (large - 0.5) * Math.log1p(-small / n)
  return powers - Math.log(n) / 2 + HALF_LOG_TWO_PI + rest
}

/** The shape of 1 - X. */
export function swapped({ a, b }: BetaShape): BetaShape {
  return { a: b, b: a }
}

/** The point seen from the other end. */
export function turned({ x, y, logX, logY }: BetaPoint): BetaPoint {
  return { x: y, y: x, logX: logY, logY: logX }
}

/** @throws RangeError unless both parameters are positive and finite. */
export function checkBetaShape({ a, b }: BetaShape): void {
  if (!(a > 0 && b > 0 && a + b < Infinity)) throw new RangeError(`beta parameters must be positive, got ${a} and ${b}`)
}

function checkedPoint(x: number, shape: BetaShape, y: number): BetaPoint {
  checkBetaShape(shape)
  if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) throw new RangeError(`x must lie between 0 and 1, got ${x}`)
  return { x, y, logX: Math.log(x), logY: Math.log(y) }
}

function isFarSide(x: number, { a, b }: BetaShape): boolean {
  return x > (a + 1) / (a + b + 2)
}

function kernelExponent(x: number, { a, b }: BetaShape, y: number): number {
  const n = a + b
  const rest = stirlingError(n) - stirlingError(a) - stirlingError(b)
  return rest - deviance(a, n * x) - deviance(b, n * y)
}

function nearTail(point: BetaPoint, shape: BetaShape): number {
  const { x, y } = point
  if (x < SMALLEST) return Math.exp(logNearTail(point, shape))
  return Math.min(1, betaKernel(x, shape, y) / lowerFraction(x, shape, y))
}

function logNearTail(point: BetaPoint, shape: BetaShape): number {
  const { x, y } = point
  if (x < SMALLEST) return Math.min(0, firstTerm(point, shape))
  return Math.min(0, logBetaKernelAt(point, shape) - Math.log(lowerFraction(x, shape, y)))
}

/** ln(x^a / (a B(a, b))), which is all of ln I for tiny x. */
function firstTerm({ logX }: BetaPoint, shape: BetaShape): number {
  return shape.a * logX - Math.log(shape.a) - logBeta(shape)
}

/**
 * The kernel over I_x(a, b): the even part of the continued fraction. Every term is made from y as well as x, so that nothing
 * cancels where x is close to 1 (Didonato & Morris 1992, ACM TOMS 18, algorithm 708).
 */
function lowerFraction(x: number, { a, b }: BetaShape, y: number): number {
  const above = (m: number): number => {
    const base = a + (2 * m - 1)
    // Not a + m - 1: that loses digits of a small a.
    return (((a + (m - 1)) * x) / base) * (((a + b + (m - 1)) * x) / base) * m * (b - m)
  }
  const below = (m: number): number =>
    m + (m * (b - m) * x) / (a + (2 * m - 1)) + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (a + 2 * m + 1)
  return continuedFraction((a * (a * y - b * x + 1)) / (a + 1), above, below)
}
