import { type Range, type TInterval, tInterval } from './interval.ts'
import { checkBinary } from './metrics/auc.ts'
import { ranksOf } from './metrics/ranks.ts'
import { FEWEST_OF_A_CLASS } from './metrics/row-influence.ts'
import { moments } from './moments.ts'
import { remembered } from './remembered.ts'
import type { Evaluated } from './row-values.ts'
import { skewOfMean } from './skew.ts'

/** From this many rows of the smaller class on, the normal distribution replaces t. */
const NORMAL_FROM = 30

/** Labels (1 positive, 0 negative) and the scores of one model. */
export interface ScoredRows {
  readonly labels: ArrayLike<number>
  readonly scores: ArrayLike<number>
}

/** Labels (1 positive, 0 negative) and the scores of two models on the same rows. */
export interface PairedScores {
  readonly labels: ArrayLike<number>
  readonly candidate: ArrayLike<number>
  readonly champion: ArrayLike<number>
}

/** An interval on an AUC or a difference of two, with the number of rows of each class. */
export interface AucInterval extends TInterval {
  readonly positives: number
  readonly negatives: number
}

/** For every row of one class: the share of the other class that it is ranked correctly against, ties counting half. */
interface Placements {
  readonly auc: number
  readonly positives: Float64Array
  readonly negatives: Float64Array
}

/**
 * The area under the ROC curve: the probability that a positive scores higher than a negative, ties counting half.
 * NaN where a class is absent. O(n log n).
 * @throws RangeError for labels other than 0 and 1, scores that are NaN or infinite, and unequally many of both.
 */
export function auc(rows: ScoredRows): number {
  return placements(rows).auc
}

/**
 * AUC with its DeLong interval, inside [0, 1]. Fewer than ten rows of a class, or no variation (perfect separation), make
 * it [0, 1] with a `doubt`. With fewer than thirty of the smaller class, t with that many less one degrees of freedom.
 *
 * Source: E. DeLong, D. DeLong, D. Clarke-Pearson, Biometrics 44 (1988) 837-845; by placement values as in X. Sun, W. Xu,
 * IEEE Signal Processing Letters 21 (2014) 1389-1393.
 * @throws RangeError as `auc` does, and for an alpha outside (0, 0.5).
 */
export function aucInterval(rows: ScoredRows, alpha: number): AucInterval {
  return placementInterval(placements(rows), { lower: 0, upper: 1 }, alpha)
}

/**
 * The paired DeLong interval of AUC(candidate) - AUC(champion), inside [-1, 1]. Doubts as in `aucInterval`; two models
 * with equal ranks have no variation and are inconclusive.
 * @throws RangeError as `auc` does, and for an alpha outside (0, 0.5).
 */
export function pairedAucInterval({ labels, candidate, champion }: PairedScores, alpha: number): AucInterval {
  return pairedAucIntervalOf({ labels, scores: candidate }, { labels, scores: champion }, alpha)
}

function pairedAucIntervalOf(candidate: ScoredRows, champion: ScoredRows, alpha: number): AucInterval {
  const mine = placements(candidate)
  const theirs = placements(champion)
  const difference: Placements = {
    auc: mine.auc - theirs.auc,
    positives: subtract(mine.positives, theirs.positives),
    negatives: subtract(mine.negatives, theirs.negatives),
  }
  return placementInterval(difference, { lower: -1, upper: 1 }, alpha)
}

/** Var(AUC) = var(positives' placements)/m + var(negatives' placements)/n; for differences this is S11 + S22 - 2 S12. */
function placementInterval(of: Placements, range: Range, alpha: number): AucInterval {
  const [positives, negatives] = [of.positives.length, of.negatives.length]
  const fewest = Math.min(positives, negatives)
  const isEnough = fewest >= FEWEST_OF_A_CLASS
  const spreads = isEnough ? [spreadOf(of.positives), spreadOf(of.negatives)] : []
  const variance = spreads.reduce((sum, { squared }) => sum + squared, 0)
  const third = spreads.reduce((sum, { cubed }) => sum + cubed, 0)
  const interval = tInterval({
    estimate: of.auc,
    standardError: isEnough ? Math.sqrt(variance) : Number.NaN,
    skew: variance > 0 ? third / variance ** 1.5 : 0,
    degreesOfFreedom: fewest < NORMAL_FROM ? Math.max(0, fewest - 1) : Infinity,
    alpha,
    range,
    doubt: isEnough ? undefined : 'too-few-of-a-class',
  })
  return { ...interval, positives, negatives }
}

/** What the placements of one class add to the second and third cumulant of the AUC. */
function spreadOf(values: Float64Array): { readonly squared: number; readonly cubed: number } {
  const of = moments(values)
  const squared = of.variance / of.n
  return { squared, cubed: skewOfMean(values, of) * squared ** 1.5 }
}

const placements = remembered((rows: ScoredRows): Placements => {
  checkBinary({ labels: rows.labels, predictions: rows.scores })
  const { labels } = rows
  const { below, ones, zeros } = ranksOf(rows)
  const [positives, negatives] = [new Float64Array(ones), new Float64Array(zeros)]
  let [one, zero, total] = [0, 0, 0]
  for (let row = 0; row < below.length; row++) {
    const count = below[row] ?? 0
    if (labels[row] === 1) {
      positives[one++] = count / zeros
      total += count
    } else negatives[zero++] = 1 - count / ones
  }
  return { auc: total / ones / zeros, positives, negatives }
})

/** What an AUC looks at. */
export const scoredRows = remembered(
  ({ labels, predictions }: Evaluated): ScoredRows => ({ labels, scores: predictions }),
)

function subtract(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((value, place) => value - (second[place] ?? Number.NaN))
}
