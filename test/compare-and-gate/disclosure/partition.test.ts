import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cellsOf, partitionBy } from '../../../core/compare-and-gate/disclosure/partition.ts'

/** Which part of so many each of 30 rows is in; some parts are perhaps empty. */
const division = (parts: number) => fc.array(fc.nat(parts - 1), { minLength: 30, maxLength: 30 })

function membersOf(partOf: readonly number[], parts: number): readonly number[][] {
  return Array.from({ length: parts }, (_, part) => [...partOf.keys()].filter((row) => partOf[row] === part))
}

test('parts say of each row which of them it is in', () => {
  fc.assert(
    fc.property(division(4), (partOf) => {
      const { partOf: found, parts } = partitionBy(membersOf(partOf, 4), 30)
      expect([...found]).toEqual(partOf)
      expect(parts).toBe(4)
    }),
  )
})

test('any two cells of several divisions share as many rows as are in both', () => {
  fc.assert(
    fc.property(division(3), division(5), division(1), division(2), (...divisions) => {
      const members = divisions.map((partOf, at) => membersOf(partOf, [3, 5, 1, 2][at] ?? 0))
      const { divisionOf, rows, shared, sizes, within } = cellsOf(members.map((parts) => partitionBy(parts, 30)))
      const all = members.flat()
      expect(rows).toBe(30)
      expect(sizes).toEqual(all.map(({ length }) => length))
      expect(divisionOf).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 3])
      expect(within).toEqual([[0, 1, 2], [3, 4, 5, 6, 7], [8], [9, 10]])
      for (const [one, mine] of all.entries())
        for (const [other, theirs] of all.entries())
          expect(shared(one, other)).toBe(mine.filter((row) => theirs.includes(row)).length)
    }),
  )
})

test('of no divisions there are no cells', () => {
  expect(cellsOf([])).toMatchObject({ rows: 0, sizes: [], divisionOf: [], within: [] })
})
