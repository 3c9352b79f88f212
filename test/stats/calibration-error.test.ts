import { describe, expect, it } from 'vitest'
import { influenceOf, metrics, metricValue } from '../../core/stats/metrics.ts'
import { rowInfluenceInterval } from '../../core/stats/metrics/row-influence.ts'
import oracle from './calibration-error-oracle.json' with { type: 'json' }
import { expectRelative } from './support.ts'

const { labels, probability, tied, classes, matrix, weights } = oracle

describe('the expected calibration error', () => {
  it.each([
    ['of two classes', { labels, predictions: probability }, oracle.binary],
    ['of two classes in two columns', { labels, predictions: probability.flatMap((p) => [1 - p, p]) }, oracle.binary],
    ['of rows with weights', { labels, predictions: probability, weights }, oracle.weighted],
    ['of rows that tie', { labels, predictions: tied }, oracle.ties],
    ['of three classes', { labels: classes, predictions: matrix }, oracle.multiclass],
  ])('agrees with numpy: %s', (_, evaluated, value) => {
    expectRelative(metricValue(metrics.ece, evaluated), value, 1e-9)
  })

  it('does not depend on the order of the rows, even where they tie', () => {
    const turned = { labels: labels.toReversed(), predictions: tied.toReversed() }

    expectRelative(metricValue(metrics.ece, turned), oracle.ties, 1e-12)
  })

  it('is 0 for a model that is sure and right, and 1 for one that is sure and wrong', () => {
    expect(metricValue(metrics.ece, { labels, predictions: labels })).toBe(0)
    expectRelative(metricValue(metrics.ece, { labels, predictions: labels.map((label) => 1 - label) }), 1, 1e-12)
  })

  it('has no interval, however many rows there are', () => {
    const { range } = metrics.ece

    expect(
      rowInfluenceInterval(influenceOf(metrics.ece, { labels, predictions: probability }), range, 0.05),
    ).toMatchObject({ lower: -Infinity, upper: Infinity, doubt: 'no-interval' })
    expect(metricValue(metrics.ece, { labels: [], predictions: [] })).toBeNaN()
  })
})
