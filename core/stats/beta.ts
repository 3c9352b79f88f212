import { deviance } from './deviance.ts'
import { stirlingError } from './gamma.ts'

/** The two parameters of a beta distribution, both positive. */
export interface BetaShape {
  readonly a: number
  readonly b: number
}

/** Smallest denominator that the continued fraction may meet; Lentz's method replaces zero by it. */
const TINY = 1e-300
const MAX_TERMS = 100_000

/**
 * The regularized incomplete beta function I_x(a, b), the cdf of the beta distribution. `y` is 1 - x: pass it where it
 * is known more exactly than by subtraction. Relative error below 1e-12 for a and b up to 1e6.
 * @throws RangeError unless a and b are positive and finite and x and y lie in [0, 1].
 */
export function incompleteBeta(x: number, shape: BetaShape, y: number = 1 - x): number {
  const { a, b } = shape
  if (!(a > 0 && b > 0 && a + b < Infinity)) throw new RangeError(`beta parameters must be positive, got ${a} and ${b}`)
  if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) throw new RangeError(`x must lie between 0 and 1, got ${x}`)
  if (x === 0) return 0
  if (y === 0) return 1
  // The fraction converges fast on the near side of the mean only; the far side is its mirror image.
  const isFarSide = x > (a + 1) / (a + b + 2)
  return isFarSide ? 1 - lowerTail(y, { a: b, b: a }, x) : lowerTail(x, shape, y)
}

/**
 * x^a y^b / B(a, b) with y = 1 - x, for a, b, x, y > 0, by Loader's deviances: exact where the powers and the beta
 * function alone would under- or overflow, or cancel.
 */
export function betaKernel(x: number, shape: BetaShape, y: number): number {
  const { a, b } = shape
  const n = a + b
  const rest = stirlingError(n) - stirlingError(a) - stirlingError(b)
  return Math.sqrt((a / n) * (b / (2 * Math.PI))) * Math.exp(rest - deviance(a, n * x) - deviance(b, n * y))
}

/**
 * I_x(a, b) by the even part of its continued fraction, evaluated forwards by Lentz's method. Every term is made from y as
 * well as x, so that nothing cancels where x is close to 1 (Didonato & Morris 1992, ACM TOMS 18, algorithm 708).
 */
function lowerTail(x: number, shape: BetaShape, y: number): number {
  const { a, b } = shape
  const above = (m: number): number => {
    const base = a + 2 * m - 1
    return (((a + m - 1) * x) / base) * (((a + b + m - 1) * x) / base) * m * (b - m)
  }
  const below = (m: number): number =>
    m + (m * (b - m) * x) / (a + 2 * m - 1) + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (a + 2 * m + 1)
  let fraction = awayFromZero((a * (a * y - b * x + 1)) / (a + 1))
  let c = fraction
  let d = 0
  for (let m = 1; m < MAX_TERMS; m++) {
    d = 1 / awayFromZero(below(m) + above(m) * d)
    c = awayFromZero(below(m) + above(m) / c)
    fraction *= c * d
    if (Math.abs(c * d - 1) < 4 * Number.EPSILON) return betaKernel(x, shape, y) / fraction
  }
  throw new Error(`the incomplete beta function did not converge at x=${x}, a=${a}, b=${b}`)
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}
