import type { Moments } from './moments.ts'

/**
 * The skewness of the mean of independent values: their own over √n. 0 where they do not vary.
 * @param of The moments of the same values.
 */
export function skewOfMean(values: ArrayLike<number>, of: Moments): number {
  const { n, mean, variance } = of
  if (!(variance > 0)) return 0
  const deviation = Math.sqrt(variance)
  let cubes = 0
  for (let row = 0; row < n; row++) {
    const distance = ((values[row] ?? Number.NaN) - mean) / deviation
    cubes += distance * distance * distance
  }
  return cubes / n / Math.sqrt(n)
}

/**
 * Hall's transformation of a t statistic: what is left of it when the skewness of the estimate is taken out, up to terms of
 * 1/n. Grows with t; t itself for a skewness of 0.
 *
 * Source: P. Hall, "On the removal of skewness by transformation", Journal of the Royal Statistical Society B 54 (1992) 221-228.
 */
export function unskewed(t: number, skew: number): number {
  // As a product, since t³ may overflow where the skewness is 0.
  const u = skew * t
  return t * (1 + u / 3 + u ** 2 / 27) + skew / 6
}

/** The inverse of `unskewed`. */
export function reskewed(x: number, skew: number): number {
  // So little changes no digit, and would underflow below.
  if (Math.abs(skew) < 1e-15) return x
  const u = skew * (x - skew / 6)
  // As ∛(1 + u) - 1 without cancellation: the whole shrinks with the skewness, and so does what it is divided by.
  if (u > -0.5) return (3 * Math.expm1(Math.log1p(u) / 3)) / skew
  return (3 * (Math.cbrt(1 + u) - 1)) / skew
}
