import { describe, expect, test } from 'vitest'
import { ascendingOrder } from '../../../core/stats/order.ts'
import { calibrationOf } from '../../../core/compare-and-gate/shape/calibration.ts'
import { confusionOf } from '../../../core/compare-and-gate/shape/confusion.ts'
import { residualsOf } from '../../../core/compare-and-gate/shape/residuals.ts'
import { rocOf } from '../../../core/compare-and-gate/shape/roc.ts'
import { shapeOf } from '../../../core/compare-and-gate/shape/shape.ts'
import { normalDraw, seededRandom } from '../../../core/stats/random.ts'
import oracle from './oracle.json' with { type: 'json' }
import { criteriaOf } from './some-criteria.ts'

const labels = Float64Array.from(oracle.labels)
const scored = (scores: readonly number[], of = labels) => {
  const all = Float64Array.from(scores)
  return { labels: of, scores: all, order: ascendingOrder(all) }
}

describe('the ROC curve', () => {
  const sides = [
    ['scores with ties', oracle.tied, oracle.roc.tied],
    ['scores without', oracle.free, oracle.roc.free],
  ] as const

  test.each(sides)('of %s has scikit-learn’s AUC, and points of its curve', (_, scores, expected) => {
    const curve = rocOf(scored(scores))

    expect(curve?.auc).toBeCloseTo(expected.auc, 12)
    for (const [x, y] of curve?.points ?? [])
      expect(Math.min(...expected.points.map(([a = 0, b = 0]) => Math.hypot(a - x, b - y)))).toBeLessThan(1e-12)
  })

  test.each(sides)('of %s lies on the whole one as far as an eye can see', (_, scores, { points: whole }) => {
    const points = rocOf(scored(scores))?.points ?? []
    const far = whole.map(([x = 0, y = 0]) => {
      const right = points.findIndex(([a, b]) => a + b >= x + y - 1e-12)
      const [[x1, y1], [x2, y2]] = [points[Math.max(0, right - 1)] ?? [0, 0], points[right] ?? [1, 1]]
      const length = Math.hypot(x2 - x1, y2 - y1)
      return length === 0 ? 0 : Math.abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length
    })

    expect(Math.max(...far)).toBeLessThan(0.03)
  })

  test('begins at nothing, ends at all, and has ten rows in every step', () => {
    const { points } = rocOf(scored(oracle.free)) ?? { points: [] }
    const positives = oracle.labels.filter((label) => label === 1).length
    const rows = points.map(([x, y]) => Math.round(x * (labels.length - positives) + y * positives))

    expect([points[0], points.at(-1)]).toEqual([
      [0, 0],
      [1, 1],
    ])
    expect(Math.min(...rows.slice(1).map((row, at) => row - (rows[at] ?? 0)))).toBeGreaterThanOrEqual(10)
  })

  test('of many rows has a hundred points at most', () => {
    const random = seededRandom(3)
    const many = Float64Array.from({ length: 50_000 }, () => (random() < 0.01 ? 1 : 0))
    const curve = rocOf(
      scored(
        Array.from(many, (label) => label * 0.3 + random() * 0.7),
        many,
      ),
    )

    expect(curve?.points.length).toBeLessThanOrEqual(100)
    expect(curve?.points.length).toBeGreaterThan(60)
  })

  test('is not told of fewer than ten rows of a class', () => {
    const few = labels.map((label, row) => (row < 24 ? label : 0))

    expect(few.filter((label) => label === 1).length).toBeLessThan(10)
    expect(rocOf(scored(oracle.free, few))).toBeUndefined()
    expect(calibrationOf(scored(oracle.free, few), 0.05)).toBeUndefined()
  })
})

describe('the calibration', () => {
  test('has scikit-learn’s bins of equally many rows', () => {
    const bins = calibrationOf(scored(oracle.free), 0.05) ?? []

    expect(bins.map(({ n }) => n)).toEqual(Array.from({ length: 10 }, () => 40))
    for (const [at, { predicted, observed }] of bins.entries()) {
      expect(predicted).toBeCloseTo(oracle.calibration.predicted[at] ?? 0, 12)
      expect(observed).toBeCloseTo(oracle.calibration.observed[at] ?? 0, 12)
    }
  })

  test('keeps equal probabilities in one bin, and ten rows in each', () => {
    const rounded = oracle.free.map((p) => Math.round(p * 4) / 4)
    const bins = calibrationOf(scored(rounded), 0.05) ?? []

    expect(new Set(bins.map(({ predicted }) => predicted)).size).toBe(bins.length)
    expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(labels.length)
    expect(Math.min(...bins.map(({ n }) => n))).toBeGreaterThanOrEqual(10)
  })

  test('is not told of scores that are no probabilities', () => {
    expect(calibrationOf(scored(oracle.free.map((p) => 5 * p)), 0.05)).toBeUndefined()
  })
})

describe('the confusion', () => {
  const [classes, said] = [Float64Array.from(oracle.classes), Float64Array.from(oracle.said)]

  test('is scikit-learn’s matrix, where no cell is small', () => {
    const names = ['a', 'b', 'c', 'd']
    const whole = { classes: names, labels: classes, candidate: said }

    expect(Math.min(...oracle.confusion.flat())).toBeLessThan(10)
    // Ten times every row: no cell is small any more.
    const tenfold = (of: Float64Array) =>
      Float64Array.from({ length: 10 * of.length }, (_, row) => of[row % of.length] ?? 0)
    expect(confusionOf({ ...whole, labels: tenfold(classes), candidate: tenfold(said) })).toEqual({
      confusion: { classes: names, candidate: oracle.confusion.map((row) => row.map((count) => 10 * count)) },
    })
  })

  test('of many classes is a list of what is confused most', () => {
    const names = Array.from({ length: 20 }, (_, at) => `class ${at}`)
    const many = Float64Array.from({ length: 4000 }, (_, row) => row % 20)
    const wrong = many.map((label, row) =>
      row % 7 === 0 ? (label + 1) % 20 : row % 31 === 0 ? (label + 5) % 20 : label,
    )
    const found = confusionOf({ classes: names, labels: many, candidate: wrong, champion: wrong })

    expect(found).not.toHaveProperty('confusion')
    const { confused } = found as { confused: readonly { truth: string; predicted: string; candidate: number }[] }
    expect(confused).toHaveLength(12)
    expect(confused[0]).toEqual({ truth: 'class 0', predicted: 'class 1', candidate: 29, champion: 29 })
    expect(Math.min(...confused.map(({ candidate }) => candidate))).toBeGreaterThanOrEqual(10)
  })
})

describe('residuals', () => {
  const random = seededRandom(5)
  const truth = Float64Array.from({ length: 2000 }, () => 10 * random())
  const said = truth.map((value) => value + normalDraw(random) - 0.5)

  test('have the quantiles of truth minus prediction, each the mean of ten rows', () => {
    const { quantiles } = residualsOf(truth, said)

    expect(quantiles.map(({ share }) => share)).toEqual([0.05, 0.25, 0.5, 0.75, 0.95])
    for (const [at, z] of [-1.645, -0.674, 0, 0.674, 1.645].entries())
      expect(quantiles[at]?.value).toBeCloseTo(0.5 + z, 0.9)
  })

  test('have ten bins by prediction', () => {
    const { bins } = residualsOf(truth, said)

    expect(bins.map(({ n }) => n)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(bins.reduce((sum, { actual }) => sum + actual, 0) / 10).toBeCloseTo(
      truth.reduce((a, b) => a + b, 0) / 2000,
      9,
    )
  })

  test('of few rows say as much as ten rows allow', () => {
    const { quantiles, bins } = residualsOf(truth.subarray(0, 25), said.subarray(0, 25))

    expect(quantiles.map(({ share }) => share)).toEqual([0.25, 0.5, 0.75])
    expect(Math.min(...bins.map(({ n }) => n))).toBeGreaterThanOrEqual(10)
    expect(residualsOf(truth.subarray(0, 9), said.subarray(0, 9))).toEqual({ quantiles: [], bins: [] })
  })
})

describe('the shape of a gate', () => {
  const [candidate, champion] = [oracle.free, oracle.tied].map((scores) => ({
    probabilities: Float64Array.from(scores),
    classes: Float64Array.from(scores, (p) => (p >= 0.5 ? 1 : 0)),
  }))
  if (candidate === undefined || champion === undefined) throw new RangeError('there are two sides')

  test('of two classes has matrix, curves and flips of both sides', () => {
    const shape = shapeOf(criteriaOf(), { labels, candidate, champion })

    expect(Object.keys(shape).sort()).toEqual(['calibration', 'confusion', 'flips', 'roc'])
    expect(Object.keys(shape.roc ?? {})).toEqual(['candidate', 'champion'])
    expect(JSON.stringify(shape).length).toBeLessThan(20_000)
  })

  test('without a champion has nothing that flipped', () => {
    const shape = shapeOf(criteriaOf(), { labels, candidate })

    expect(shape.flips).toBeUndefined()
    expect(Object.keys(shape.roc ?? {})).toEqual(['candidate'])
  })

  test('has flips that add up, where nothing is withheld', () => {
    const { flips } = shapeOf(criteriaOf(), { labels, candidate, champion })
    const right = ({ classes }: typeof candidate) => labels.filter((label, row) => classes[row] === label).length
    const total = (side: 'gained' | 'lost') => flips?.byClass?.reduce((sum, of) => sum + (of[side] ?? Number.NaN), 0)

    expect((flips?.gained ?? 0) - (flips?.lost ?? 0)).toBe(right(candidate) - right(champion))
    expect([total('gained'), total('lost')]).toEqual([flips?.gained, flips?.lost])
  })

  test('of numbers has residuals alone', () => {
    const criteria = criteriaOf({ criteria: [{ metric: 'mae', absolute: { max: 9 } }] })
    const values = Float64Array.from(oracle.free)

    expect(Object.keys(shapeOf(criteria, { labels, candidate: { values } }))).toEqual(['residuals'])
  })

  test('of a hundred classes and columns stays small', () => {
    const random = seededRandom(9)
    const names = Array.from({ length: 100 }, (_, at) => `class ${at}`)
    const many = Float64Array.from({ length: 50_000 }, () => Math.floor(random() * 100))
    const model = () => ({ classes: many.map((label) => (random() < 0.6 ? label : Math.floor(random() * 100))) })
    const slices = Array.from({ length: 10 }, () => {
      const rows: number[][] = Array.from({ length: 200 }, () => [])
      for (const row of many.keys()) rows[Math.floor(random() * 200)]?.push(row)
      return { names: rows.map((_, at) => `value ${at}`), rows }
    })
    const by = slices.map((_, at) => `column ${at}`)
    const criteria = criteriaOf({ data: { classes: names }, slices: [{ by, metric: 'accuracy', noHarm: 0 }] })
    const shape = shapeOf(criteria, { labels: many, candidate: model(), champion: model(), slices: [slices] })

    expect(shape.flips?.bySlice).toHaveLength(10)
    expect(JSON.stringify(shape).length).toBeLessThan(100_000)
  })
})
