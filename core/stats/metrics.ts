import { auc, scoredRows } from './delong.ts'
import { aucInfluence } from './metrics/auc.ts'
import { calibrationError } from './metrics/calibration-error.ts'
import { averagePrecision } from './metrics/average-precision.ts'
import {
  f1Of,
  macro,
  matthews,
  ofConfusion,
  ofPositive,
  precisionOf,
  recallOf,
  weightedF1,
  weightedPrecision,
} from './metrics/confusion.ts'
import type { AucFamily, InfluenceFamily, RowFamily } from './metrics/metric.ts'
import { meanInfluence, rootMeanInfluence } from './metrics/means.ts'
import { queryInfluence } from './metrics/queries.ts'
import { rSquared } from './metrics/r-squared.ts'
import {
  averagePrecisionRows,
  foundAtRows,
  hitRows,
  ndcgRows,
  precisionAtRows,
  reciprocalRankRows,
} from './metrics/ranking.ts'
import type { RowInfluence } from './metrics/row-influence.ts'
import { costRows, foundRows, pinballRows, positiveOf, relativeErrorRows, topKRows } from './metrics/rows.ts'
import { moments } from './moments.ts'
import { remembered } from './remembered.ts'
import {
  absoluteErrorRows,
  brierRows,
  correctRows,
  type Evaluated,
  logLossRows,
  squaredErrorRows,
  wrongRows,
} from './row-values.ts'

type AnyMetric = RowFamily | InfluenceFamily | AucFamily

const share = { lower: 0, upper: 1 }
const unbounded = { lower: 0, upper: Infinity }

const classShare = { direction: 'higher', family: 'proportion', predicts: 'class', range: share } as const
const classMetric = { direction: 'higher', family: 'influence', predicts: 'class', range: share } as const
const ranking = { direction: 'higher', predicts: 'score', range: share, isBinary: true } as const
const probabilityLoss = { direction: 'lower', family: 'mean-loss', predicts: 'probability' } as const
const ofQueries = { direction: 'higher', family: 'mean-loss', predicts: 'value', range: share, unit: 'query' } as const
const valueLoss = { direction: 'lower', family: 'mean-loss', predicts: 'value', range: unbounded } as const

const known = {
  accuracy: { ...classShare, title: 'Accuracy', rows: correctRows },
  errorRate: { ...classShare, title: 'Error rate', direction: 'lower', rows: wrongRows },
  balancedAccuracy: {
    ...classMetric,
    title: 'Balanced accuracy',
    influence: ofConfusion((confusion) => macro(confusion, recallOf)),
  },
  precision: {
    ...classMetric,
    title: 'Precision',
    isBinary: true,
    takes: 'class',
    influence: ofPositive(precisionOf),
  },
  recall: {
    ...classShare,
    title: 'Recall',
    isBinary: true,
    takes: 'class',
    rows: foundRows,
    counted: { has: (label, settings) => label === positiveOf(settings), influence: ofPositive(recallOf) },
  },
  f1: { ...classMetric, title: 'F1', isBinary: true, takes: 'class', influence: ofPositive(f1Of) },
  macroPrecision: {
    ...classMetric,
    title: 'Macro precision',
    influence: ofConfusion((confusion) => macro(confusion, precisionOf)),
  },
  macroF1: { ...classMetric, title: 'Macro F1', influence: ofConfusion((confusion) => macro(confusion, f1Of)) },
  weightedPrecision: { ...classMetric, title: 'Weighted precision', influence: ofConfusion(weightedPrecision) },
  weightedF1: { ...classMetric, title: 'Weighted F1', influence: ofConfusion(weightedF1) },
  mcc: {
    ...classMetric,
    title: 'Matthews correlation',
    range: { lower: -1, upper: 1 },
    influence: ofConfusion(matthews),
  },
  cost: {
    direction: 'lower',
    family: 'mean-loss',
    predicts: 'class',
    range: { lower: -Infinity, upper: Infinity },
    title: 'Cost',
    needs: 'cost',
    rows: costRows,
  },
  topK: { ...classShare, title: 'Top-k accuracy', predicts: 'probability', needs: 'k', rows: topKRows },
  logLoss: { ...probabilityLoss, title: 'Log loss', range: unbounded, rows: (evaluated) => logLossRows(evaluated) },
  brier: { ...probabilityLoss, title: 'Brier score', range: { lower: 0, upper: 2 }, rows: brierRows },
  ece: {
    ...probabilityLoss,
    title: 'Expected calibration error',
    family: 'influence',
    range: { lower: -Infinity, upper: Infinity },
    isOnlyShown: true,
    influence: calibrationError,
  },
  auc: { ...ranking, title: 'AUC', family: 'auc' },
  prAuc: { ...ranking, title: 'Average precision', family: 'influence', influence: averagePrecision },
  mae: { ...valueLoss, title: 'Mean absolute error', rows: absoluteErrorRows },
  mse: { ...valueLoss, title: 'Mean squared error', rows: squaredErrorRows },
  rmse: { ...valueLoss, title: 'Root mean squared error', family: 'root-mean-loss', rows: squaredErrorRows },
  r2: {
    direction: 'higher',
    family: 'influence',
    predicts: 'value',
    range: { lower: -Infinity, upper: 1 },
    title: 'R²',
    influence: rSquared,
  },
  mape: { ...valueLoss, title: 'Mean absolute percentage error (as a share)', rows: relativeErrorRows },
  pinball: { ...valueLoss, title: 'Pinball loss', needs: 'quantile', rows: pinballRows },
  ndcg: { ...ofQueries, title: 'NDCG', takes: 'k', rows: ndcgRows },
  mrr: { ...ofQueries, title: 'Mean reciprocal rank', takes: 'k', rows: reciprocalRankRows },
  map: { ...ofQueries, title: 'Mean average precision', rows: averagePrecisionRows },
  hitAtK: { ...ofQueries, title: 'Hit rate', family: 'proportion', needs: 'k', rows: hitRows },
  recallAtK: { ...ofQueries, title: 'Recall', needs: 'k', rows: foundAtRows },
  precisionAtK: { ...ofQueries, title: 'Precision', needs: 'k', rows: precisionAtRows },
} as const satisfies Record<string, AnyMetric>

/** The metrics that this library knows. */
export type MetricName = keyof typeof known

/** All that is to be known of a metric before it is computed. */
export type Metric = AnyMetric & { readonly name: string }

/** Every metric by its name, in the order in which they are documented. */
export const metrics: Readonly<Record<MetricName, Metric & { readonly name: MetricName }>> = named(known)

function named<Name extends string>(all: Readonly<Record<Name, AnyMetric>>) {
  const entries = (Object.keys(all) as Name[]).map((name) => [name, { ...computedOnce(all[name]), name }] as const)
  return Object.fromEntries(entries) as Readonly<Record<Name, AnyMetric & { readonly name: Name }>>
}

const areaInfluence = remembered(aucInfluence)

/** A criterion asks for the interval of each model, for that of their difference, and for both values. */
function computedOnce(metric: AnyMetric): AnyMetric {
  if (metric.family === 'auc') return metric
  if (metric.family === 'influence') return { ...metric, influence: remembered(metric.influence) }
  return { ...metric, rows: remembered(metric.rows) }
}

/**
 * The metric over all rows, by their weights where they have any. NaN where it is undefined: no rows, or an AUC without one of
 * its classes.
 * @throws RangeError for rows that the metric cannot read (see `Evaluated`), and without a setting that it needs.
 */
export function metricValue(metric: Metric, evaluated: Evaluated): number {
  if (metric.family === 'influence' || evaluated.weights !== undefined) return influenceOf(metric, evaluated).estimate
  if (metric.family === 'auc') return auc(scoredRows(evaluated))
  const { mean } = moments(metric.rows(evaluated))
  return metric.family === 'root-mean-loss' ? Math.sqrt(mean) : mean
}

/**
 * Any metric with the influence of every row on it, its weight included: what linearisation makes of it. All rows are there,
 * in their order; a row that the metric does not look at has no influence. For a metric of queries it is the queries that are there. `rowInfluenceInterval` makes an interval of it.
 * @throws RangeError as `metricValue`, and for weights and clusters that `Units` does not allow.
 */
export function influenceOf(metric: Metric, evaluated: Evaluated): RowInfluence {
  if (metric.family === 'auc') return areaInfluence(evaluated)
  if (metric.family === 'influence') return metric.influence(evaluated)
  if (metric.counted !== undefined) return metric.counted.influence(evaluated)
  const rows = metric.rows(evaluated)
  if (metric.unit === 'query') return queryInfluence(evaluated, rows)
  return metric.family === 'root-mean-loss' ? rootMeanInfluence(rows, evaluated) : meanInfluence(rows, evaluated)
}
