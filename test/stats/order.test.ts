import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ascendingOrder, endsOfTies } from '../../core/stats/order.ts'
import { seededRandom } from '../../core/stats/random.ts'

function byComparison(values: readonly number[]): readonly number[] {
  return values.map((_, place) => place).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b)
}

test.each([300, 5000])('%d values are in the order that comparing gives, ties in their own', (length) => {
  const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -3, max: 3 }))
  fc.assert(
    fc.property(fc.array(value, { minLength: length, maxLength: length, size: 'max' }), (values) => {
      expect([...ascendingOrder(values)]).toEqual(byComparison(values))
    }),
    { numRuns: length < 1000 ? 30 : 8 },
  )
})

test.each([
  ['zeros of both signs', Array.from({ length: 1000 }, (_, place) => (place % 2 === 0 ? 0 : -0))],
  ['the same everywhere', Array.from({ length: 1000 }, () => 0.3)],
  ['tiny and huge', Array.from({ length: 1000 }, (_, place) => (-1) ** place * 10 ** (((place * 37) % 600) - 300))],
])('%s', (_, values) => {
  expect([...ascendingOrder(values)]).toEqual(byComparison(values))
})

test('a million values are sorted', () => {
  const random = seededRandom(3)
  const values = Float64Array.from({ length: 1_000_000 }, () => random() - 0.5)

  const order = ascendingOrder(values)

  const sorted = values.toSorted()
  expect(order.every((place, rank) => values[place] === sorted[rank])).toBe(true)
  expect(new Set(order).size).toBe(values.length)
})

test('nothing is in order', () => {
  expect([...ascendingOrder([])]).toEqual([])
})

test.each([30, 1000])('runs of equal values end where the next one is larger, among %d', (length) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length }), (values) => {
      const sorted = values.toSorted((a, b) => a - b)
      const ends = [...sorted.keys(), length].filter((at) => at > 0 && sorted[at] !== sorted[at - 1])
      expect([...endsOfTies(ascendingOrder(values), values)]).toEqual(ends)
    }),
    { numRuns: 20 },
  )
})

test('no values have no runs, one value has one, and zeros of both signs are one', () => {
  expect([...endsOfTies(ascendingOrder([]), [])]).toEqual([])
  expect([...endsOfTies(ascendingOrder([3]), [3])]).toEqual([1])
  expect([...endsOfTies(ascendingOrder([0, -0]), [0, -0])]).toEqual([2])
})
