import { expect, test } from 'vitest'
import { differences } from '../../core/stats/differences.ts'
import { pairedTInterval } from '../../core/stats/paired-t.ts'

test('differences are those of each row', () => {
  expect([...differences([3, 0, -1], [1, 0.5, -1])]).toEqual([2, -0.5, 0])
})

test('a last digit is no difference, whatever the size of the values', () => {
  for (const size of [1e-9, 1, 1e9]) expect([...differences([size * (0.1 + 0.2)], [size * 0.3])]).toEqual([0])
  expect([...differences([1 + 1e-11], [1])][0]).toBeGreaterThan(0)
})

test('models that differ by rounding on every row are inconclusive, as equal ones are', () => {
  const losses = Float64Array.from({ length: 1000 }, (_, row) => 0.1 + (row % 7) / 10)
  const candidate = losses.map((loss) => loss * (1 - 2 ** -52))

  expect(pairedTInterval({ candidate, champion: losses }, 'lower', 0.05).doubt).toBe('no-variation')
})

test('rows must be equally many', () => {
  expect(() => differences([1], [1, 2])).toThrow(RangeError)
})
