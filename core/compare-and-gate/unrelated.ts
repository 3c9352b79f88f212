import type { Criteria } from './criteria.ts'
import { type Evaluation, isAboutNumbers } from './evaluation.ts'
import type { Facts, Predictions } from './facts.ts'

/** On fewer rows a good model, too, may look like chance. */
const fewestRows = 100

/** So many standard errors from chance are no chance. */
const sure = 3

interface Named {
  readonly reference: string
}

interface Read {
  readonly evaluation: Pick<Evaluation, 'labels' | 'queries'>
  readonly facts: Pick<Facts, 'candidate' | 'champion'>
  readonly criteria: Criteria
}

/** What to say of both sides; nothing of scores, which mean something within their query alone. */
export function unrelatedWarnings(
  { candidate, champion }: { readonly candidate: Named; readonly champion: Named | undefined },
  { evaluation: { labels, queries }, facts, criteria }: Read,
): readonly string[] {
  if (queries !== undefined) return []
  const classes = isAboutNumbers(criteria) ? 0 : criteria.data.classes.length
  const sides = [
    { side: candidate, predictions: facts.candidate },
    { side: champion, predictions: facts.champion },
  ]
  return sides.flatMap(({ side, predictions }) =>
    side === undefined || predictions === undefined
      ? []
      : (unrelatedWarning({ reference: side.reference, predictions, labels, classes }) ?? []),
  )
}

interface Side {
  readonly reference: string
  readonly predictions: Predictions
  /** The truth: classes by their place, or numbers. */
  readonly labels: Float64Array
  /** How many classes there are. */
  readonly classes: number
}

/**
 * What to say of a model that predicts the opposite of the truth, or nothing of it: mostly its predictions are of the wrong class or
 * of other rows, and a champion like that lets every candidate pass. Undefined where it is no worse than that, or where there is too
 * little to tell. A hint, and no judgement.
 */
export function unrelatedWarning({ reference, predictions, labels, classes }: Side): string | undefined {
  if (labels.length < fewestRows || isConstant(labels)) return undefined
  const { values, probabilities, classes: named } = predictions
  const said = values ?? (classes === 2 ? (probabilities ?? named) : named)
  if (said === undefined) return undefined
  if (isConstant(said)) return `${reference} predicts the same on every row`
  const distance = values === undefined && classes > 2 ? agreement(labels, said, classes) : correlation(labels, said)
  if (distance < -sure) {
    const hint =
      values === undefined ? ': see that the last of data.classes is the class whose probability it gives' : ''
    return `${reference} predicts the opposite of the labels${classes === 2 ? hint : ''}`
  }
  return distance < sure
    ? `${reference} does no better than chance: see that its predictions are of these very rows`
    : undefined
}

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0])
}

/** Pearson's correlation in standard errors of no correlation, 1/√n; without overflow of large numbers. */
function correlation(one: Float64Array, other: Float64Array): number {
  const [a, b] = [centred(one), centred(other)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let row = 0; row < a.length; row++) {
    const [x, y] = [a[row] ?? 0, b[row] ?? 0]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return (ab / Math.sqrt(aa * bb)) * Math.sqrt(a.length)
}

/** Deviations from the mean, in units of the largest. */
function centred(values: Float64Array): Float64Array {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scaled = values.map((value) => value / largest)
  const mean = scaled.reduce((sum, value) => sum + value, 0) / values.length
  return scaled.map((value) => value - mean)
}

/** Cohen's (1960) agreement beyond chance, in standard errors of none. */
function agreement(labels: Float64Array, named: Float64Array, classes: number): number {
  const [truths, guesses] = [new Float64Array(classes), new Float64Array(classes)]
  let right = 0
  for (const [row, label] of labels.entries()) {
    const guess = named[row] ?? 0
    truths[label] = (truths[label] ?? 0) + 1
    guesses[guess] = (guesses[guess] ?? 0) + 1
    if (label === guess) right += 1
  }
  const n = labels.length
  const byChance = truths.reduce((sum, count, place) => sum + (count / n) * ((guesses[place] ?? 0) / n), 0)
  return (right / n - byChance) / Math.sqrt((byChance * (1 - byChance)) / n)
}
