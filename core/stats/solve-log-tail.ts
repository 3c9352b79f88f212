import type { LogTail } from './log-tail.ts'

/** What Newton's method needs at a point u: the logarithms of the tail that is being solved for, and of the density in u. */
export interface TailAt {
  readonly logTail: number
  readonly logDensity: number
}

/** Newton's method doubles the digits, so that after such a step only rounding is left. */
const LAST_STEP = 1e-10
const MAX_ROUNDS = 500

/**
 * The u at which the logarithm of a tail is `tail.log`, by Newton's method. For a variable whose density is log-concave both
 * tails are log-concave, too; so every step but perhaps the first approaches the solution from one side, and no bracket is
 * needed. `start` must not lie so far on the wrong side that the tail is flat there.
 * @throws Error where it does not converge, which a caller's domain has to exclude.
 */
export function solveLogTail(tail: LogTail, start: number, evaluate: (u: number) => TailAt): number {
  const sign = tail.isUpper ? 1 : -1
  let u = start
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { logTail, logDensity } = evaluate(u)
    const step = sign * (logTail - tail.log) * Math.exp(logTail - logDensity)
    u += step
    if (Math.abs(step) <= LAST_STEP) return u
  }
  throw new Error(`no quantile was found for the logarithm of a tail ${tail.log}`)
}
