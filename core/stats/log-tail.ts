/**
 * A probability as the natural logarithm of one tail: of P(X <= x), or of P(X > x) where `isUpper`. So a tail far below the
 * smallest double keeps its digits, and a probability next to 1 is what its small complement says.
 */
export interface LogTail {
  readonly log: number
  readonly isUpper: boolean
}

const LOG_HALF = -Math.LN2

/**
 * ln(1 - e^log) for log <= 0, without cancellation on either side (Mächler 2012, "Accurately computing log(1 - exp(-|a|))").
 */
export function logComplement(log: number): number {
  return log > LOG_HALF ? Math.log(-Math.expm1(log)) : Math.log1p(-Math.exp(log))
}

/**
 * The smaller tail that P(X <= x) = p describes.
 * @throws RangeError unless p is a probability.
 */
export function tailOfCdf(p: number): LogTail {
  checkProbability(p)
  return p <= 0.5 ? { log: Math.log(p), isUpper: false } : { log: Math.log1p(-p), isUpper: true }
}

/**
 * The smaller tail that P(X > x) = q describes.
 * @throws RangeError unless q is a probability.
 */
export function tailOfSurvival(q: number): LogTail {
  return mirrored(tailOfCdf(q))
}

/**
 * The smaller tail that ln P(X <= x) = log describes; log may lie far below the logarithm of the smallest double.
 * @throws RangeError for NaN and for a logarithm above 0.
 */
export function tailOfLogCdf(log: number): LogTail {
  if (!(log <= 0)) throw new RangeError(`the logarithm of a probability is 0 or less, got ${log}`)
  return log <= LOG_HALF ? { log, isUpper: false } : { log: logComplement(log), isUpper: true }
}

/**
 * The smaller tail that ln P(X > x) = log describes; log may lie far below the logarithm of the smallest double.
 * @throws RangeError for NaN and for a logarithm above 0.
 */
export function tailOfLogSurvival(log: number): LogTail {
  return mirrored(tailOfLogCdf(log))
}

/** The same tail of -X. */
export function mirrored({ log, isUpper }: LogTail): LogTail {
  return { log, isUpper: !isUpper }
}

/** @throws RangeError unless p lies in [0, 1]. */
export function checkProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies between 0 and 1, got ${p}`)
}
