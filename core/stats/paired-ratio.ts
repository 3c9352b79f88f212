import { bisect } from './bisect.ts'
import { checkAlpha, checkWorth } from './check.ts'
import type { Interval } from './interval.ts'
import { studentTQuantile } from './student-t.ts'

/**
 * On how many rows both models have a 1, and one alone. Fractions where rows with weights or clusters are worth so much; then t
 * with `degreesOfFreedom` takes the place of the normal distribution.
 */
export interface RatioCounts {
  readonly both: number
  readonly onlyCandidate: number
  readonly onlyChampion: number
  readonly degreesOfFreedom?: number | undefined
}

/**
 * The score statistic for H0: share(candidate) / share(champion) = ratio, for two shares on the same rows; standard normal under
 * H0, decreasing in the ratio, 0 at the estimate. 0 where it cannot say anything: no row with a 1.
 *
 * With p̃ the shares under H0 of greatest likelihood, z = (x1 - ratio·x2) / √(n·ratio·(p̃10 + p̃01)).
 *
 * Source: J. Nam, W. Blackwelder, "Analysis of the ratio of marginal probabilities in a matched-pair setting", Statistics in
 * Medicine 21 (2002) 689-699; N.-S. Tang, M.-L. Tang, I. Chan, Statistics in Medicine 22 (2003) 1217-1233.
 * @throws RangeError for counts that are negative or infinite, and for a ratio that is not above 0.
 */
export function ratioScore(counts: RatioCounts, ratio: number): number {
  const { both, onlyCandidate: b, onlyChampion: c } = counts
  checkWorth({ both, onlyCandidate: b, onlyChampion: c })
  if (!(ratio > 0 && ratio < Infinity)) throw new RangeError(`a ratio lies above 0, got ${ratio}`)
  // Mirrored so that the hypothesis never favours the candidate: below, a share cannot come out negative by cancellation.
  if (ratio > 1) return -ratioScore({ both, onlyCandidate: c, onlyChampion: b }, 1 / ratio)
  const total = both + b + c
  const excess = both + b - ratio * (both + c)
  if (total === 0 || excess === 0) return 0
  const least = total * (1 - ratio)
  const slope = (1 + ratio) * total
  const half = ((1 + ratio) * least * (both + c) + total * (b + c)) / 2
  const root = Math.sqrt(Math.max(0, half * half - slope * c * least * total))
  const lost = Math.max(least, (half + root) / slope)
  const gained = (lost - least) / ratio
  return excess / Math.sqrt(ratio * (gained + lost))
}

/**
 * The score interval of share(candidate) / share(champion) on the same rows. Without a row where the champion has a 1 there is no
 * ratio: [0, ∞] and the doubt `zero-baseline`.
 * @throws RangeError as `ratioScore`, and for an alpha outside (0, 0.5).
 */
export function ratioInterval(counts: RatioCounts, alpha: number): Interval {
  checkAlpha(alpha)
  const { both, onlyCandidate, onlyChampion, degreesOfFreedom = Infinity } = counts
  const champion = both + onlyChampion
  const estimate = (both + onlyCandidate) / champion
  if (!(champion > 0)) return { estimate: Number.NaN, lower: 0, upper: Infinity, doubt: 'zero-baseline' }
  const z = -studentTQuantile(alpha, degreesOfFreedom)
  // In r / (1 + r), which has an end.
  const [at, ratioAt] = [estimate / (1 + estimate), (place: number) => place / (1 - place)]
  const lower = bisect((place) => place <= 0 || ratioScore(counts, ratioAt(place)) > z, [0, at])
  const upper = bisect((place) => place <= 0 || (place < 1 && ratioScore(counts, ratioAt(place)) > -z), [at, 1])
  return { estimate, lower: ratioAt(lower), upper: upper >= 1 ? Infinity : ratioAt(upper), doubt: undefined }
}
