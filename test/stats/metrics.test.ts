import { describe, expect, it } from 'vitest'
import { type Metric, metrics, metricValue } from '../../core/stats/metrics.ts'
import type { Evaluated } from '../../core/stats/row-values.ts'
import oracle from './oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

const expected = oracle.metrics
const binary = { labels: expected.labels, predictions: expected.probabilities }
const classes = { labels: expected.labels, predictions: expected.predicted }
const multiclass = { labels: expected.classes, predictions: expected.matrix }
const values = { labels: expected.truth, predictions: expected.values }

describe('metrics', () => {
  it.each<[string, Metric, Evaluated, number]>([
    ['accuracy', metrics.accuracy, classes, expected.accuracy],
    [
      'accuracy of three classes',
      metrics.accuracy,
      { labels: expected.classes, predictions: expected.predictedClasses },
      expected.multiclassAccuracy,
    ],
    ['error rate', metrics.errorRate, classes, expected.errorRate],
    ['log loss', metrics.logLoss, binary, expected.logLoss],
    ['log loss of three classes', metrics.logLoss, multiclass, expected.multiclassLogLoss],
    ['Brier score', metrics.brier, binary, expected.brier],
    ['Brier score of three classes', metrics.brier, multiclass, expected.multiclassBrier],
    ['mean absolute error', metrics.mae, values, expected.mae],
    ['mean squared error', metrics.mse, values, expected.mse],
    ['root mean squared error', metrics.rmse, values, expected.rmse],
    ['AUC', metrics.auc, binary, expected.auc],
  ])('agree with scikit-learn: %s', (_, metric, evaluated, value) => {
    expectRelative(metricValue(metric, evaluated), value, 1e-12)
  })

  it('are undefined, not zero, without rows', () => {
    for (const metric of Object.values(metrics)) {
      expect(metricValue(metric, { labels: [], predictions: [] }), metric.name).toBeNaN()
    }
  })

  it('are listed under their own names', () => {
    for (const [name, metric] of Object.entries(metrics)) expect(metric.name).toBe(name)
  })

  it('move in the direction that they declare', () => {
    const labels = [0, 1, 1, 0]
    const good: Record<Metric['predicts'], number[]> = {
      class: [0, 1, 1, 0],
      probability: [0.1, 0.9, 0.8, 0.2],
      score: [-3, 5, 4, -1],
      value: [0.1, 0.9, 1, 0],
    }
    const bad: Record<Metric['predicts'], number[]> = {
      class: [1, 1, 0, 0],
      probability: [0.6, 0.5, 0.4, 0.2],
      score: [6, 5, -4, 1],
      value: [3, 0.9, 1, 0],
    }
    for (const metric of Object.values(metrics)) {
      const gain =
        metricValue(metric, { labels, predictions: good[metric.predicts] }) -
        metricValue(metric, { labels, predictions: bad[metric.predicts] })
      expect(Math.sign(gain), metric.name).toBe(metric.direction === 'higher' ? 1 : -1)
    }
  })
})
