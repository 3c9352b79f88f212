const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2

/** The coefficients B(2k) / (2k (2k - 1)) of Stirling's series for k = 7 … 1, B being the Bernoulli numbers. */
const STIRLING = [1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12]

/** From here on seven terms of the series are exact to double precision. */
const SERIES_FROM = 10

/**
 * What Stirling's formula leaves over: ln Γ(x) = (x - 1/2) ln x - x + ln(2π)/2 + stirlingError(x), for x > 0.
 * Working with this small rest instead of ln Γ itself is what keeps ratios of huge gamma functions exact
 * (Loader 2000, "Fast and accurate computation of binomial probabilities"). Absolute error about 1e-15.
 */
export function stirlingError(x: number): number {
  let below = 0
  let at = x
  // Small arguments climb by the recurrence Γ(x + 1) = xΓ(x).
  for (; at < SERIES_FROM; at++) below += (at + 0.5) * Math.log1p(1 / at) - 1
  let series = 0
  for (const coefficient of STIRLING) series = series / (at * at) + coefficient
  return below + series / at
}

/** ln Γ(x) for x > 0; absolute error about 1e-15 near 1 and 2, relative error about 1e-15 for large x. */
export function logGamma(x: number): number {
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingError(x)
}
