const ROOT_TWO_PI = Math.sqrt(2 * Math.PI)

/** Below this the power series is used, above it the continued fraction; both are exact to a few ulp here. */
const SEAM = 2

/** Standard normal density. */
export function normalDensity(x: number): number {
  // exp(-x²/2) loses digits for large x because x² is rounded: split off a part whose square is exact (Cody 1969).
  const coarse = Math.trunc(x * 16) / 16
  const rest = (x - coarse) * (x + coarse)
  return Math.abs(x) > 40 ? 0 : (Math.exp((-coarse * coarse) / 2) * Math.exp(-rest / 2)) / ROOT_TWO_PI
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
  if (Number.isNaN(x)) throw new RangeError('the normal distribution has no value at NaN')
  if (Math.abs(x) < SEAM) return 0.5 - centre(x)
  return x > 0 ? tail(x) : 1 - tail(-x)
}

/**
 * The x with P(Z <= x) = p; -Infinity at 0 and Infinity at 1. Relative error below 1e-13, given p exactly; write an
 * upper tail q as -normalQuantile(q), because 1 - q has lost the digits of a small q.
 * @throws RangeError outside [0, 1].
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies between 0 and 1, got ${p}`)
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

/** P(Z > x) for x >= 2: Laplace's continued fraction φ(x)/(x + 1/(x + 2/(x + 3/…))), from its inner end. */
function tail(x: number): number {
  const depth = Math.ceil(20 + 400 / (x * x))
  let fraction = x
  for (let k = depth; k >= 1; k--) fraction = x + k / fraction
  return normalDensity(x) / fraction
}

/** Upper quantile to 4.5e-4 (Abramowitz & Stegun 1964, 26.2.23). */
function roughUpperQuantile(q: number): number {
  const t = Math.sqrt(-2 * Math.log(q))
  const above = 2.515517 + t * (0.802853 + t * 0.010328)
  return t - above / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
}
