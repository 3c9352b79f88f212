import { checkPaired, finite } from './check.ts'
import type { Units } from './units.ts'

/**
 * Truth and prediction of n rows. `labels` has n entries; what `predictions` holds depends on the metric:
 *
 * - class: n numbers that stand for classes, compared with the labels for equality;
 * - probability: n probabilities of class 1 (labels 0 and 1), or n·k row by row, one per class (labels 0 to k - 1);
 * - score: n numbers that rank rows, higher for class 1 (labels 0 and 1);
 * - value: n numbers in the unit of the labels;
 * - custom: n numbers of which the metric is the mean, whatever they mean.
 *
 * Weights and clusters have n entries each, where they are given.
 */
export interface Evaluated extends Units {
  readonly labels: ArrayLike<number>
  readonly predictions: ArrayLike<number>
  readonly settings?: MetricSettings | undefined
  /** For metrics of queries: the place of each row's query, from 0 on; labels are then relevances, and predictions scores. */
  readonly queries?: Int32Array | undefined
  /** For one number of all rows: the same of resampled ones; equally many for both models, of the same resamples. */
  readonly resampled?: Resampled | undefined
}

/** One number of all rows, and of each resample of them. */
export interface Resampled {
  readonly whole: number
  readonly replicates: Float64Array
}

/** What some metrics must be told. */
export interface MetricSettings {
  /** How many classes there are, for averages over all of them; by default two, or as many as occur. */
  readonly classes?: number | undefined
  /** For `topK`, and for metrics of queries: how many of the first places count. */
  readonly k?: number | undefined
  /** For `pinball`: the quantile that is predicted. */
  readonly quantile?: number | undefined
  /** For `precision`, `recall` and `f1`: the class that they are about; 1 where nothing is said. */
  readonly positive?: number | undefined
  /** For `cost`: what it costs to predict a class (second place) for a class (first place). */
  readonly cost?: readonly (readonly number[])[] | undefined
}

/** Default floor of the true class's probability in the log loss: one certain and wrong row costs 34.5 nats. */
export const LOG_LOSS_EPSILON = 1e-15

/** How far rounding in a model may carry a probability out of [0, 1], and the sum over its classes away from 1. */
export const PROBABILITY_SLACK = 1e-6
export const SUM_SLACK = 1e-3

/**
 * 1 where the predicted class is the label, else 0.
 * @throws RangeError for NaN or infinite entries and for unequally many labels and predictions.
 */
export function correctRows(evaluated: Evaluated): Float64Array {
  return perRow(evaluated, (label, prediction) => (label === prediction ? 1 : 0))
}

/**
 * 1 where the predicted class is not the label, else 0.
 * @throws RangeError as `correctRows`.
 */
export function wrongRows(evaluated: Evaluated): Float64Array {
  return perRow(evaluated, (label, prediction) => (label === prediction ? 0 : 1))
}

/**
 * |prediction - label|.
 * @throws RangeError for NaN or infinite entries and for unequally many labels and predictions.
 */
export function absoluteErrorRows(evaluated: Evaluated): Float64Array {
  return perRow(evaluated, (label, prediction) => Math.abs(prediction - label))
}

/**
 * (prediction - label)².
 * @throws RangeError for NaN or infinite entries and for unequally many labels and predictions.
 */
export function squaredErrorRows(evaluated: Evaluated): Float64Array {
  return perRow(evaluated, (label, prediction) => (prediction - label) ** 2)
}

/**
 * -ln(p) of the true class's probability p, in nats, with p raised to at least `epsilon`.
 * @throws RangeError for entries that are no probabilities, rows of classes that do not add up to 1, labels that are no
 * class, and an epsilon outside (0, 0.5).
 */
export function logLossRows(evaluated: Evaluated, epsilon: number = LOG_LOSS_EPSILON): Float64Array {
  if (!(epsilon > 0 && epsilon < 0.5)) throw new RangeError(`epsilon must lie between 0 and 0.5, got ${epsilon}`)
  return perDistribution(evaluated, (probabilities, label) => {
    return -Math.log(Math.max(epsilon, Math.min(1, probabilities[label] ?? 0)))
  })
}

/**
 * The Brier score of each row. Two classes, in one column or in two: (p - y)² for class 1, from 0 to 1. More classes: the
 * sum of that over all classes, from 0 to 2 (Brier 1950).
 * @throws RangeError as `logLossRows`.
 */
export function brierRows(evaluated: Evaluated): Float64Array {
  return perDistribution(evaluated, (probabilities, label) => {
    if (probabilities.length === 2) return ((probabilities[1] ?? 0) - label) ** 2
    return probabilities.reduce((sum, p, k) => sum + (p - (k === label ? 1 : 0)) ** 2, 0)
  })
}

/**
 * One value per row of a label and a prediction.
 * @throws RangeError for NaN or infinite entries and for unequally many labels and predictions.
 */
export function perRow(
  { labels, predictions }: Evaluated,
  value: (label: number, prediction: number, row: number) => number,
): Float64Array {
  checkPaired(labels, predictions)
  const rows = new Float64Array(labels.length)
  for (let row = 0; row < rows.length; row++) {
    rows[row] = value(finite(labels[row], row), finite(predictions[row], row), row)
  }
  return rows
}

/**
 * One value per row of the probabilities of all classes and the index of the true one; the array is reused from row to row.
 * @throws RangeError as `logLossRows`.
 */
export function perDistribution(
  { labels, predictions }: Evaluated,
  value: (probabilities: Float64Array, label: number) => number,
): Float64Array {
  const n = labels.length
  const columns = n === 0 ? 1 : predictions.length / n
  if (!Number.isInteger(columns) || columns < 1) {
    throw new RangeError(`${predictions.length} probabilities do not divide into ${n} rows`)
  }
  const probabilities = new Float64Array(Math.max(2, columns))
  const rows = new Float64Array(n)
  for (let row = 0; row < n; row++) {
    if (columns === 1) fillBinary(probabilities, predictions, row)
    else fillRow(probabilities, predictions, row)
    rows[row] = value(probabilities, classIndex(labels[row], { row, classes: probabilities.length }))
  }
  return rows
}

function fillBinary(into: Float64Array, predictions: ArrayLike<number>, row: number): void {
  const p = probability(predictions[row], row)
  into[0] = 1 - p
  into[1] = p
}

function fillRow(into: Float64Array, predictions: ArrayLike<number>, row: number): void {
  let sum = 0
  for (let k = 0; k < into.length; k++) {
    const p = probability(predictions[row * into.length + k], row)
    into[k] = p
    sum += p
  }
  // Without this a model that says 1 for every class would have the perfect log loss.
  if (Math.abs(sum - 1) > SUM_SLACK) throw new RangeError(`row ${row}: the probabilities add up to ${sum}, not to 1`)
}

function probability(value: number | undefined, row: number): number {
  const known = finite(value, row)
  if (known < -PROBABILITY_SLACK || known > 1 + PROBABILITY_SLACK) {
    throw new RangeError(`row ${row}: a probability lies between 0 and 1, got ${known}`)
  }
  return Math.min(1, Math.max(0, known))
}

function classIndex(label: number | undefined, { row, classes }: { row: number; classes: number }): number {
  const known = finite(label, row)
  if (!Number.isInteger(known) || known < 0 || known >= classes) {
    throw new RangeError(`row ${row}: the label must be a class from 0 to ${classes - 1}, got ${known}`)
  }
  return known
}
