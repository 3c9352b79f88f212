import { checkPaired, finite } from './check.ts'
import { type Range, type TInterval, tInterval } from './interval.ts'
import { moments } from './moments.ts'
import { skewOfMean } from './skew.ts'

/** Fewer rows of a class than this, and DeLong's variance is not to be trusted: coverage falls to 86 %. */
const FEWEST_OF_A_CLASS = 10
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
  const mine = placements({ labels, scores: candidate })
  const theirs = placements({ labels, scores: champion })
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

/** Ranks each class inside the other one, which is what midranks amount to, by binary search in its sorted scores. */
function placements(rows: ScoredRows): Placements {
  const { ones, zeros } = split(rows)
  const [sortedOnes, sortedZeros] = [ones.toSorted(), zeros.toSorted()]
  const wins = ones.map((score) => halvesBelow(sortedZeros, score) / 2)
  const losses = zeros.map((score) => halvesBelow(sortedOnes, score) / 2)
  let total = 0
  for (const count of wins) total += count
  return {
    auc: total / ones.length / zeros.length,
    positives: wins.map((count) => count / zeros.length),
    negatives: losses.map((count) => 1 - count / ones.length),
  }
}

function split({ labels, scores }: ScoredRows): { ones: Float64Array; zeros: Float64Array } {
  checkPaired(labels, scores)
  const ones: number[] = []
  const zeros: number[] = []
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]
    if (label !== 0 && label !== 1) throw new RangeError(`row ${row}: a binary label is 0 or 1, got ${label}`)
    const group = label === 1 ? ones : zeros
    group.push(finite(scores[row], row))
  }
  return { ones: Float64Array.from(ones), zeros: Float64Array.from(zeros) }
}

/** Twice the number of sorted values below `score`, plus the number of those equal to it. */
function halvesBelow(sorted: Float64Array, score: number): number {
  const below = countWhile(sorted, (value) => value < score)
  return below + countWhile(sorted, (value) => value <= score)
}

/** How many values at the start of the list satisfy a predicate that holds on a prefix. */
function countWhile(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(sorted[middle] ?? Number.NaN)) low = middle + 1
    else high = middle
  }
  return low
}

function subtract(first: Float64Array, second: Float64Array): Float64Array {
  return first.map((value, place) => value - (second[place] ?? Number.NaN))
}
