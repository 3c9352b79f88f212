import { auc } from './delong.ts'
import type { Direction, Range } from './interval.ts'
import { moments } from './moments.ts'
import {
  absoluteErrorRows,
  brierRows,
  correctRows,
  type Evaluated,
  logLossRows,
  squaredErrorRows,
  wrongRows,
} from './row-values.ts'

/** The metrics that this library knows. */
export type MetricName = 'accuracy' | 'errorRate' | 'logLoss' | 'brier' | 'mae' | 'mse' | 'rmse' | 'auc'

interface MetricFacts {
  readonly name: MetricName
  /** As people write it. */
  readonly title: string
  readonly direction: Direction
  /** What `Evaluated.predictions` must hold. */
  readonly predicts: 'class' | 'probability' | 'score' | 'value'
  readonly range: Range
}

/**
 * A metric that is a mean of one value per row, or the root of one (`root-mean-loss`; the rows are then the squares). The
 * family tells the method:
 *
 * - proportion: rows of 0 and 1; `wilsonInterval` alone, `pairedCounts` and `tangoInterval` for two models;
 * - mean-loss: `meanInterval` and `pairedTInterval`;
 * - root-mean-loss: `rootMeanInterval` and `pairedRootMeanInterval`.
 */
export interface RowMetric extends MetricFacts {
  readonly family: 'proportion' | 'mean-loss' | 'root-mean-loss'
  readonly rows: (evaluated: Evaluated) => Float64Array
}

/** The AUC compares rows of one class with rows of the other: `aucInterval` and `pairedAucInterval`. */
export interface AucMetric extends MetricFacts {
  readonly family: 'auc'
}

/** All that is to be known of a metric before it is computed. */
export type Metric = RowMetric | AucMetric

const share: Range = { lower: 0, upper: 1 }
const unbounded: Range = { lower: 0, upper: Infinity }

const accuracy: RowMetric = {
  name: 'accuracy',
  title: 'Accuracy',
  direction: 'higher',
  family: 'proportion',
  predicts: 'class',
  range: share,
  rows: correctRows,
}

const errorRate: RowMetric = {
  name: 'errorRate',
  title: 'Error rate',
  direction: 'lower',
  family: 'proportion',
  predicts: 'class',
  range: share,
  rows: wrongRows,
}

const logLoss: RowMetric = {
  name: 'logLoss',
  title: 'Log loss',
  direction: 'lower',
  family: 'mean-loss',
  predicts: 'probability',
  range: unbounded,
  rows: (evaluated) => logLossRows(evaluated),
}

const brier: RowMetric = {
  name: 'brier',
  title: 'Brier score',
  direction: 'lower',
  family: 'mean-loss',
  predicts: 'probability',
  range: { lower: 0, upper: 2 },
  rows: brierRows,
}

const mae: RowMetric = {
  name: 'mae',
  title: 'Mean absolute error',
  direction: 'lower',
  family: 'mean-loss',
  predicts: 'value',
  range: unbounded,
  rows: absoluteErrorRows,
}

const mse: RowMetric = {
  name: 'mse',
  title: 'Mean squared error',
  direction: 'lower',
  family: 'mean-loss',
  predicts: 'value',
  range: unbounded,
  rows: squaredErrorRows,
}

const rmse: RowMetric = {
  name: 'rmse',
  title: 'Root mean squared error',
  direction: 'lower',
  family: 'root-mean-loss',
  predicts: 'value',
  range: unbounded,
  rows: squaredErrorRows,
}

const areaUnderCurve: AucMetric = {
  name: 'auc',
  title: 'AUC',
  direction: 'higher',
  family: 'auc',
  predicts: 'score',
  range: share,
}

/** Every metric by its name, in the order in which they are documented. */
export const metrics: Readonly<Record<MetricName, Metric>> = {
  accuracy,
  errorRate,
  logLoss,
  brier,
  mae,
  mse,
  rmse,
  auc: areaUnderCurve,
}

/**
 * The metric over all rows. NaN where it is undefined: no rows, or an AUC without one of its classes.
 * @throws RangeError for rows that the metric cannot read (see `Evaluated`).
 */
export function metricValue(metric: Metric, evaluated: Evaluated): number {
  if (metric.family === 'auc') return auc({ labels: evaluated.labels, scores: evaluated.predictions })
  const { mean } = moments(metric.rows(evaluated))
  return metric.family === 'root-mean-loss' ? Math.sqrt(mean) : mean
}
