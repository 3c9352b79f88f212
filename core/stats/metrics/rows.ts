import { correctRows, type Evaluated, type MetricSettings, perDistribution, perRow } from '../row-values.ts'

/**
 * |prediction - label| / |label|: a mean of them is the MAPE, as a share and not in percent.
 * @throws RangeError for a label of zero, where the error has no relative size; else as `absoluteErrorRows`.
 */
export function relativeErrorRows(evaluated: Evaluated): Float64Array {
  return perRow(evaluated, (label, prediction, row) => {
    if (label === 0) throw new RangeError(`row ${row}: the label is 0, and mape divides by it; use mae or pinball`)
    return Math.abs(prediction - label) / Math.abs(label)
  })
}

/**
 * The pinball loss of a predicted quantile: q (y - p) where the label y is above the prediction p, else (1 - q) (p - y).
 * @throws RangeError without `settings.quantile` in (0, 1); else as `absoluteErrorRows`.
 */
export function pinballRows(evaluated: Evaluated): Float64Array {
  const quantile = evaluated.settings?.quantile ?? Number.NaN
  if (!(quantile > 0 && quantile < 1)) throw new RangeError(`quantile must lie between 0 and 1, got ${quantile}`)
  return perRow(evaluated, (label, prediction) =>
    label >= prediction ? quantile * (label - prediction) : (1 - quantile) * (prediction - label),
  )
}

/**
 * What each row costs: `settings.cost[true class][predicted class]`.
 * @throws RangeError without a cost for a row's classes; else as `correctRows`.
 */
export function costRows(evaluated: Evaluated): Float64Array {
  const { settings } = evaluated
  return perRow(evaluated, (label, prediction, row) => {
    const cost = settings?.cost?.[label]?.[prediction]
    if (cost === undefined) throw new RangeError(`row ${row}: there is no cost of class ${prediction} for ${label}`)
    return cost
  })
}

/**
 * 1 where the true class is among the `settings.k` most probable ones, else 0. Classes that tie with the true one count as
 * more probable, so that a model gains nothing by saying the same of all.
 * @throws RangeError without a whole `settings.k` from 1 on; else as `logLossRows`.
 */
export function topKRows(evaluated: Evaluated): Float64Array {
  const k = evaluated.settings?.k ?? Number.NaN
  if (!(Number.isInteger(k) && k >= 1)) throw new RangeError(`k must be a whole number from 1 on, got ${k}`)
  return perDistribution(evaluated, (probabilities, label) => {
    const own = probabilities[label] ?? Number.NaN
    const before = probabilities.filter((p, of) => of !== label && p >= own).length
    return before < k ? 1 : 0
  })
}

/**
 * 1 where a row of class `settings.positive` (1) is predicted as such, else 0; rows of other classes are left out. Recall is a mean of them.
 * @throws RangeError as `correctRows`.
 */
export function foundRows(evaluated: Evaluated): Float64Array {
  const { labels, settings } = evaluated
  const positive = positiveOf(settings)
  return correctRows(evaluated).filter((_, row) => labels[row] === positive)
}

/** The class that `precision`, `recall` and `f1` are about. */
export function positiveOf(settings: MetricSettings | undefined): number {
  return settings?.positive ?? 1
}
