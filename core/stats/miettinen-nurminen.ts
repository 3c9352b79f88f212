import { bisect } from './bisect.ts'
import { checkAlpha, checkMargin } from './check.ts'
import type { Interval, TestResult } from './interval.ts'
import type { IndependentCounts } from './newcombe.ts'
import { normalQuantile, normalSurvival } from './normal.ts'
import { checkProportion, type ProportionCounts } from './wilson.ts'

/** Below this a variance made of the difference would underflow to 0, and the score would be sure. */
const TINY = 1e-300

/**
 * Miettinen and Nurminen's score statistic for H0: p(candidate) - p(champion) = difference, two independent proportions, with
 * the variance at the constrained maximum likelihood estimate and their factor N/(N - 1). Standard normal under H0, decreasing
 * in the difference, 0 at the estimate; ±Infinity where the constrained variance is zero.
 *
 * Source: O. Miettinen, M. Nurminen, Statistics in Medicine 4 (1985) 213-226.
 * @throws RangeError for counts that are none or contradict each other, a side without rows, and a difference outside [-1, 1].
 */
export function miettinenNurminenScore(counts: IndependentCounts, difference: number): number {
  const { candidate, champion } = counts
  checkProportion(candidate)
  checkProportion(champion)
  if (candidate.n === 0 || champion.n === 0) throw new RangeError('each side needs at least one row')
  if (!(Math.abs(difference) <= 1)) throw new RangeError(`a difference lies between -1 and 1, got ${difference}`)
  // Turned so that the difference is not negative and most rows are failures: small proportions keep their digits then.
  const size = Math.abs(difference) < TINY ? 0 : Math.abs(difference)
  return difference < 0 ? -scoreAt({ candidate: champion, champion: candidate }, size) : scoreAt(counts, size)
}

/**
 * Miettinen and Nurminen's score interval for the difference of two independent proportions, candidate less champion: the
 * differences that the score test does not refute. Never of zero width. No rows on a side give [-1, 1] and a doubt.
 * @throws RangeError for counts that are none or contradict each other, and an alpha outside (0, 0.5).
 */
export function miettinenNurminenInterval(counts: IndependentCounts, alpha: number): Interval {
  checkAlpha(alpha)
  const { candidate, champion } = counts
  checkProportion(candidate)
  checkProportion(champion)
  const estimate = candidate.successes / candidate.n - champion.successes / champion.n
  if (candidate.n === 0 || champion.n === 0) return { estimate, lower: -1, upper: 1, doubt: 'too-few-rows' }
  const z = -normalQuantile(alpha)
  const lower = bisect((difference) => miettinenNurminenScore(counts, difference) > z, [-1, estimate])
  const upper = bisect((difference) => miettinenNurminenScore(counts, difference) > -z, [estimate, 1])
  return { estimate, lower, upper, doubt: undefined }
}

/**
 * Tests H0: the candidate's proportion (higher is better) is lower by `margin` or more, against non-inferiority: the test of
 * Farrington and Manning (1990) with Miettinen and Nurminen's factor. Agrees with the interval: p < alpha exactly when its
 * lower bound exceeds -margin. No rows on a side give p = 1.
 * @throws RangeError for counts that are none or contradict each other, and a margin outside [0, 1].
 */
export function miettinenNurminenNonInferiority(counts: IndependentCounts, margin: number): TestResult {
  checkMargin(margin)
  if (counts.candidate.n === 0 || counts.champion.n === 0) return { statistic: Number.NaN, pValue: 1 }
  const statistic = miettinenNurminenScore(counts, -margin)
  return { statistic, pValue: normalSurvival(statistic) }
}

/** The score for a difference that is not negative. */
function scoreAt({ candidate, champion }: IndependentCounts, difference: number): number {
  const n = candidate.n + champion.n
  const excess = candidate.successes / candidate.n - champion.successes / champion.n - difference
  if (excess === 0) return 0
  const isMostly = candidate.successes + champion.successes > n / 2
  const [more, less] = isMostly ? [failures(champion), failures(candidate)] : [candidate, champion]
  const low = constrained(more, less, difference)
  const high = low + difference
  const variance = ((high * (1 - high)) / more.n + (low * (1 - low)) / less.n) * (n / (n - 1))
  return excess / Math.sqrt(Math.max(0, variance))
}

function failures({ successes, n }: ProportionCounts): ProportionCounts {
  return { successes: n - successes, n }
}

/**
 * The smaller proportion of greatest likelihood, given how much larger the other one is. The likelihood is concave along that
 * line, so its slope changes sign once; halving it needs no cubic, whose closed solution cancels.
 */
function constrained(more: ProportionCounts, less: ProportionCounts, difference: number): number {
  const rises = (p: number) =>
    over(more.successes, p + difference) + over(less.successes, p) >
    over(more.n - more.successes, 1 - p - difference) + over(less.n - less.successes, 1 - p)
  return bisect(rises, [0, 1 - difference])
}

/** count / p, where none of nothing is nothing. */
function over(count: number, p: number): number {
  return count === 0 ? 0 : count / Math.max(0, p)
}
