import { check, constant, integer, property, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shownParts } from '../../../core/compare-and-gate/disclosure/divisions.ts'
import type { Slices } from '../../../core/compare-and-gate/slices/read.ts'
import { seededRandom } from '../../../core/stats/random.ts'
import { Attacker } from './attacker.ts'

/** Divides rows by what each is called. */
function divide(names: readonly string[]): Slices {
  const slices = new Map<string, number[]>()
  for (const [row, name] of names.entries()) slices.set(name, [...(slices.get(name) ?? []), row])
  return { names: [...slices.keys()], rows: [...slices.values()] }
}

/** The names of the slices that are shown, of each set. */
function shown(sets: readonly Slices[], rows: number): readonly (readonly string[])[] {
  const is = shownParts(sets, rows)
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

/** The atoms of rows: those that are alike in every division are one unknown. */
function atomsOf(divisions: readonly Slices[], rows: number) {
  const signatures = Array.from({ length: rows }, () => '')
  for (const { rows: parts } of divisions)
    for (const [part, members] of parts.entries()) for (const row of members) signatures[row] += `${part} `
  const atoms = [...new Set(signatures)]
  return {
    size: atoms.length,
    of: (members: Iterable<number>) => new Set(Array.from(members, (row) => atoms.indexOf(signatures[row] ?? ''))),
  }
}

/** The parts, pieces that they lack of one another, and rows that two share, that are small and can be computed. */
function leaks(divisions: readonly Slices[], rows: number): number {
  const is = shownParts(divisions, rows)
  const atoms = atomsOf(divisions, rows)
  const vector = (members: Iterable<number>) => {
    const sum = Array.from({ length: atoms.size }, () => 0)
    for (const atom of atoms.of(members)) sum[atom] = 1
    return sum
  }
  const attacker = new Attacker(atoms.size)
  attacker.learn(Array.from({ length: atoms.size }, () => 1))
  for (const [at, { rows: parts }] of divisions.entries())
    for (const [part, members] of parts.entries()) if (is[at]?.[part]) attacker.learn(vector(members))
  const parts = divisions.flatMap((division) => division.rows.map((members) => new Set(members)))
  const pieces = parts.flatMap((one) =>
    parts.flatMap((other) => {
      if (other === one) return []
      const common = [...one].filter((row) => other.has(row))
      return [common, ...(common.length === one.size ? [[...other].filter((row) => !one.has(row))] : [])]
    }),
  )
  const secrets = [...parts.map((part) => [...part]), ...pieces].filter(({ length }) => length > 0 && length < 10)
  return secrets.filter((members) => attacker.knows(vector(members))).length
}

/** Rows in a few columns of few values, and the columns, crosses of two and of three of them, and bins, as divisions. */
function columnsAndCrosses(seed: number): { readonly divisions: readonly Slices[]; readonly rows: number } {
  const random = seededRandom(seed)
  const rows = 12 + Math.floor(random() ** 2 * 500)
  const column = (values: number) => Array.from({ length: rows }, () => Math.floor(values * random() ** 2))
  const [a, b, c] = [column(3), column(2), column(3)]
  const age = column(8)
  const crossed = (...columns: readonly number[][]) =>
    Array.from({ length: rows }, (_, row) => columns.map((values) => values[row]).join(' '))
  const all: (readonly unknown[])[] = [
    a,
    b,
    c,
    crossed(a, b),
    crossed(b, c),
    crossed(a, c),
    crossed(a, b, c),
    age.map((value) => value < 3),
    age.map((value) => value < 4),
    age.map((value) => (value < 3 ? 0 : value < 5 ? 1 : 2)),
  ]
  const divisions = all.map((values, at) => divide(values.map((value) => `${at}: ${String(value)}`)))
  return { divisions: divisions.filter(() => random() < 0.7), rows }
}

test('no cell under ten rows of any column or cross can be computed from all that is shown of several, nor what cells lack of others', () => {
  const found: number[] = []
  for (let seed = 1; seed <= 150; seed++) {
    const { divisions, rows } = columnsAndCrosses(seed)
    if (leaks(divisions, rows) > 0) found.push(seed)
  }
  expect(found).toEqual([])
})

test('much is shown of several crosses all the same', () => {
  let [shownCells, large] = [0, 0]
  for (let seed = 1; seed <= 150; seed++) {
    const { divisions, rows } = columnsAndCrosses(seed)
    shownCells += shownParts(divisions, rows).flat().filter(Boolean).length
    large += divisions.flatMap((division) => division.rows).filter(({ length }) => length >= 10).length
  }
  expect(shownCells).toBeGreaterThan(large / 2)
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
      const is = shownParts(sets, cells.length)
      const indicator = (rows: Iterable<number>) => {
        const counts = sizes.map(() => 0)
        for (const row of rows) counts[cells[row] ?? 0] = 1
        return counts
      }
      const attacker = new Attacker(sizes.length)
      attacker.learn(sizes.map(() => 1))
      for (const [at, { rows }] of sets.entries())
        for (const [place, members] of rows.entries()) if (is[at]?.[place]) attacker.learn(indicator(members))
      const small = sets.flatMap(({ rows }) => rows.filter(({ length }) => length < 10))
      return cells.length < 10 || small.every((rows) => !attacker.knows(indicator(rows)))
    }),
    { numRuns: 300, seed: 7 },
  )
  expect(outcome.counterexample).toBeNull()
})
