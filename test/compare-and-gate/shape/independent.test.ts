import { describe, expect, test } from 'vitest'
import { isDerivable, isIndependent, type Told } from '../../../core/compare-and-gate/shape/independent.ts'

/** A column of the parts of some rows; the parts named are told. */
const column = (parts: readonly number[], told: readonly number[]): Told => ({
  partOf: Int32Array.from(parts),
  parts: Math.max(...parts) + 1,
  isTold: Array.from({ length: Math.max(...parts) + 1 }, (_, part) => told.includes(part)),
})

describe('two ways to divide the same rows', () => {
  const country = column([0, 0, 0, 0, 1, 1, 1, 1], [])

  test('have nothing in common but the total, where every part meets every other', () => {
    expect(isIndependent(country, column([0, 1, 0, 1, 0, 1, 0, 1], []))).toBe(true)
  })

  test('have parts in common, where one cuts the other finer, or is the other', () => {
    expect(isIndependent(country, column([0, 0, 1, 1, 2, 2, 3, 3], []))).toBe(false)
    expect(isIndependent(country, country)).toBe(false)
  })

  test('have a union of parts in common', () => {
    expect(isIndependent(column([0, 0, 1, 1, 2, 2], []), column([0, 1, 1, 0, 2, 2], []))).toBe(false)
  })
})

describe('a count that is not told', () => {
  test('follows from the others of its column and the total', () => {
    expect(isDerivable([column([0, 0, 0], [0]), column([0, 1, 2], [0, 1])])).toBe(true)
    expect(isDerivable([column([0, 0, 0], [0]), column([0, 1, 2], [0])])).toBe(false)
    expect(isDerivable([column([0, 1, 2], [0, 1])])).toBe(true)
    expect(isDerivable([column([0, 1, 2], [1])])).toBe(false)
  })

  test('follows from two columns together, where neither alone says it', () => {
    // The second part of the first column lies within the first of the second: what is left of that is the first of the third.
    const [one, other, third] = [column([0, 0, 1], [0, 1]), column([0, 1, 0], [0, 1]), column([0, 1, 1], [])]

    expect([isIndependent(one, other), isIndependent(one, third), isIndependent(other, third)]).toEqual([
      true,
      true,
      true,
    ])
    expect(isDerivable([one, third])).toBe(false)
    expect(isDerivable([one, other, third])).toBe(true)
  })

  test('of a part without rows is nothing to know', () => {
    expect(isDerivable([column([0, 0, 2], [0, 2])])).toBe(false)
  })
})
