import { incompleteBeta, logIncompleteBetaAt, type BetaPoint, type BetaShape } from './beta.ts'
import { inverseIncompleteBeta } from './inverse-beta.ts'
import { checkProbability } from './log-tail.ts'
import { normalLogSurvival, normalQuantile, normalSurvival } from './normal.ts'

/** Beyond this the squares below leave the range of a double. */
const FARTHEST = 1e140

/**
 * P(T <= t) for Student's t with `df` > 0 degrees of freedom, with full relative accuracy in the lower tail.
 * Infinite `df` means the standard normal distribution.
 * @throws RangeError for NaN and for df that is not positive.
 */
export function studentTCdf(t: number, df: number): number {
  return studentTSurvival(-t, df)
}

/**
 * P(T > t) for Student's t with `df` > 0 degrees of freedom; relative error below 1e-11 for df from 0.5 to 1e6, as for all
 * functions here. Infinite `df` means the standard normal distribution.
 * @throws RangeError for NaN and for df that is not positive.
 */
export function studentTSurvival(t: number, df: number): number {
  check(t, df)
  if (df === Infinity) return normalSurvival(t)
  return t >= 0 ? upperTail(t, df) : 1 - upperTail(-t, df)
}

/**
 * ln P(T <= t) for Student's t with `df` > 0 degrees of freedom; -Infinity where that is 0.
 * @throws RangeError for NaN and for df that is not positive.
 */
export function studentTLogCdf(t: number, df: number): number {
  return studentTLogSurvival(-t, df)
}

/**
 * ln P(T > t) for Student's t with `df` > 0 degrees of freedom; -Infinity where that is 0.
 * @throws RangeError for NaN and for df that is not positive.
 */
export function studentTLogSurvival(t: number, df: number): number {
  check(t, df)
  if (df === Infinity) return normalLogSurvival(t)
  return t >= 0 ? logUpperTail(t, df) : Math.log1p(-upperTail(-t, df))
}

/**
 * The t with P(T <= t) = p; -Infinity at 0 and Infinity at 1, and also where it would lie beyond the largest double. Relative
 * error below 1e-11, given p exactly; write an upper tail q as `studentTUpperQuantile(q, df)`, because 1 - q has lost the
 * digits of a small q.
 * @throws RangeError for p outside [0, 1] and for df that is not positive.
 */
export function studentTQuantile(p: number, df: number): number {
  check(0, df)
  checkProbability(p)
  if (df === Infinity) return normalQuantile(p)
  return p > 0.5 ? upperQuantile(1 - p, df) : -upperQuantile(p, df)
}

/**
 * The t with P(T > t) = q, given q exactly: Infinity at 0 and -Infinity at 1.
 * @throws RangeError for q outside [0, 1] and for df that is not positive.
 */
export function studentTUpperQuantile(q: number, df: number): number {
  return -studentTQuantile(q, df)
}

/** The t > 0 with P(T > t) = q < 1/2, by the tail in the quarter farthest out, and by P(0 < T < t) next to the median. */
function upperQuantile(q: number, df: number): number {
  const tail = q < 0.25 ? { log: Math.log(2 * q), isUpper: false } : { log: Math.log(2 * (0.5 - q)), isUpper: true }
  const { logit } = inverseIncompleteBeta(tail, shape(df))
  return Math.sqrt(df) * Math.exp(-logit / 2)
}

function upperTail(t: number, df: number): number {
  if (t > FARTHEST) return Math.exp(logUpperTail(t, df))
  const { x, y } = coordinates(t, df)
  return incompleteBeta(x, shape(df), y) / 2
}

function logUpperTail(t: number, df: number): number {
  return logIncompleteBetaAt(coordinates(t, df), shape(df)) - Math.LN2
}

function shape(df: number): BetaShape {
  return { a: df / 2, b: 0.5 }
}

/** x = df/(df + t²) and y = 1 - x = t²/(df + t²), neither by subtraction and without overflow. */
function coordinates(t: number, df: number): BetaPoint {
  const ratio = t / Math.sqrt(df)
  if (ratio < 1) {
    const square = ratio * ratio
    const logX = -Math.log1p(square)
    return { x: 1 / (1 + square), y: square / (1 + square), logX, logY: 2 * Math.log(ratio) + logX }
  }
  const inverse = (1 / ratio) * (1 / ratio)
  const logY = -Math.log1p(inverse)
  return { x: inverse / (1 + inverse), y: 1 / (1 + inverse), logX: -2 * Math.log(ratio) + logY, logY }
}

function check(t: number, df: number): void {
  if (!(df > 0)) throw new RangeError(`degrees of freedom must be positive, got ${df}`)
  if (Number.isNaN(t)) throw new RangeError("Student's t distribution has no value at NaN")
}
