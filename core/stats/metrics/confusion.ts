import { checkPaired, finite } from '../check.ts'
import type { Evaluated, MetricSettings } from '../row-values.ts'
import { effectiveByGroup, hasUnits, shares } from '../units.ts'
import { type RowInfluence, undefinedOn, unitsOf } from './row-influence.ts'
import { positiveOf } from './rows.ts'

/** How often each class is true and predicted, as shares of all weights. */
export interface Confusion {
  readonly n: number
  readonly classes: number
  /** Share of rows of class y predicted as p, at y · classes + p. */
  readonly cells: Float64Array
  /** Share of rows of each class. */
  readonly truth: Float64Array
  /** Share of rows predicted as each class. */
  readonly said: Float64Array
  /** How many independent rows of equal weight those of each class are worth, and those predicted as each. */
  readonly truthRows: Float64Array
  readonly saidRows: Float64Array
}

/** A smooth function of a confusion matrix: its value, and the influence of a row of class y predicted as p. */
export interface ClassStatistic {
  readonly estimate: number
  readonly at: (y: number, p: number) => number
  /** Rows of the rarest class that it stands on. */
  readonly fewest: number
}

/**
 * Makes a metric's influence function from a function of the confusion matrix. A statistic that is undefined
 * carries a doubt.
 * @throws RangeError for labels and predictions that are no classes, counted from 0.
 */
export function ofConfusion(statistic: (confusion: Confusion, settings?: MetricSettings) => ClassStatistic) {
  return (evaluated: Evaluated): RowInfluence => {
    const { labels, predictions, settings } = evaluated
    const confusion = confusionOf(evaluated)
    const { estimate, at, fewest } = statistic(confusion, settings)
    if (Number.isNaN(estimate)) return undefinedOn(confusion.n)
    const { n } = confusion
    const share = shares(n, evaluated)
    const { classes } = confusion
    const byCell = Float64Array.from({ length: classes ** 2 }, (_, cell) =>
      at(Math.floor(cell / classes), cell % classes),
    )
    const influence = share.map((own, row) => {
      const cell = (labels[row] ?? 0) * classes + (predictions[row] ?? 0)
      return n * own * (byCell[cell] ?? Number.NaN)
    })
    return { estimate, influence, fewest, ...unitsOf(evaluated) }
  }
}

/** A statistic of the class that the settings name. */
export function ofPositive(statistic: (confusion: Confusion, of: number) => ClassStatistic) {
  return ofConfusion((confusion, settings) => statistic(confusion, positiveOf(settings)))
}

/** Precision of a class: the share of its predictions that are right. Undefined where it is never predicted. */
export function precisionOf({ cells, said, saidRows, classes }: Confusion, of: number): ClassStatistic {
  const share = said[of] ?? 0
  const estimate = (cells[of * classes + of] ?? 0) / share
  const at = (y: number, p: number) => (p === of ? (one(y === of) - estimate) / share : 0)
  return { estimate, at, fewest: saidRows[of] ?? 0 }
}

/** Recall of a class: the share of its rows that are found. Undefined without rows of it. */
export function recallOf({ cells, truth, truthRows, classes }: Confusion, of: number): ClassStatistic {
  const share = truth[of] ?? 0
  const estimate = (cells[of * classes + of] ?? 0) / share
  const at = (y: number, p: number) => (y === of ? (one(p === of) - estimate) / share : 0)
  return { estimate, at, fewest: truthRows[of] ?? 0 }
}

/** F1 of a class: 2 TP / (2 TP + FP + FN). Undefined without rows of it; 0 where it is never predicted. */
export function f1Of({ cells, truth, truthRows, said, classes }: Confusion, of: number): ClassStatistic {
  const share = truth[of] ?? 0
  const sum = share + (said[of] ?? 0)
  const estimate = share > 0 ? (2 * (cells[of * classes + of] ?? 0)) / sum : Number.NaN
  const at = (y: number, p: number) =>
    (2 * one(y === of && p === of) - estimate * (one(y === of) + one(p === of))) / sum
  return { estimate, at, fewest: truthRows[of] ?? 0 }
}

/** The plain mean of a statistic over all classes; undefined where it is undefined for one of them. */
export function macro(confusion: Confusion, of: (confusion: Confusion, of: number) => ClassStatistic): ClassStatistic {
  const all = Array.from({ length: confusion.classes }, (_, each) => of(confusion, each))
  return {
    estimate: all.reduce((sum, { estimate }) => sum + estimate, 0) / all.length,
    at: (y, p) => all.reduce((sum, { at }) => sum + at(y, p), 0) / all.length,
    fewest: Math.min(...all.map(({ fewest }) => fewest)),
  }
}

/** F1 averaged over the classes that have rows, by the number (with weights: the weight) of those. */
export function weightedF1(confusion: Confusion): ClassStatistic {
  return { ...weightedByRows(confusion, f1Of), fewest: Infinity }
}

/**
 * Precision averaged over the classes that have rows, by the number (with weights: the weight) of those. Undefined where one of them is
 * never predicted. It stands on the predictions of each of them: with fewer than ten of a rare class t would be liberal (.12 for .05).
 */
export function weightedPrecision(confusion: Confusion): ClassStatistic {
  return weightedByRows(confusion, precisionOf)
}

function weightedByRows(
  confusion: Confusion,
  of: (confusion: Confusion, of: number) => ClassStatistic,
): ClassStatistic {
  const every = Array.from(confusion.truth, (share, each) => ({ share, ...of(confusion, each) }))
  const all = every.filter(({ share }) => share > 0)
  const estimate = all.reduce((sum, { share, estimate: one }) => sum + share * one, 0)
  const at = (y: number, p: number) =>
    all.reduce((sum, each) => sum + each.share * each.at(y, p), 0) + (every[y]?.estimate ?? Number.NaN) - estimate
  const fewest = Math.min(...all.map((each) => each.fewest))
  return { estimate: all.length === 0 ? Number.NaN : estimate, at, fewest }
}

/**
 * Matthews' correlation coefficient, for any number of classes (J. Gorodkin, Computational Biology and Chemistry 28 (2004)
 * 367-374). Undefined where there is one class only, among the labels or among the predictions.
 */
export function matthews({ cells, truth, truthRows, said, classes }: Confusion): ClassStatistic {
  let [right, chance, sameTruth, sameSaid] = [0, 0, 0, 0]
  for (let of = 0; of < classes; of++) {
    const [t, s] = [truth[of] ?? 0, said[of] ?? 0]
    right += cells[of * classes + of] ?? 0
    chance += t * s
    sameTruth += t * t
    sameSaid += s * s
  }
  const isConstant = [truth, said].some((shares) => shares.filter((share) => share > 0).length < 2)
  const [a, b] = [1 - sameSaid, 1 - sameTruth]
  const scale = Math.sqrt(a * b)
  const estimate = isConstant ? Number.NaN : (right - chance) / scale
  const middle = (right - 2 * chance) / scale + estimate * (sameSaid / a + sameTruth / b)
  const at = (y: number, p: number) =>
    (one(y === p) - (said[y] ?? 0) - (truth[p] ?? 0)) / scale +
    estimate * ((said[p] ?? 0) / a + (truth[y] ?? 0) / b) -
    middle
  return { estimate, at, fewest: Math.min(...truthRows.filter((rows) => rows > 0)) }
}

function confusionOf(evaluated: Evaluated): Confusion {
  const { labels, predictions, settings } = evaluated
  checkPaired(labels, predictions)
  const n = labels.length
  const classes = Math.max(settings?.classes ?? 2, mostClass(labels) + 1, mostClass(predictions) + 1)
  const share = evaluated.weights === undefined ? undefined : shares(n, evaluated)
  const cells = new Float64Array(classes * classes)
  for (let row = 0; row < n; row++) {
    const cell = (labels[row] ?? 0) * classes + (predictions[row] ?? 0)
    cells[cell] = (cells[cell] ?? 0) + (share?.[row] ?? 1)
  }
  const [truth, said] = [new Float64Array(classes), new Float64Array(classes)]
  for (const [cell, weight] of cells.entries()) {
    add(truth, Math.floor(cell / classes), weight)
    add(said, cell % classes, weight)
  }
  const rowsOf = (group: ArrayLike<number>, counts: Float64Array) =>
    hasUnits(evaluated) ? effectiveByGroup({ ...evaluated, group, groups: classes }) : counts
  const rows = { truthRows: rowsOf(labels, truth), saidRows: rowsOf(predictions, said) }
  if (share !== undefined) return { n, classes, cells, truth, said, ...rows }
  const over = (count: number) => count / n
  return { n, classes, cells: cells.map(over), truth: truth.map(over), said: said.map(over), ...rows }
}

function add(sums: Float64Array, at: number, weight: number): void {
  sums[at] = (sums[at] ?? 0) + weight
}

function mostClass(values: ArrayLike<number>): number {
  let most = 0
  for (let row = 0; row < values.length; row++) most = Math.max(most, classAt(values[row], row))
  return most
}

function classAt(value: number | undefined, row: number): number {
  const known = finite(value, row)
  if (!Number.isInteger(known) || known < 0 || known >= 10_000)
    throw new RangeError(`row ${row}: a class is a whole number from 0 on, got ${known}`)
  return known
}

function one(is: boolean): number {
  return is ? 1 : 0
}
