import { checkBetaShape, logBeta, logBetaKernelAt, logIncompleteBetaAt, swapped, turned } from './beta.ts'
import type { BetaPoint, BetaShape } from './beta.ts'
import { mirrored, type LogTail } from './log-tail.ts'
import { normalQuantileOfLog } from './normal.ts'
import { solveLogTail } from './solve-log-tail.ts'

/** Below this x is no double any more, or soon so. */
const FARTHEST = -700

/** A point of (0, 1) by its logit ln(x/y), which may be anything: x and y have all their digits, or are 0 or 1. */
export interface LogitPoint extends BetaPoint {
  readonly logit: number
}

/**
 * The inverse of the regularized incomplete beta function: the x with I_x(a, b) or its complement at the given logarithm. The
 * answer has x, 1 - x and ln(x/(1 - x)) each with a relative error below 1e-11, for a and b from 1e-3 to 1e6, so that
 * neither end of [0, 1] is lost. A logarithm of -Infinity gives the end itself.
 * @throws RangeError unless a and b are positive and finite.
 */
export function inverseIncompleteBeta(tail: LogTail, shape: BetaShape): LogitPoint {
  checkBetaShape(shape)
  if (!tail.isUpper) return atLogit(lowerLogit(tail, shape))
  return atLogit(-lowerLogit(mirrored(tail), swapped(shape)))
}

/** The logit of a lower tail. The density of the logit is log-concave for every shape. */
function lowerLogit(tail: LogTail, shape: BetaShape): number {
  const { a, b } = shape
  const first = (tail.log + Math.log(a) + logBeta(shape)) / a
  // So far out the first term of the series is all of it.
  if (first < FARTHEST) return first
  const start = Math.log(a / b) + Math.min(0, normalQuantileOfLog(tail.log)) * Math.sqrt(1 / a + 1 / b)
  return solveLogTail(tail, start, (logit) => {
    const point = atLogit(logit)
    return { logTail: logIncompleteBetaAt(point, shape), logDensity: logBetaKernelAt(point, shape) }
  })
}

function atLogit(logit: number): LogitPoint {
  if (logit > 0) return { ...turned(atLogit(-logit)), logit }
  const odds = Math.exp(logit)
  const logY = -Math.log1p(odds)
  return { x: odds / (1 + odds), y: 1 / (1 + odds), logX: logit + logY, logY, logit }
}
