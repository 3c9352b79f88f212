import { describe, expect, test } from 'vitest'
import { unrelatedWarning } from '../../core/compare-and-gate/unrelated.ts'
import { seededRandom } from '../../core/stats/random.ts'

const n = 300
const numbers = (of: (row: number) => number) => Float64Array.from({ length: n }, (_, row) => of(row))
const random = seededRandom(5)
const noise = numbers(() => random())
const two = numbers((row) => row % 2)
const three = numbers((row) => row % 3)
const reference = 'kettle@1'

describe('a model that predicts the truth a little', () => {
  test.each([
    [
      'a probability',
      { labels: two, classes: 2, predictions: { probabilities: noise.map((p, row) => (p + (row % 2)) / 2) } },
    ],
    [
      'classes',
      { labels: three, classes: 3, predictions: { classes: three.map((c, row) => (row % 4 === 0 ? 0 : c)) } },
    ],
    ['numbers', { labels: noise, classes: 0, predictions: { values: noise.map((v) => 1e300 * v) } }],
    [
      'a rare class by its probability, never by its class',
      {
        labels: numbers((row) => (row % 20 === 0 ? 1 : 0)),
        classes: 2,
        predictions: {
          probabilities: noise.map((p, row) => 0.1 * p + (row % 20 === 0 ? 0.2 : 0)),
          classes: numbers(() => 0),
        },
      },
    ],
  ])('is not told: %s', (_, side) => {
    expect(unrelatedWarning({ reference, ...side })).toBeUndefined()
  })
})

describe('a model that predicts nothing of the truth', () => {
  test.each([
    ['a probability', { labels: two, classes: 2, predictions: { probabilities: noise } }],
    ['classes', { labels: three, classes: 3, predictions: { classes: noise.map((v) => Math.floor(3 * v)) } }],
    ['numbers', { labels: two, classes: 0, predictions: { values: noise } }],
  ])('is told: %s', (_, side) => {
    expect(unrelatedWarning({ reference, ...side })).toMatch(/^kettle@1 does no better than chance: /)
  })

  test('is told where it says the same of every row', () => {
    const predictions = { values: numbers(() => 3) }
    expect(unrelatedWarning({ reference, labels: noise, classes: 0, predictions })).toBe(
      'kettle@1 predicts the same on every row',
    )
  })

  test('is not told on few rows, and not on labels that are all the same', () => {
    const predictions = { probabilities: noise }
    const few = { labels: two.slice(0, 99), predictions: { probabilities: noise.slice(0, 99) } }
    expect(unrelatedWarning({ reference, classes: 2, ...few })).toBeUndefined()
    expect(unrelatedWarning({ reference, classes: 2, labels: numbers(() => 1), predictions })).toBeUndefined()
  })
})

describe('a model that predicts the opposite', () => {
  test('is told with the order of the classes, where there are two', () => {
    const predictions = { probabilities: two.map((label) => 0.8 - 0.6 * label) }
    expect(unrelatedWarning({ reference, labels: two, classes: 2, predictions })).toMatch(
      /^kettle@1 predicts the opposite of the labels: see that the last of data\.classes /,
    )
  })

  test('is told without it, where there are numbers', () => {
    const predictions = { values: noise.map((value) => -value) }
    expect(unrelatedWarning({ reference, labels: noise, classes: 0, predictions })).toBe(
      'kettle@1 predicts the opposite of the labels',
    )
  })
})
