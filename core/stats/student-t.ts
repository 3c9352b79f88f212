import { betaKernel, incompleteBeta } from './beta.ts'
import { normalQuantile, normalSurvival } from './normal.ts'

/** Beyond this the squares below leave the range of a double. */
const FARTHEST = 1e150

/**
 * P(T <= t) for Student's t with `df` > 0 degrees of freedom, with full relative accuracy in the lower tail.
 * Infinite `df` means the standard normal distribution.
 * @throws RangeError for NaN and for df that is not positive.
 */
export function studentTCdf(t: number, df: number): number {
  return studentTSurvival(-t, df)
}

/**
 * P(T > t) for Student's t with `df` > 0 degrees of freedom; relative error below 1e-12 down to 1e-100.
 * Infinite `df` means the standard normal distribution.
 * @throws RangeError for NaN and for df that is not positive.
 */
export function studentTSurvival(t: number, df: number): number {
  checkDf(df)
  if (Number.isNaN(t)) throw new RangeError("Student's t distribution has no value at NaN")
  if (df === Infinity) return normalSurvival(t)
  return t >= 0 ? upperTail(t, df) : 1 - upperTail(-t, df)
}

/**
 * The t with P(T <= t) = p; -Infinity at 0 and Infinity at 1, and also where it would lie beyond ±1e150. Relative error
 * below 1e-12 for df from 1 to 1e6, given p exactly; write an upper tail q as -studentTQuantile(q, df), because 1 - q has
 * lost the digits of a small q.
 * @throws RangeError for p outside [0, 1] and for df that is not positive.
 */
export function studentTQuantile(p: number, df: number): number {
  checkDf(df)
  if (df === Infinity || !(p > 0 && p < 1) || p === 0.5) return normalQuantile(p)
  return p > 0.5 ? upperQuantile(1 - p, df) : -upperQuantile(p, df)
}

/**
 * Newton's method for ln(area) in ln(t). The density of ln(T) is log-concave, hence both areas are too; so from the normal
 * quantile, which is never too large, every step but perhaps the first approaches the solution from one side: no bracket
 * is needed.
 */
function upperQuantile(q: number, df: number): number {
  const isTail = q < 0.25
  const target = isTail ? q : 0.5 - q
  let t = -normalQuantile(q)
  for (let round = 0; round < 200; round++) {
    const area = isTail ? upperTail(t, df) : centre(t, df)
    const { x, y } = coordinates(t, df)
    // dP/d(ln t) = t·density(t), and that is the very kernel of the beta integral.
    const step = (Math.log(area / target) * area) / betaKernel(x, shape(df), y)
    t *= Math.exp(isTail ? step : -step)
    if (t > FARTHEST) return Infinity
    if (Math.abs(step) < 1e-14) break
  }
  return t
}

function upperTail(t: number, df: number): number {
  const { x, y } = coordinates(t, df)
  return incompleteBeta(x, shape(df), y) / 2
}

/** P(0 < T < t). */
function centre(t: number, df: number): number {
  const { x, y } = coordinates(t, df)
  return incompleteBeta(y, { a: 0.5, b: df / 2 }, x) / 2
}

function shape(df: number): { a: number; b: number } {
  return { a: df / 2, b: 0.5 }
}

/** x = df/(df + t²) and y = 1 - x = t²/(df + t²), neither by subtraction and without overflow. */
function coordinates(t: number, df: number): { x: number; y: number } {
  const ratio = t / Math.sqrt(df)
  const square = ratio * ratio
  const inverse = 1 / square
  return ratio < 1
    ? { x: 1 / (1 + square), y: square / (1 + square) }
    : { x: inverse / (1 + inverse), y: 1 / (1 + inverse) }
}

function checkDf(df: number): void {
  if (!(df > 0)) throw new RangeError(`degrees of freedom must be positive, got ${df}`)
}
