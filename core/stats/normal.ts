import { checkProbability, tailOfLogCdf } from './log-tail.ts'

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI)

/** Below this the power series is used, above it the continued fraction; both are exact to a few ulp here. */
const SEAM = 2

/** A little above ln P(Z > 2). */
const LOG_SEAM = -3.7

/** Standard normal density. */
export function normalDensity(x: number): number {
  return Math.abs(x) > 40 ? 0 : squareDecay(x, 0.5) / ROOT_TWO_PI
}

/**
 * P(Z <= x) for a standard normal Z, with full relative accuracy in the lower tail.
 * @throws RangeError for NaN.
 */
export function normalCdf(x: number): number {
  return normalSurvival(-x)
}

/**
 * P(Z > x) for a standard normal Z, with a relative error below 1e-14 even far out in the upper tail.
 * @throws RangeError for NaN.
 */
export function normalSurvival(x: number): number {
  checkNumber(x)
  if (Math.abs(x) < SEAM) return 0.5 - centre(x)
  return x > 0 ? tail(x) : 1 - tail(-x)
}

/**
 * The x with P(Z <= x) = p; -Infinity at 0 and Infinity at 1. Relative error below 1e-13, given p exactly; write an
 * upper tail q as -normalQuantile(q), because 1 - q has lost the digits of a small q.
 * @throws RangeError outside [0, 1].
 */
export function normalQuantile(p: number): number {
  checkProbability(p)
  if (p > 0.5) return -normalQuantile(1 - p)
  if (p === 0) return -Infinity
  let x = roughUpperQuantile(p)
  // Halley's method triples the 3 digits of the start in each round.
  for (let round = 0; round < 3; round++) {
    const excess = x < SEAM ? 0.5 - p - centre(x) : tail(x) - p
    const step = excess / normalDensity(x)
    x += step / (1 - (x * step) / 2)
  }
  return -x
}

/**
 * ln P(Z > x) for a standard normal Z, with a relative error below 1e-13 for every x; -Infinity where it is below the most
 * negative double.
 * @throws RangeError for NaN.
 */
export function normalLogSurvival(x: number): number {
  if (x < SEAM) return Math.log1p(-normalSurvival(-x))
  checkNumber(x)
  return x === Infinity ? -Infinity : (-x * x) / 2 - Math.log(ROOT_TWO_PI * hazard(x))
}

/**
 * ln P(Z <= x) for a standard normal Z, with a relative error below 1e-13 for every x.
 * @throws RangeError for NaN.
 */
export function normalLogCdf(x: number): number {
  return normalLogSurvival(-x)
}

/**
 * The x with ln P(Z <= x) = log, given log exactly; so quantiles of probabilities far below the smallest double exist, and those
 * of probabilities next to 1 are what ln(1 - e^log) says. Relative error below 1e-13 away from the median. Write an upper
 * tail as -normalQuantileOfLog(log).
 * @throws RangeError for NaN and for a logarithm above 0.
 */
export function normalQuantileOfLog(log: number): number {
  const tail = tailOfLogCdf(log)
  return tail.isUpper ? upperQuantile(tail.log) : -upperQuantile(tail.log)
}

/**
 * The complementary error function 1 - erf(x) = 2/√π ∫ e^(-t²) dt from x to infinity, with a relative error below 1e-14
 * until it falls below the smallest double.
 * @throws RangeError for NaN.
 */
export function erfc(x: number): number {
  checkNumber(x)
  if (x < 0) return 2 - erfc(-x)
  const scaled = x * Math.SQRT2
  if (scaled < SEAM) return 1 - 2 * centre(scaled)
  return x > 28 ? 0 : (2 * squareDecay(x, 1)) / (ROOT_TWO_PI * hazard(scaled))
}

/** The x >= 0 at which the upper tail has a logarithm of at most ln 1/2. */
function upperQuantile(log: number): number {
  if (log > LOG_SEAM) return -normalQuantile(Math.min(0.5, Math.exp(log)))
  let x = Math.sqrt(-2 * log)
  if (x === Infinity) return x
  // Newton's method for the logarithm, whose slope is the hazard.
  for (let round = 0; round < 8; round++) x += (normalLogSurvival(x) - log) / hazard(x)
  return x
}

/** P(0 < Z < x): the series φ(x)(x + x³/3 + x⁵/15 + …), free of cancellation (Marsaglia 2004, J. Stat. Software 11(4)). */
function centre(x: number): number {
  let term = x
  let sum = 0
  for (let odd = 3; sum + term !== sum; odd += 2) {
    sum += term
    term *= (x * x) / odd
  }
  return sum * normalDensity(x)
}

/** P(Z > x) for x >= 2. */
function tail(x: number): number {
  return normalDensity(x) / hazard(x)
}

/** φ(x)/P(Z > x) for x >= 2: Laplace's continued fraction x + 1/(x + 2/(x + 3/…)), from its inner end. */
function hazard(x: number): number {
  const depth = Math.ceil(20 + 400 / (x * x))
  let fraction = x
  for (let k = depth; k >= 1; k--) fraction = x + k / fraction
  return fraction
}

/** e^(-scale·x²). It loses digits for large x because x² is rounded: split off a part whose square is exact (Cody 1969). */
function squareDecay(x: number, scale: number): number {
  const coarse = Math.trunc(x * 16) / 16
  const rest = (x - coarse) * (x + coarse)
  return Math.exp(-coarse * coarse * scale) * Math.exp(-rest * scale)
}

function checkNumber(x: number): void {
  if (Number.isNaN(x)) throw new RangeError('the normal distribution has no value at NaN')
}

/** Upper quantile to 4.5e-4 (Abramowitz & Stegun 1964, 26.2.23). */
function roughUpperQuantile(q: number): number {
  const t = Math.sqrt(-2 * Math.log(q))
  const above = 2.515517 + t * (0.802853 + t * 0.010328)
  return t - above / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
}
