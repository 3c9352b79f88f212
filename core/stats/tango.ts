import { bisect } from './bisect.ts'
import { checkAlpha, checkCounts, checkMargin, checkPaired, checkWorth, finite } from './check.ts'
import type { Direction, Interval, TestResult } from './interval.ts'
import type { PairedRows } from './paired-t.ts'
import { studentTQuantile, studentTSurvival } from './student-t.ts'

/** What two models did on the same n rows, as far as a difference of their accuracies depends on it. */
export interface PairedCounts {
  readonly n: number
  readonly onlyCandidateRight: number
  readonly onlyChampionRight: number
  /**
   * For what rows with weights or clusters are worth (see `effectivePairs`): the counts may then be fractions, and t with so
   * many degrees of freedom takes the place of the normal distribution.
   */
  readonly degreesOfFreedom?: number | undefined
}

/**
 * Counts the discordant rows from per-row values of 0 and 1; `direction` says whether 1 is the good one.
 * @throws RangeError for unequally many rows and for values other than 0 and 1.
 */
export function pairedCounts({ candidate, champion }: PairedRows, direction: Direction): PairedCounts {
  checkPaired(candidate, champion)
  const counts = { onlyCandidateOne: 0, onlyChampionOne: 0 }
  for (let row = 0; row < candidate.length; row++) {
    const [mine, theirs] = [zeroOrOne(candidate[row], row), zeroOrOne(champion[row], row)]
    if (mine > theirs) counts.onlyCandidateOne++
    if (mine < theirs) counts.onlyChampionOne++
  }
  const { onlyCandidateOne: plus, onlyChampionOne: minus } = counts
  const n = candidate.length
  return direction === 'higher'
    ? { n, onlyCandidateRight: plus, onlyChampionRight: minus }
    : { n, onlyCandidateRight: minus, onlyChampionRight: plus }
}

/**
 * Tango's score statistic for H0: accuracy(candidate) - accuracy(champion) = difference, for a difference in [-1, 1];
 * standard normal under H0, decreasing in the difference, 0 at the estimate. Where the restricted variance is zero (only
 * at ±1) it is ±Infinity.
 *
 * Source: T. Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample
 * design", Statistics in Medicine 17 (1998) 891-908.
 * @throws RangeError for counts that are none or contradict each other, and a difference outside [-1, 1].
 */
export function tangoScore(counts: PairedCounts, difference: number): number {
  checkPairedCounts(counts)
  if (!(Math.abs(difference) <= 1)) throw new RangeError(`a difference lies between -1 and 1, got ${difference}`)
  const { n, onlyCandidateRight: b, onlyChampionRight: c } = counts
  // Mirrored so that the hypothesis is never positive: there the quadratic has no cancellation.
  return difference > 0 ? -scoreAtDeficit(n, [c, b], difference) : scoreAtDeficit(n, [b, c], -difference)
}

/**
 * Tango's score interval for accuracy(candidate) - accuracy(champion). Never of zero width: without any discordant row it
 * is ±z²/(n + z²). No rows give [-1, 1] and a doubt. The true error of a bound with alpha = 0.05, summed exactly for
 * margins from 0 to 0.1 and all discordances up to 0.6, stays below 0.057 for n from 50 to 500, and below 0.063 for n = 10.
 * @throws RangeError for counts that are none or contradict each other, and an alpha outside (0, 0.5).
 */
export function tangoInterval(counts: PairedCounts, alpha: number): Interval {
  checkAlpha(alpha)
  checkPairedCounts(counts)
  const { n, onlyCandidateRight: b, onlyChampionRight: c } = counts
  if (n === 0) return { estimate: Number.NaN, lower: -1, upper: 1, doubt: 'too-few-rows' }
  const z = -studentTQuantile(alpha, counts.degreesOfFreedom ?? Infinity)
  const estimate = (b - c) / n
  const lower = bisect((difference) => tangoScore(counts, difference) > z, [-1, estimate])
  const upper = bisect((difference) => tangoScore(counts, difference) > -z, [estimate, 1])
  return { estimate, lower, upper, doubt: undefined }
}

/**
 * Tests H0: the candidate's accuracy is lower by `margin` or more, against non-inferiority. Agrees with the interval:
 * p < alpha exactly when its lower bound exceeds -margin. No rows give p = 1.
 * @throws RangeError for counts that are none or contradict each other, and a margin outside [0, 1].
 */
export function tangoNonInferiority(counts: PairedCounts, margin: number): TestResult {
  checkMargin(margin)
  const statistic = tangoScore(counts, -margin)
  const { n, degreesOfFreedom = Infinity } = counts
  return { statistic, pValue: n === 0 ? 1 : studentTSurvival(statistic, degreesOfFreedom) }
}

/** The score for H0: p(b) - p(c) = -deficit, with the constrained maximum likelihood estimate of p(c). */
function scoreAtDeficit(n: number, [b, c]: readonly [number, number], deficit: number): number {
  const excess = b - c + n * deficit
  if (excess === 0) return 0
  const half = b + c + (2 * n - b + c) * deficit
  // The discriminant relative to half²: a tiny hypothesis must not underflow into a variance of zero.
  const discriminant = 1 - (8 * n * deficit * (1 + deficit) * c) / half / half
  const loss = (half * (1 + Math.sqrt(Math.max(0, discriminant)))) / (4 * n)
  const variance = n * (2 * loss - deficit * (1 + deficit))
  return excess / Math.sqrt(Math.max(0, variance))
}

function checkPairedCounts({ n, onlyCandidateRight, onlyChampionRight, degreesOfFreedom }: PairedCounts): void {
  const isWorth = degreesOfFreedom !== undefined
  if (isWorth) checkWorth({ n, onlyCandidateRight, onlyChampionRight })
  else checkCounts({ n, onlyCandidateRight, onlyChampionRight })
  const discordant = onlyCandidateRight + onlyChampionRight
  if (discordant > n * (isWorth ? 1 + 1e-9 : 1))
    throw new RangeError(`${discordant} discordant rows do not fit into ${n} rows`)
}

function zeroOrOne(value: number | undefined, row: number): number {
  const known = finite(value, row)
  if (known !== 0 && known !== 1) throw new RangeError(`row ${row} must be 0 or 1, got ${known}`)
  return known
}
