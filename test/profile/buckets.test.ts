import { expect, test } from 'vitest'
import { binsOf } from '../../core/cli/report/read/profile.ts'
import { Histogram } from '../../core/engines/load/histogram.ts'
import { coarse } from '../../core/profile/buckets.ts'

test('many latencies become few bins, none is lost, and the report draws them four to a doubling', () => {
  const histogram = new Histogram()
  for (let ms = 0.05; ms < 4000; ms *= 1.003) histogram.add(ms)

  const bins = coarse(histogram.buckets())

  expect(histogram.buckets().length).toBeGreaterThan(1000)
  // Sixteen doublings and a part of one.
  expect(bins.length).toBeLessThan(16 * 17 + 2)
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(histogram.count)
  expect(bins.map(({ upToMs }) => upToMs)).toEqual(bins.map(({ upToMs }) => upToMs).toSorted((a, b) => a - b))
  const drawn = binsOf([...bins])
  expect(drawn.length).toBeLessThan(4 * 17 + 2)
  expect(drawn.reduce((sum, { count }) => sum + count, 0)).toBe(histogram.count)
})

test('without latencies there is no bin', () => {
  expect(coarse(new Histogram().buckets())).toEqual([])
})
