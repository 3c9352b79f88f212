import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { influenceInterval } from '../../core/stats/influence.ts'
import { jackknifeInfluence } from '../../core/stats/jackknife.ts'
import { moments } from '../../core/stats/moments.ts'
import { normalDraw, seededRandom } from '../../core/stats/random.ts'
import { rootMeanInterval } from '../../core/stats/root-mean.ts'
import { expectRelative } from './support.ts'
import oracle from './tests/oracle.json' with { type: 'json' }

function meanOf(values: ArrayLike<number>) {
  return (rows: Uint32Array) => rows.reduce((sum, row) => sum + (values[row] ?? Number.NaN), 0) / rows.length
}

function correlationOf(pairs: readonly (readonly number[])[]) {
  return (rows: Uint32Array) => {
    const of = (side: number) => Float64Array.from(rows, (row) => pairs[row]?.[side] ?? Number.NaN)
    const [x, y] = [of(0), of(1)]
    const [xs, ys] = [moments(x), moments(y)]
    const products = x.reduce((sum, value, place) => sum + (value - xs.mean) * ((y[place] ?? 0) - ys.mean), 0)
    return products / (rows.length - 1) / Math.sqrt(xs.variance * ys.variance)
  }
}

describe('influence values by leaving out', () => {
  it('are those of the oracle, by rows and by blocks', () => {
    const { rows, blocks, ...expected } = oracle.jackknife
    const byRows = jackknifeInfluence(rows.length, correlationOf(rows))
    expectRelative(byRows.estimate, expected.estimate, 1e-13)
    for (const [row, value] of expected.influence.entries()) expect(byRows.influence[row]).toBeCloseTo(value, 11)
    expectRelative(influenceInterval(byRows, 0.05).standardError, expected.standardError, 1e-11)
    const byBlocks = jackknifeInfluence(rows.length, correlationOf(rows), { blocks })
    for (const [block, value] of expected.blockInfluence.entries())
      expect(byBlocks.influence[block]).toBeCloseTo(value, 11)
  })

  it('give the standard error of the law schools of Efron and Tibshirani', () => {
    // B. Efron, R. Tibshirani, An Introduction to the Bootstrap (1993) tables 3.1 and 11.1: correlation .776, jackknife .1425.
    const lsat = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594]
    const gpa = [3.39, 3.3, 2.81, 3.03, 3.44, 3.07, 3.0, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96]
    const of = jackknifeInfluence(15, correlationOf(lsat.map((score, school) => [score, gpa[school] ?? 0])))
    expect(of.estimate).toBeCloseTo(0.776, 3)
    expect(influenceInterval(of, 0.05).standardError).toBeCloseTo(0.1425, 4)
  })

  it('are the deviations themselves for a mean', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 30 }),
        (values) => {
          const { estimate, influence } = jackknifeInfluence(values.length, meanOf(values))
          for (const [row, value] of values.entries()) expect(influence[row]).toBeCloseTo(value - estimate, 8)
        },
      ),
    )
  })

  it('come close to the exact ones of a root mean square', () => {
    const random = seededRandom(3)
    const squares = Float64Array.from({ length: 400 }, () => normalDraw(random) ** 2)
    const mean = meanOf(squares)
    const of = jackknifeInfluence(400, (rows) => Math.sqrt(mean(rows)))
    expectRelative(influenceInterval(of, 0.05).standardError, rootMeanInterval(squares, 0.05).standardError, 0.01)
  })

  it('take a million rows in fifty blocks', () => {
    const random = seededRandom(4)
    const values = Float64Array.from({ length: 1_000_000 }, () => normalDraw(random))
    const of = jackknifeInfluence(
      1_000_000,
      (rows) => {
        let sum = 0
        for (let place = 0; place < rows.length; place++) sum += values[rows[place] ?? 0] ?? 0
        return sum / rows.length
      },
      { blocks: 50 },
    )
    expectRelative(influenceInterval(of, 0.05).standardError, 1e-3, 0.4)
  })

  it('are in doubt where the statistic has no value on some part, and where there are too few rows', () => {
    const needsRowZero = (rows: Uint32Array) => (rows.includes(0) ? 1 : Number.NaN)
    expect(jackknifeInfluence(5, needsRowZero)).toMatchObject({ doubt: 'undefined', estimate: Number.NaN })
    expect(jackknifeInfluence(5, () => Infinity).doubt).toBe('undefined')
    expect(jackknifeInfluence(0, () => 1).doubt).toBe('too-few-rows')
    expect(jackknifeInfluence(1, () => 1).doubt).toBe('undefined')
    expect(
      influenceInterval(
        jackknifeInfluence(9, () => 0.5),
        0.05,
      ).doubt,
    ).toBe('no-variation')
    expect(jackknifeInfluence(2, meanOf([1, 3])).influence).toEqual(Float64Array.from([-1, 1]))
  })

  it('refuse impossible numbers of rows and blocks', () => {
    for (const n of [-1, 1.5, Number.NaN]) expect(() => jackknifeInfluence(n, () => 1)).toThrow(RangeError)
    for (const blocks of [0, 1, 6, 2.5]) expect(() => jackknifeInfluence(5, () => 1, { blocks })).toThrow(RangeError)
  })
})
