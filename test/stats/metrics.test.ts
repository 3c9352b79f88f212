import { describe, expect, it } from 'vitest'
import { influenceInterval } from '../../core/stats/influence.ts'
import { pairedRowInfluenceInterval, rowInfluenceInterval } from '../../core/stats/metrics/row-influence.ts'
import { type Metric, metrics, metricValue } from '../../core/stats/metrics.ts'
import type { Evaluated } from '../../core/stats/row-values.ts'
import more from './metrics-oracle.json' with { type: 'json' }
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

  const { k, quantile, cost } = more
  const settings = { k, quantile, cost }
  const said = { labels: more.binary, predictions: more.said, settings }
  const picked = { labels: more.classes, predictions: more.picked, settings }
  const about = (positive: number) => ({ ...picked, settings: { ...settings, positive } })
  const matrix = { labels: more.classes, predictions: more.matrix, settings }
  const scores = { labels: more.binary, predictions: more.score, settings }
  const numbers = { labels: more.truth, predictions: more.value, settings }

  it.each<[keyof typeof more.metrics, Metric, Evaluated]>([
    ['balancedAccuracy', metrics.balancedAccuracy, said],
    ['balancedAccuracy3', metrics.balancedAccuracy, picked],
    ['precision', metrics.precision, said],
    ['recall', metrics.recall, said],
    ['f1', metrics.f1, said],
    ['macroPrecision3', metrics.macroPrecision, picked],
    ['macroF13', metrics.macroF1, picked],
    ['weightedPrecision3', metrics.weightedPrecision, picked],
    ['precisionOf2', metrics.precision, about(2)],
    ['recallOf0', metrics.recall, about(0)],
    ['f1Of2', metrics.f1, about(2)],
    ['weightedF13', metrics.weightedF1, picked],
    ['mcc', metrics.mcc, said],
    ['mcc3', metrics.mcc, picked],
    ['topK3', metrics.topK, matrix],
    ['prAuc', metrics.prAuc, scores],
    ['r2', metrics.r2, numbers],
    ['mape', metrics.mape, numbers],
    ['pinball', metrics.pinball, numbers],
    ['cost3', metrics.cost, picked],
  ])('agree with scikit-learn in value and in standard error: %s', (name, metric, evaluated) => {
    const { value, standardError } = more.metrics[name]

    expectRelative(metricValue(metric, evaluated), value, 1e-12)
    if (metric.family === 'auc') throw new Error('has no influence values')
    if (metric === metrics.recall) {
      // A share of the positive rows alone, whose number the oracle lets vary.
      const rows = metrics.recall.family === 'proportion' ? metrics.recall.rows(evaluated) : []
      const variance = (value * (1 - value)) / rows.length
      expectRelative(Math.sqrt((variance * more.binary.length) / (more.binary.length - 1)), standardError, 1e-6)
      return
    }
    const of =
      metric.family === 'influence'
        ? rowInfluenceInterval(metric.influence(evaluated), metric.range, 0.05)
        : influenceInterval({ estimate: value, influence: metric.rows(evaluated) }, 0.05)
    // The oracle's slopes are differences of steps of 1e-4.
    expectRelative(of.standardError, standardError, 1e-6)
  })

  it.each<[string, Metric, Evaluated]>([
    ['precision of a class that is never predicted', metrics.precision, { labels: [0, 1], predictions: [0, 0] }],
    ['F1 of a class without rows', metrics.f1, { labels: [0, 0], predictions: [0, 0] }],
    [
      'a macro average over a class without rows',
      metrics.macroF1,
      { labels: [0, 1], predictions: [0, 1], settings: { classes: 3 } },
    ],
    [
      'weighted precision where a class with rows is never predicted',
      metrics.weightedPrecision,
      { labels: [0, 1], predictions: [0, 0] },
    ],
    ['Matthews of constant predictions', metrics.mcc, { labels: [0, 1], predictions: [1, 1] }],
    ['average precision without positives', metrics.prAuc, { labels: [0, 0], predictions: [0.1, 0.2] }],
    ['R² of equal labels', metrics.r2, { labels: [2, 2], predictions: [1, 2] }],
  ])('are undefined and in doubt, not zero: %s', (_, metric, evaluated) => {
    expect(metricValue(metric, evaluated)).toBeNaN()
    if (metric.family !== 'influence') throw new Error('has no influence values')
    const one = metric.influence(evaluated)
    expect(rowInfluenceInterval(one, metric.range, 0.05)).toMatchObject({ ...metric.range, doubt: 'undefined' })
    expect(pairedRowInfluenceInterval({ candidate: one, champion: one }, metric.direction, 0.05).doubt).toBe(
      'undefined',
    )
  })

  it('are in doubt on fewer than ten rows of a class', () => {
    const labels = Array.from({ length: 200 }, (_, row) => (row < 9 ? 1 : 0))
    const predictions = labels.map((label, row) => (row % 4 === 0 ? 1 - label : label))

    for (const metric of [metrics.f1, metrics.balancedAccuracy, metrics.mcc, metrics.prAuc]) {
      if (metric.family !== 'influence') throw new Error('has no influence values')
      const interval = rowInfluenceInterval(metric.influence({ labels, predictions }), metric.range, 0.05)
      expect(interval.doubt, metric.name).toBe('too-few-of-a-class')
    }
  })

  it.each([
    [9, 'too-few-of-a-class'],
    [10, undefined],
  ])('are in doubt on fewer than ten predictions of a class that has rows: %i', (said, doubt) => {
    const labels = Array.from({ length: 200 }, (_, row) => row % 2)
    const predictions = labels.map((_, row) => (row < said ? 1 : 0))
    const { weightedPrecision } = metrics
    if (weightedPrecision.family !== 'influence') throw new Error('has no influence values')

    const influence = weightedPrecision.influence({ labels, predictions, settings: { classes: 3 } })

    expect(rowInfluenceInterval(influence, weightedPrecision.range, 0.05).doubt).toBe(doubt)
  })

  it('have the degrees of freedom of the rarest class', () => {
    const labels = Array.from({ length: 200 }, (_, row) => (row < 15 ? 1 : 0))
    const predictions = labels.map((label, row) => (row % 4 === 0 ? 1 - label : label))
    if (metrics.f1.family !== 'influence') throw new Error('has no influence values')

    const interval = rowInfluenceInterval(metrics.f1.influence({ labels, predictions }), metrics.f1.range, 0.05)

    expect(interval).toMatchObject({ degreesOfFreedom: 14, doubt: undefined })
  })

  it('of two models are compared row by row, a better one with a positive difference', () => {
    if (metrics.f1.family !== 'influence') throw new Error('has no influence values')
    const champion = metrics.f1.influence(said)
    const candidate = metrics.f1.influence({ labels: more.binary, predictions: more.binary })

    const interval = pairedRowInfluenceInterval({ candidate, champion }, 'higher', 0.05)

    expect(interval.estimate).toBeCloseTo(1 - more.metrics.f1.value, 12)
    expect(interval.lower).toBeGreaterThan(0)
    expectRelative(interval.standardError, more.metrics.f1.standardError, 1e-6)
  })

  it('refuse what they cannot compute with, in words', () => {
    expect(() => metricValue(metrics.mape, { labels: [1, 0], predictions: [1, 1] })).toThrow('row 1: the label is 0')
    expect(() => metricValue(metrics.pinball, { labels: [1], predictions: [1] })).toThrow('quantile must lie between')
    expect(() => metricValue(metrics.topK, { labels: [1], predictions: [1] })).toThrow('k must be a whole number')
    expect(() => metricValue(metrics.cost, { labels: [1], predictions: [1] })).toThrow('there is no cost of class 1')
    expect(() => metricValue(metrics.f1, { labels: [0.5], predictions: [1] })).toThrow('a class is a whole number')
  })

  it('gain nothing from saying the same of all classes', () => {
    const third = 1 / 3
    expect(metricValue(metrics.topK, { labels: [0], predictions: [third, third, third], settings: { k: 2 } })).toBe(0)
  })

  it('are undefined, not zero, without rows', () => {
    for (const metric of Object.values(metrics)) {
      expect(
        metricValue(metric, { labels: [], predictions: [], settings, queries: new Int32Array() }),
        metric.name,
      ).toBeNaN()
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
      custom: [],
    }
    const bad: Record<Metric['predicts'], number[]> = {
      class: [1, 1, 0, 0],
      probability: [0.6, 0.5, 0.4, 0.2],
      score: [6, 5, -4, 1],
      value: [3, 0.9, 1, 0],
      custom: [],
    }
    const costs = {
      k: 1,
      quantile: 0.5,
      cost: [
        [0, 1],
        [1, 0],
      ],
    }
    for (const metric of Object.values(metrics)) {
      // A relative error has no meaning at zero.
      const shift = metric.name === 'mape' ? 1 : 0
      const value = (predictions: readonly number[]) =>
        metricValue(metric, {
          labels: labels.map((label) => label + shift),
          predictions: predictions.map((prediction) => prediction + shift),
          settings: costs,
          queries: new Int32Array(labels.length),
        })
      const gain = value(good[metric.predicts]) - value(bad[metric.predicts])
      expect(Math.sign(gain), metric.name).toBe(metric.direction === 'higher' ? 1 : -1)
    }
  })
})
