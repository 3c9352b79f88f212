/**
 * x ln(x/mean) + mean - x for x >= 0 and mean > 0, by a series where the two are close and the plain formula would cancel
 * (Loader 2000, "Fast and accurate computation of binomial probabilities"). It is what the logarithm of a Poisson, gamma or
 * beta density loses away from its peak.
 */
export function deviance(x: number, mean: number): number {
  if (x === 0) return mean
  const v = (x - mean) / (x + mean)
  if (Math.abs(v) > 0.1) return x * Math.log(x / mean) + mean - x
  let sum = (x - mean) * v
  let term = 2 * x * v
  for (let odd = 3; ; odd += 2) {
    term *= v * v
    const next = sum + term / odd
    if (next === sum) return sum
    sum = next
  }
}
