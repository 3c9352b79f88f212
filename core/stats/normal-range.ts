import { bisect } from './bisect.ts'
import { normalDensity, normalSurvival } from './normal.ts'

/** So far out a standard normal draw has no weight that counts. */
const farthest = 9
/** Steps of Simpson's rule over the density, an even number. */
const steps = 400

/**
 * The quantile of the range of k independent standard normal draws: the width that their largest less their smallest does not
 * exceed with a probability `p`. That is the studentized range with infinitely many degrees of freedom; for two draws it is
 * √2·z((1 + p)/2).
 *
 * Source: H. Harter, Annals of Mathematical Statistics 31 (1960) 1122-1147, by P(range ≤ w) = k ∫ φ(x) (Φ(x + w) - Φ(x))^(k - 1) dx.
 * @throws RangeError for a p outside (0, 1) and fewer than two draws.
 */
export function normalRangeQuantile(p: number, k: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`p must lie between 0 and 1, got ${p}`)
  if (!(Number.isInteger(k) && k >= 2)) throw new RangeError(`a range needs two draws or more, got ${k}`)
  return bisect((width) => withinRange(width, k) < p, [0, 4 * farthest])
}

function withinRange(width: number, k: number): number {
  const size = (2 * farthest) / steps
  let sum = 0
  for (let step = 0; step <= steps; step++) {
    const x = step * size - farthest
    const weight = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2
    sum += weight * normalDensity(x) * (normalSurvival(x) - normalSurvival(x + width)) ** (k - 1)
  }
  return (k * sum * size) / 3
}
