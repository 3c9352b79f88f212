import { describe, expect, test } from 'vitest'
import { calibrationOf } from '../../../core/compare-and-gate/shape/calibration.ts'
import { rocOf } from '../../../core/compare-and-gate/shape/roc.ts'
import { shapeOf } from '../../../core/compare-and-gate/shape/shape.ts'
import { normalDraw, seededRandom } from '../../../core/stats/random.ts'
import { ascendingOrder } from '../../../core/stats/order.ts'
import oracle from './oracle.json' with { type: 'json' }
import { criteriaOf } from './some-criteria.ts'

const weights = Float64Array.from(oracle.weights)
const four = ['a', 'b', 'c', 'd']
const classes = Float64Array.from(oracle.classes)
const probabilities = Float64Array.from(oracle.probabilities)

describe('the curves of rows with weights', () => {
  const scores = Float64Array.from(oracle.free)
  const scored = { labels: Float64Array.from(oracle.labels), scores, order: ascendingOrder(scores), units: { weights } }

  test('have scikit-learn’s AUC and points of its curve, with sample_weight', () => {
    const curve = rocOf(scored)

    expect(curve?.auc).toBeCloseTo(oracle.weighted.roc.auc, 12)
    for (const [x, y] of curve?.points ?? [])
      expect(Math.min(...oracle.weighted.roc.points.map(([a = 0, b = 0]) => Math.hypot(a - x, b - y)))).toBeLessThan(
        1e-12,
      )
  })

  test('have weighted means in each bin, and intervals that are wider than those of rows that count alike', () => {
    const bins = calibrationOf(scored, 0.05) ?? []
    const plain = calibrationOf({ ...scored, units: undefined }, 0.05) ?? []

    expect(bins).toHaveLength(10)
    for (const [at, { predicted, observed, interval }] of bins.entries()) {
      expect(predicted).toBeCloseTo(oracle.weighted.calibration.predicted[at] ?? 0, 12)
      expect(observed).toBeCloseTo(oracle.weighted.calibration.observed[at] ?? 0, 12)
      expect(interval.low).toBeLessThanOrEqual(observed)
      expect(interval.high).toBeGreaterThanOrEqual(observed)
    }
    const widths = [bins, plain].map((all) => all.reduce((sum, { interval }) => sum + interval.high - interval.low, 0))
    expect(widths[0]).toBeGreaterThan(1.15 * (widths[1] ?? 0))
  })

  test('say nothing of a bin that is worth too little', () => {
    const one = weights.map((_, row) => (row % 10 === 0 ? 1e6 : 1e-3))
    const bins = calibrationOf({ ...scored, units: { weights: one } }, 0.05) ?? []

    expect(bins.map(({ interval }) => [interval.low, interval.high])).toContainEqual([0, 1])
  })
})

describe('more than two classes', () => {
  const criteria = criteriaOf({ data: { classes: four } })
  const side = { probabilities, classes: Float64Array.from(oracle.said) }

  test('have a curve each against all others, with scikit-learn’s AUC, by weight too', () => {
    for (const of of [undefined, weights]) {
      const { oneVsRest, roc } = shapeOf(criteria, { labels: classes, weights: of, candidate: side })

      expect(roc).toBeUndefined()
      expect(oneVsRest?.others).toBe(0)
      expect(oneVsRest?.classes.map(({ name }) => name).toSorted()).toEqual(four)
      for (const { name, n, roc: curve, calibration } of oneVsRest?.classes ?? []) {
        const expected = oracle.oneVsRest[four.indexOf(name)]
        expect(curve.candidate.auc).toBeCloseTo((of === undefined ? expected?.auc : expected?.weighted) ?? 0, 12)
        expect(n).toBe(oracle.classes.filter((place) => four[place] === name).length)
        expect(Math.min(...(calibration?.candidate.map((bin) => bin.n) ?? [0]))).toBeGreaterThanOrEqual(10)
      }
    }
  })

  test('have scikit-learn’s shares by weight beside the counts of a matrix, where a count is told', () => {
    const { confusion } = shapeOf(criteria, { labels: classes, weights, candidate: side })

    const told = confusion?.candidate.flat() ?? []
    for (const [at, share] of (confusion?.weighted?.candidate.flat() ?? []).entries()) {
      if (told[at] === null) expect(share).toBeNull()
      else expect(share).toBeCloseTo(oracle.weightedConfusion.flat()[at] ?? 0, 12)
    }
    expect(told).toContain(null)
    expect(shapeOf(criteria, { labels: classes, candidate: side }).confusion).not.toHaveProperty('weighted')
  })

  /** Rows of ten classes, the first most frequent and the last with three rows; the champion is wrong on the eighth alone. */
  function manyRows() {
    const random = seededRandom(11)
    const sizes = [900, 800, 700, 100, 100, 100, 100, 60, 40, 3]
    const labels = Float64Array.from(sizes.flatMap((size, place) => Array.from({ length: size }, () => place)))
    const all = Float64Array.from({ length: 10 * labels.length }, (_, at) => {
      const isOwn = at % 10 === labels[Math.floor(at / 10)]
      return 1 / (1 + Math.exp(-normalDraw(random) - (isOwn ? 2 : 0)))
    })
    const candidate = { probabilities: all, classes: labels }
    const champion = {
      probabilities: all,
      classes: labels.map((label, row) => (label === 7 && row % 3 > 0 ? 0 : label)),
    }
    return { labels, candidate, champion }
  }
  const ten = Array.from({ length: 10 }, (_, at) => `class ${at}`)

  test('that are many are drawn as the three most frequent and those with most flips, and the others counted', () => {
    const { oneVsRest } = shapeOf(criteriaOf({ data: { classes: ten } }), manyRows())
    const names = oneVsRest?.classes.map(({ name }) => name) ?? []

    expect(names.slice(0, 3)).toEqual(['class 0', 'class 1', 'class 2'])
    expect(names).toHaveLength(6)
    expect(names).toContain('class 7')
    expect(oneVsRest?.others).toBe(4)
  })

  test('have no curve of a class under ten rows, nor of the one that hides it', () => {
    const { labels, candidate } = manyRows()
    const few = labels.map((label) => (label < 8 ? label % 3 : label))
    const { oneVsRest } = shapeOf(criteriaOf({ data: { classes: ten } }), { labels: few, candidate })

    expect(oneVsRest?.classes.map(({ name }) => name)).toEqual(['class 0', 'class 1', 'class 2'])
  })

  test('have ten rows in every step of every curve', () => {
    const { oneVsRest } = shapeOf(criteriaOf({ data: { classes: ten } }), manyRows())
    const { labels } = manyRows()
    for (const { n, roc } of oneVsRest?.classes ?? []) {
      const rows = roc.candidate.points.map(([x, y]) => Math.round(x * (labels.length - n) + y * n))
      expect(Math.min(...rows.slice(1).map((row, at) => row - (rows[at] ?? 0)))).toBeGreaterThanOrEqual(10)
    }
  })
})
