import { check, constant, integer, property, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shownSlices } from '../../../core/compare-and-gate/slices/disclosure.ts'
import { isInSpan } from '../../../core/compare-and-gate/slices/span.ts'
import type { Slices } from '../../../core/compare-and-gate/slices/read.ts'
import { seededRandom } from '../../../core/stats/random.ts'

test('a vector is in the span of others when it is a combination of them', () => {
  expect(
    isInSpan(
      [
        [1, 1, 0],
        [0, 1, 1],
      ],
      [[1, 0, 0]],
    ),
  ).toBe(false)
  expect(
    isInSpan(
      [
        [1, 1, 0],
        [0, 1, 1],
        [1, 0, 1],
      ],
      [[1, 0, 0]],
    ),
  ).toBe(true)
  expect(
    isInSpan(
      [
        [1, 1, 0],
        [0, 1, 1],
      ],
      [
        [0, 1, 0],
        [1, 0, -1],
      ],
    ),
  ).toBe(true)
  expect(isInSpan([], [])).toBe(false)
})

/** Divides rows by what each is called. */
function divide(names: readonly string[]): Slices {
  const slices = new Map<string, number[]>()
  for (const [row, name] of names.entries()) slices.set(name, [...(slices.get(name) ?? []), row])
  return { names: [...slices.keys()], rows: [...slices.values()] }
}

/** The names of the slices that are shown, of each set. */
function shown(sets: readonly Slices[], rows: number): readonly (readonly string[])[] {
  const is = shownSlices(sets, rows)
  return sets.map(({ names }, at) => names.filter((_, place) => is[at]?.[place]))
}

function repeat(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts).flatMap(([name, count]) => Array.from({ length: count }, () => name))
}

describe('what is shown of slices', () => {
  test('is everything when all have ten rows', () => {
    const names = repeat({ a: 10, b: 500 })
    expect(shown([divide(names)], names.length)).toEqual([['a', 'b']])
  })

  test('leaves out one more where a single small slice would be the rest', () => {
    const names = repeat({ a: 300, b: 40, c: 9, d: 70 })
    expect(shown([divide(names)], names.length)).toEqual([['a', 'd']])
  })

  test('leaves out the small ones alone where they have ten rows together', () => {
    const names = repeat({ a: 300, b: 40, c: 9, d: 1 })
    expect(shown([divide(names)], names.length)).toEqual([['a', 'b']])
  })

  test('leaves out a cell of a cross in each row and each column, so that neither total gives the small one away', () => {
    const cells = repeat({ 'DE f': 100, 'DE m': 5, 'DE x': 90, 'FR f': 80, 'FR m': 60, 'FR x': 70 })
    const [country, sex] = [0, 1].map((at) => divide(cells.map((cell) => cell.split(' ')[at] ?? '')))
    const sets = [country, sex, divide(cells)].filter((set) => set !== undefined)

    const [countries, sexes, crossed] = shown(sets, cells.length)

    expect([countries, sexes]).toEqual([
      ['DE', 'FR'],
      ['f', 'm', 'x'],
    ])
    expect(crossed).toEqual(['DE f', 'FR f'])
  })

  test('leaves out a bin that lacks a few rows of another one', () => {
    const ages = Array.from({ length: 200 }, (_, row) => (row < 60 ? 17 : row < 65 ? 18 : 30))
    const bins = [18, 19].map((edge) => divide(ages.map((age) => (age < edge ? `age < ${edge}` : `age ≥ ${edge}`))))

    expect(shown(bins, 200).map((names) => names.length)).not.toEqual([2, 2])
  })

  test('hides the same of the same columns under two metrics', () => {
    const names = repeat({ a: 300, b: 40, c: 9, d: 70 })
    const [once, again] = shown([divide(names), divide(names)], names.length)
    expect(again).toEqual(once)
  })
})

test('no small slice of a column or a cross is a combination of all that is shown', () => {
  const drawn = tuple(
    integer({ min: 0, max: 1e9 }),
    integer({ min: 2, max: 4 }),
    integer({ min: 2, max: 4 }),
    constant(0),
  )
  const outcome = check(
    property(drawn, ([seed, countries, sexes]) => {
      const random = seededRandom(seed)
      const sizes = Array.from({ length: countries * sexes }, () =>
        Math.floor(random() < 0.4 ? 10 * random() : 60 * random()),
      )
      const cells = sizes.flatMap((size, cell) => Array.from({ length: size }, () => cell))
      if (cells.length === 0) return true
      const sets = [
        divide(cells.map((cell) => `c${Math.floor(cell / sexes)}`)),
        divide(cells.map((cell) => `s${cell % sexes}`)),
        divide(cells.map(String)),
      ]
      const is = shownSlices(sets, cells.length)
      const indicator = (rows: Iterable<number>) => {
        const counts = sizes.map(() => 0)
        for (const row of rows) counts[cells[row] ?? 0] = 1
        return counts
      }
      const published = [
        sizes.map(() => 1),
        ...sets.flatMap(({ rows }, at) => rows.filter((_, place) => is[at]?.[place]).map(indicator)),
      ]
      const small = sets.flatMap(({ rows }) => rows.filter(({ length }) => length < 10))
      return small.every((rows) => !isInSpan(published, [indicator(rows)]) || cells.length < 10)
    }),
    { numRuns: 300, seed: 7 },
  )
  expect(outcome.counterexample).toBeNull()
})
