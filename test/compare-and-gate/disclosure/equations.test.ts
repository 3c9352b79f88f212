import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Equations } from '../../../core/compare-and-gate/disclosure/equations.ts'
import { cellsOf, partitionBy } from '../../../core/compare-and-gate/disclosure/partition.ts'
import { relationsAmong } from '../../../core/compare-and-gate/disclosure/relations.ts'
import { withheld, withheldParts } from '../../../core/compare-and-gate/disclosure/withhold.ts'
import { Attacker } from './attacker.ts'

const unit = (length: number, at: number) => Array.from({ length }, (_, place) => (place === at ? 1 : 0))

/** How many of some vectors are independent. */
function rankOf(vectors: readonly (readonly number[])[], width: number): number {
  const attacker = new Attacker(width)
  let rank = 0
  for (const vector of vectors) {
    if (!attacker.knows(vector)) rank += 1
    attacker.learn(vector)
  }
  return rank
}

describe('relations among cells', () => {
  const rows = 12
  const division = (parts: number) => fc.array(fc.nat(parts - 1), { minLength: rows, maxLength: rows })

  test('are all weighted sums that are the same for every row, and no others', () => {
    fc.assert(
      fc.property(division(2), division(3), division(4), (...divisions) => {
        const parts = divisions.map((partOf, at) =>
          Array.from({ length: at + 2 }, (_, part) => [...partOf.keys()].filter((row) => partOf[row] === part)),
        )
        const relations = relationsAmong(cellsOf(parts.map((own) => partitionBy(own, rows))))
        const members = parts.flat().map((own) => Array.from({ length: rows }, (_, row) => Number(own.includes(row))))

        for (const relation of relations) {
          const sums = Array.from({ length: rows }, (_, row) =>
            members.reduce((sum, of, cell) => sum + (relation[cell] ?? 0) * (of[row] ?? 0), 0),
          )
          for (const sum of sums) expect(sum).toBeCloseTo(sums[0] ?? Number.NaN, 9)
          for (const [cell, of] of members.entries()) if (!of.includes(1)) expect(relation[cell]).toBe(0)
        }
        const all = relations.map((relation) => Array.from(relation))
        expect(rankOf(all, members.length)).toBe(relations.length)
        // Sums that are zero on every row but for the number of all rows: as many as the rank leaves.
        const some = members.filter((of) => of.includes(1))
        const ones = Array.from({ length: rows }, () => 1)
        expect(relations.length).toBe(some.length + 1 - rankOf([ones, ...some], rows))
      }),
    )
  })

  test('are none without rows', () => {
    expect(relationsAmong({ rows: 0, sizes: [0, 0], shared: () => 0 })).toEqual([])
  })
})

describe('equations about hidden cells', () => {
  const width = 6
  const relations = fc.array(fc.array(fc.integer({ min: -1, max: 2 }), { minLength: width, maxLength: width }), {
    maxLength: 5,
  })
  const cells = fc.uniqueArray(fc.nat(width - 1), { maxLength: width })

  test('solve exactly what somebody could who subtracts what is told', () => {
    fc.assert(
      fc.property(relations, cells, (all, hidden) => {
        const equations = new Equations(
          all.map((relation) => Float64Array.from(relation)),
          hidden,
        )
        // Who knows all relations and every told cell.
        const attacker = new Attacker(width)
        for (const relation of all) attacker.learn(relation)
        for (let cell = 0; cell < width; cell++) if (!hidden.includes(cell)) attacker.learn(unit(width, cell))
        const solved = equations.solved()
        for (const cell of hidden) {
          const isAlone = solved.some((one) => one.hidden.length === 1 && one.hidden[0]?.cell === cell)
          expect(isAlone).toBe(attacker.knows(unit(width, cell)))
        }
        for (const { hidden: sum, told } of solved) {
          expect(told.every((cell) => !hidden.includes(cell))).toBe(true)
          const vector = Array.from({ length: width }, (_, cell) => sum.find((one) => one.cell === cell)?.weight ?? 0)
          expect(sum.length).toBeGreaterThan(0)
          expect(attacker.knows(vector)).toBe(true)
          // And with nothing else than the cells that it names.
          const less = new Attacker(width)
          for (const relation of all) less.learn(relation)
          for (const cell of told) less.learn(unit(width, cell))
          expect(less.knows(vector)).toBe(true)
        }
        expect(solved.length).toBe(
          rankOf(
            all.map((relation) => hidden.map((cell) => relation[cell] ?? 0)),
            hidden.length,
          ),
        )
      }),
    )
  })

  test('imply a told cell exactly where the other told ones do', () => {
    fc.assert(
      fc.property(relations, cells, (all, hidden) => {
        const equations = new Equations(
          all.map((relation) => Float64Array.from(relation)),
          hidden,
        )
        for (let cell = 0; cell < width; cell++) {
          if (hidden.includes(cell)) continue
          const others = new Attacker(width)
          for (const relation of all) others.learn(relation)
          for (let told = 0; told < width; told++)
            if (told !== cell && !hidden.includes(told)) others.learn(unit(width, told))
          expect(equations.isImplied(cell)).toBe(others.knows(unit(width, cell)))
        }
      }),
    )
  })

  test('are the same whether cells are hidden at once, one by one or twice', () => {
    const all = [Float64Array.of(1, 1, 1, 1), Float64Array.of(1, -1, 0, 0)]
    const [once, later] = [new Equations(all, [0, 1]), new Equations(all)]
    expect(later.solved()).toEqual([])
    for (const cell of [0, 0, 1, 0]) later.hide(cell)

    expect(later.solved()).toEqual(once.solved())
    expect(all).toEqual([Float64Array.of(1, 1, 1, 1), Float64Array.of(1, -1, 0, 0)])
  })
})

describe('what is withheld of cells', () => {
  const total = (of: readonly number[]) => ({ totals: [of], relations: [Float64Array.from(of, () => 1)] })
  const all = [0, 1, 2, 3]

  test('is the next smaller one, where what is hidden has fewer than ten rows together', () => {
    expect(withheld([{ counts: [300, 40, 9, 70], ...total(all) }])).toEqual([false, true, true, false])
    expect(withheld([{ counts: [300, 40, 9, 1], ...total(all) }])).toEqual([false, false, true, true])
    expect(withheld([{ counts: [300, 40, 9, 0], ...total(all) }])).toEqual([false, true, true, true])
  })

  test('is never one cell alone of which nothing may be known, though it has many rows', () => {
    expect(withheldParts([[300, 40, 50, 70]], [true, false, false, false])).toEqual([true, true, false, false])
    expect(withheldParts([[300, 40, 50, 70]])).toEqual([false, false, false, false])
    expect(withheldParts([[300, 40, 9, 70]])).toEqual([false, true, true, false])
    expect(withheldParts([])).toEqual([])
  })

  test('is what has few of any kind, in all kinds', () => {
    const kinds = [
      { counts: [300, 40, 50, 70], ...total(all) },
      { counts: [30, 20, 9, 10], ...total(all) },
    ]
    expect(withheld(kinds)).toEqual([false, false, true, true])
  })

  test('is not what lacks a count of one kind', () => {
    const kinds = [
      { counts: [300, 40, 50, 70], ...total(all) },
      { counts: [30, 20, undefined, undefined], ...total([0, 1]) },
    ]
    expect(withheld(kinds)).toEqual([false, false, false, false])
  })

  test('is what is worth least first, and of that the smallest', () => {
    const kinds = [{ counts: [300, 40, 9, 70], ...total(all) }]
    expect(withheld(kinds, { worth: [0, 1, 0, 1] })).toEqual([true, false, true, false])
    expect(withheld(kinds, { worth: [1, 1, 1, 0] })).toEqual([false, false, true, true])
  })

  test('is what an equation over two totals would tell, though neither total alone does', () => {
    // (a + b) and (b + c) are known, and so is a + c: half of what all three say is b.
    const known = [Float64Array.of(1, 1, 0, 0), Float64Array.of(0, 1, 1, 0), Float64Array.of(1, 0, 1, 0)]
    const counts = [12, 3, 11, 50]
    expect(withheld([{ counts, totals: [[0, 1]], relations: known }])).toEqual([true, true, true, false])
    expect(withheld([{ counts, totals: [[0, 1]], relations: known.slice(0, 1) }])).toEqual([true, true, false, false])
  })
})
