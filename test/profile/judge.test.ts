import { expect, test } from 'vitest'
import { Histogram } from '../../core/engines/load/histogram.ts'
import type { Percentiles } from '../../core/engines/load/percentiles.ts'
import type { LoadCounts, LoadMeasure } from '../../core/engines/load/result.ts'
import { highestThatHeld, profileOf } from '../../core/profile/judge.ts'
import type { RateProfile } from '../../core/records/evidence.ts'

function latency(p50: number, p99 = 2 * p50): Percentiles {
  return { count: 100, mean: p50, p50, p90: p50, p95: p50, p99, p999: p99, max: p99 + 1 }
}

/** Two seconds with a hundred requests. */
function measure(median: number | undefined, counts: Partial<LoadCounts> = {}): LoadMeasure {
  const all = { due: 100, statuses: { '200': 100 }, errors: {}, timedOut: 0, ...counts }
  return { fromMs: 0, toMs: 2000, counts: all, ...(median === undefined ? {} : { latency: latency(median) }) }
}

const histogram = new Histogram()
for (const ms of [1.9, 2, 2, 3.9]) histogram.add(ms)

const quiet = [measure(2), measure(3), measure(2)]

test('what a rate showed is the counts, the percentiles, and how much the tail differs from time to time', () => {
  const resources = { cpuMs: 90, cores: 0.5, cpuMsPerRequest: 0.9, memoryBytes: 100, peakMemoryBytes: 120 }
  const total = { ...measure(2, { statuses: { '200': 97, '204': 1, '503': 2 } }), resources }

  expect(profileOf({ rate: 50, total, windows: quiet, histogram })).toEqual({
    rate: 50,
    achieved: 49,
    requests: 100,
    errors: 2,
    latencyMs: { p50: 2, p90: 2, p99: 4, max: 5 },
    p99BetweenMs: [4, 6],
    latencyBuckets: [
      { upToMs: expect.closeTo(2 ** (15 / 16), 9) as number, count: 1 },
      { upToMs: expect.closeTo(2 ** (17 / 16), 9) as number, count: 2 },
      { upToMs: 4, count: 1 },
    ],
    cpuMsPerRequest: 0.9,
    memoryBytes: 120,
    held: false,
  })
})

test('a container’s memory is its process’s or its largest working set, for its peak counts cached files; and how often it was stopped is told', () => {
  const used = { cpuMs: 90, cores: 0.5, memoryBytes: 100, peakMemoryBytes: 900 }
  const windows = [90, 130, 100].map((memoryBytes) => ({ ...measure(2), resources: { ...used, memoryBytes } }))
  const total = { ...measure(2), resources: { ...used, throttledShare: 0.30449 } }

  expect(profileOf({ rate: 50, total, windows, histogram, mainPeakBytes: 120 })).toMatchObject({
    memoryBytes: 130,
    throttledShare: 0.304,
  })
  expect(profileOf({ rate: 50, total, windows, histogram, mainPeakBytes: 140 }).memoryBytes).toBe(140)
})

test('what nobody saw is left out', () => {
  const nothing = measure(undefined, { statuses: {}, errors: { ECONNREFUSED: 100 } })

  expect(profileOf({ rate: 50, total: nothing, windows: [nothing], histogram: new Histogram() })).toEqual({
    rate: 50,
    achieved: 0,
    requests: 100,
    errors: 100,
    held: false,
  })
})

test.each([
  ['all was answered', measure(2), quiet, true],
  ['one answer was an error', measure(2, { statuses: { '200': 99, '500': 1 } }), quiet, false],
  ['one connection broke', measure(2, { statuses: { '200': 99 }, errors: { ECONNRESET: 1 } }), quiet, false],
  ['one answer did not come in time', measure(2, { statuses: { '200': 99 }, timedOut: 1 }), quiet, false],
  ['nothing was due', measure(undefined, { due: 0, statuses: {} }), [], false],
  ['the median grew little', measure(2), [measure(2), measure(40), measure(105)], true],
  ['the median grew and grew: a queue', measure(200), [measure(2), measure(60), measure(110)], false],
  ['slow all the time', measure(900), [measure(900), measure(950), measure(1000)], true],
])('the server kept up or not: %s', (_, total, windows, held) => {
  expect(profileOf({ rate: 50, total, windows, histogram }).held).toBe(held)
})

test.each([
  [[true, true, true], 30],
  [[true, true, false], 20],
  // What held after something that did not is no maximum.
  [[true, false, true], 10],
  [[false, true, true], undefined],
  [[], undefined],
])('of %j, the highest that held is %s', (held, rate) => {
  expect(highestThatHeld(held.map((each, at) => measured(10 * (at + 1), each)))?.rate).toBe(rate)
})

function measured(rate: number, held: boolean): RateProfile {
  return { rate, achieved: rate, requests: rate, errors: 0, held }
}
