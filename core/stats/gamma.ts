const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2

/** The coefficients B(2k) / (2k (2k - 1)) of Stirling's series for k = 7 … 1, B being the Bernoulli numbers. */
const STIRLING = [1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12]

/** (ζ(k) - 1)/k for k = 28 … 2, ζ being Riemann's function. */
const ZETA = [
  1.330476437424449e-10, 2.7595228851242334e-10, 5.731367241678862e-10, 1.1921401405860912e-9, 2.4836745438024785e-9,
  5.183475041970047e-9, 1.0838659214896955e-8, 2.2711094608943164e-8, 4.7698101693639804e-8, 1.0043224823968099e-7,
  2.1207184805554665e-7, 4.492469198764566e-7, 9.55141213040742e-7, 2.039215753801366e-6, 4.374866789907488e-6,
  9.439488275268397e-6, 2.050721277567069e-5, 4.492623673813314e-5, 9.945751278180853e-5, 0.00022315475845357939,
  0.0005096695247430425, 0.001192753911703261, 0.0028905103307415234, 0.007385551028673986, 0.020580808427784546,
  0.0673523010531981, 0.3224670334241132,
]

/** 1 - γ, γ being Euler's constant. */
const ONE_LESS_EULER = 0.42278433509846713

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
  for (; at < SERIES_FROM; at++) below += (at + 0.5) * logStep(at) - 1
  let series = 0
  for (const coefficient of STIRLING) series = series / (at * at) + coefficient
  return below + series / at
}

/**
 * ln Γ(x) for x > 0, with a relative error of about 1e-15 everywhere, also next to its zeros at 1 and 2 and for denormal x;
 * Infinity at 0 and Infinity. From 2.5 on by Stirling's series, below by that of Abramowitz & Stegun 1964, 6.1.33.
 * @throws RangeError for NaN and negative x.
 */
export function logGamma(x: number): number {
  if (!(x >= 0)) throw new RangeError(`the gamma function is known here for positive numbers, got ${x}`)
  if (x === Infinity) return Infinity
  if (x < 0.5) return logGammaAfterTwo(x) - Math.log1p(x) - Math.log(x)
  if (x < 1.5) return logGammaAfterTwo(x - 1) - Math.log1p(x - 1)
  if (x < 2.5) return logGammaAfterTwo(x - 2)
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingError(x)
}

/** ln Γ(2 + e) for |e| <= 1/2: e(1 - γ) + Σ (-e)^k (ζ(k) - 1)/k, whose terms fall at least like 4^-k. */
function logGammaAfterTwo(e: number): number {
  let series = 0
  for (const coefficient of ZETA) series = coefficient - e * series
  return e * (ONE_LESS_EULER + e * series)
}

/** ln((x + 1)/x), also where 1/x would overflow. */
function logStep(x: number): number {
  return x < 1 ? Math.log1p(x) - Math.log(x) : Math.log1p(1 / x)
}
