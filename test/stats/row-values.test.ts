import { describe, expect, it } from 'vitest'
import {
  absoluteErrorRows,
  brierRows,
  correctRows,
  LOG_LOSS_EPSILON,
  logLossRows,
  squaredErrorRows,
  wrongRows,
} from '../../core/stats/row-values.ts'

describe('per-row values', () => {
  it('tell right from wrong', () => {
    const evaluated = { labels: [0, 1, 2, 7], predictions: Float64Array.of(0, 2, 2, 7) }
    expect([...correctRows(evaluated)]).toEqual([1, 0, 1, 1])
    expect([...wrongRows(evaluated)]).toEqual([0, 1, 0, 0])
  })

  it('measure errors', () => {
    const evaluated = { labels: [1, -2], predictions: [3, -1.5] }
    expect([...absoluteErrorRows(evaluated)]).toEqual([2, 0.5])
    expect([...squaredErrorRows(evaluated)]).toEqual([4, 0.25])
  })

  it('give the log loss of the true class, from one column or from one per class', () => {
    expect([...logLossRows({ labels: [1, 0], predictions: [0.25, 0.25] })]).toEqual([-Math.log(0.25), -Math.log(0.75)])
    expect([...logLossRows({ labels: [1, 0], predictions: [0.75, 0.25, 0.75, 0.25] })]).toEqual([
      -Math.log(0.25),
      -Math.log(0.75),
    ])
    expect([...logLossRows({ labels: [2], predictions: [0.25, 0.25, 0.5] })]).toEqual([Math.LN2])
  })

  it('clip the log loss of a certain and wrong row at the stated epsilon', () => {
    expect([...logLossRows({ labels: [1, 0, 1], predictions: [0, 1, 1] })]).toEqual([
      -Math.log(LOG_LOSS_EPSILON),
      -Math.log(LOG_LOSS_EPSILON),
      -0,
    ])
    expect(LOG_LOSS_EPSILON).toBe(1e-15)
    expect([...logLossRows({ labels: [1], predictions: [0] }, 0.01)]).toEqual([-Math.log(0.01)])
    expect(() => logLossRows({ labels: [1], predictions: [0] }, 0)).toThrow(RangeError)
  })

  it('give one Brier score for two classes in either layout, and the sum over more', () => {
    expect([...brierRows({ labels: [1, 0], predictions: [0.25, 0.25] })]).toEqual([0.5625, 0.0625])
    expect([...brierRows({ labels: [1, 0], predictions: [0.75, 0.25, 0.75, 0.25] })]).toEqual([0.5625, 0.0625])
    expect([...brierRows({ labels: [0], predictions: [0.25, 0.25, 0.5] })]).toEqual([0.875])
  })

  it('forgive the rounding of single precision', () => {
    expect([...brierRows({ labels: [1, 0], predictions: [1.0000001, -1e-8] })]).toEqual([0, 0])
    const thirds = [Math.fround(1 / 3), Math.fround(1 / 3), Math.fround(1 / 3)]
    expect(logLossRows({ labels: [0], predictions: thirds })[0]).toBeCloseTo(Math.log(3), 6)
  })

  it.each([
    ['NaN', [0.5, Number.NaN], [0, 1], /row 1/],
    ['an infinity', [Infinity, 0.5], [0, 1], /row 0/],
    ['more than 1', [0.5, 1.1], [0, 1], /row 1/],
    ['less than 0', [-0.1, 0.5], [0, 1], /row 0/],
    ['a label of no class', [0.5, 0.5], [0, 2], /row 1.*from 0 to 1/],
    ['a label between classes', [0.5, 0.5], [0.5, 1], /row 0/],
    ['a class certain of everything', [1, 1, 1, 1, 1, 1], [0, 1], /add up to 3/],
    ['columns that do not divide', [0.5, 0.5, 0.5], [0, 1], /do not divide/],
    ['no column', [], [0, 1], /do not divide/],
  ])('refuse a probability table with %s', (_, predictions, labels, message) => {
    expect(() => logLossRows({ labels, predictions })).toThrow(RangeError)
    expect(() => brierRows({ labels, predictions })).toThrow(message)
  })

  it('refuse NaN and unequal lengths everywhere else', () => {
    for (const rows of [correctRows, wrongRows, absoluteErrorRows, squaredErrorRows]) {
      expect(() => rows({ labels: [1, Number.NaN], predictions: [1, 1] })).toThrow(/row 1/)
      expect(() => rows({ labels: [1, 1], predictions: [Number.NaN, 1] })).toThrow(/row 0/)
      expect(() => rows({ labels: [1], predictions: [1, 1] })).toThrow(RangeError)
    }
  })
})
