import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchesFromCounters, checkBatches } from '../../../core/stats/canary/batch.ts'
import { CommonRatio } from '../../../core/stats/canary/common-ratio.ts'
import { exactConditionalTest, quasiConditionalTest } from '../../../core/stats/canary/conditional-test.ts'
import { dispersionOf } from '../../../core/stats/canary/dispersion.ts'
import { errorsPerRequest, errorsToDecide, requestsToProveMargin } from '../../../core/stats/canary/planning.ts'
import { ratioSequence } from '../../../core/stats/canary/ratio-interval.ts'
import { SampleRatio } from '../../../core/stats/canary/sample-ratio.ts'
import { Windows } from '../../../core/stats/canary/windows.ts'
import { expectRelative } from '../support.ts'
import oracle from './oracle.json' with { type: 'json' }
import { armsOf, sampleOf, strataOf } from './support.ts'

describe('the common ratio', () => {
  it('has the estimates of the oracle', () => {
    for (const { name, estimate, smoothed } of oracle.commonRatio) {
      const ratio = new CommonRatio()
      for (const arms of sampleOf(name)) ratio.add(arms)
      expectRelative(ratio.smoothed, smoothed, 1e-13)
      if (estimate !== null) expectRelative(ratio.estimate, estimate, 1e-13)
    }
  })

  it('is 1 for equal rates though an incident falls on the large share of a ramp, where pooled rates are not', () => {
    const ratio = new CommonRatio()
    const batches = [
      [500, 5, 9500, 95],
      [5000, 500, 5000, 500],
    ].map(armsOf)
    for (const arms of batches) ratio.add(arms)
    expect(ratio.estimate).toBeCloseTo(1, 12)
    expect(505 / 5500 / (595 / 14500)).toBeGreaterThan(2)
  })

  it('is not a number before the first error, and infinite where only the canary fails', () => {
    const ratio = new CommonRatio()
    expect(ratio.estimate).toBeNaN()
    expect(ratio.smoothed).toBe(1)
    ratio.add(armsOf([10, 1, 90, 0]))
    expect(ratio.estimate).toBe(Infinity)
    expect(ratio.smoothed).toBeCloseTo(27, 12)
  })
})

describe('the dispersion', () => {
  it('has the estimates of the oracle, and none with errors in fewer than three windows', () => {
    for (const { name, size, ratio, windows, estimate, upper } of oracle.dispersion) {
      const rows = sampleOf(name)
      const groups = Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => ({
        strata: strataOf(rows.slice(index * size, (index + 1) * size)),
      }))
      const found = dispersionOf(groups, ratio)
      if (estimate === null || upper === null) expect(found, name).toBeUndefined()
      else {
        expect(found?.windows).toBe(windows)
        expectRelative(found?.estimate ?? 0, estimate, 1e-12)
        expectRelative(found?.upper ?? 0, upper, 1e-11)
      }
    }
  })

  it('is 1 where the errors fall exactly as expected, and large where they come in bursts', () => {
    const even = Array.from({ length: 20 }, () => ({ strata: strataOf([armsOf([100, 1, 900, 9])]) }))
    expect(dispersionOf(even, 1)).toMatchObject({ estimate: 1, upper: 1 })
    const bursts = even.map((window, index) =>
      index % 5 === 0 ? { strata: strataOf([armsOf([100, 15, 900, 9])]) } : window,
    )
    expect(dispersionOf(bursts, 1)?.estimate).toBeGreaterThan(5)
  })
})

describe('windows', () => {
  const batch = (fromMs: number, toMs: number) => ({ fromMs, toMs, ...armsOf([10, 1, 90, 2]) })

  it('end at the batch whose end is nearest to their length', () => {
    const windows = new Windows(60_000)
    for (let at = 0; at < 180_000; at += 10_100) windows.add(batch(at, at + 10_100))
    expect(windows.closed.map(({ fromMs, toMs }) => toMs - fromMs)).toEqual([60_600, 60_600, 60_600])
  })

  it('are single batches where those are longer', () => {
    const windows = new Windows(60_000)
    expect(windows.add(batch(0, 90_000))).toBe(true)
    expect(windows.close()).toBe(false)
  })

  it('add up what is in them, and can be closed early', () => {
    const windows = new Windows(60_000)
    windows.add(batch(0, 15_000))
    windows.add(batch(15_000, 30_000))
    expect(windows.last).toBeUndefined()
    expect(windows.close()).toBe(true)
    expect(windows.last).toMatchObject({ fromMs: 0, toMs: 30_000, canaryRequests: 20, stableRequests: 180 })
    expect(windows.last?.strata).toHaveLength(2)
  })
})

describe('the test at the deadline', () => {
  it('has the exact tails of the oracle', () => {
    for (const { name, ratio, more, fewer, batches } of oracle.exactTest) {
      const strata = strataOf(batches === undefined ? sampleOf(name) : batches.map(armsOf))
      const test = exactConditionalTest(strata, ratio)
      for (const [value, expected] of [
        [test.more, more],
        [test.fewer, fewer],
      ] as const) {
        if (expected > 1e-25) expectRelative(value, expected, 1e-11)
        else expect(value, name).toBeLessThan(1e-25)
      }
    }
  })

  it("has Student's tails of the oracle where errors come in bursts", () => {
    for (const { name, ratio, estimate, windows, more, fewer } of oracle.quasiTest) {
      const test = quasiConditionalTest(strataOf(sampleOf(name)), ratio, { windows, estimate, upper: estimate })
      expectRelative(test.more, more, 1e-11)
      expectRelative(test.fewer, fewer, 1e-11)
    }
  })

  it('proves nothing without errors, and nothing while the dispersion is not known', () => {
    expect(exactConditionalTest([], 1)).toEqual({ more: 1, fewer: 1 })
    expect(quasiConditionalTest(strataOf(sampleOf('twice')), 1, undefined)).toEqual({ more: 1, fewer: 1 })
  })

  it('has tails that overlap in exactly one outcome', () => {
    const counts = fc.array(
      fc.tuple(fc.nat(6), fc.nat(9)).map(([x, y]) => armsOf([30, x, 70, y])),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(counts, fc.double({ min: 0.2, max: 5, noNaN: true }), (rows, ratio) => {
        const { more, fewer } = exactConditionalTest(strataOf(rows), ratio)
        expect(more + fewer).toBeGreaterThanOrEqual(1 - 1e-12)
        expect(more + fewer).toBeLessThanOrEqual(2)
      }),
    )
  })
})

describe('the confidence sequence of the ratio', () => {
  it('has the bounds of the oracle', () => {
    for (const { name, alpha, dispersion, lower, upper } of oracle.ratioSequence) {
      const bounds = ratioSequence(sampleOf(name), alpha, dispersion)
      if (lower === null) expect(bounds.lower).toBe(0)
      else expectRelative(bounds.lower, lower, 1e-4)
      if (upper === null) expect(bounds.upper).toBe(Infinity)
      else expectRelative(bounds.upper, upper, 1e-4)
    }
  })

  it('says nothing without errors', () => {
    expect(ratioSequence(sampleOf('no errors'), 0.05, 1)).toEqual({ lower: 0, upper: Infinity })
    expect(ratioSequence([], 0.05, 1)).toEqual({ lower: 0, upper: Infinity })
  })

  it('refuses an alpha or a dispersion that means nothing', () => {
    for (const alpha of [0, 1, Number.NaN]) expect(() => ratioSequence([], alpha, 1)).toThrow(RangeError)
    expect(() => ratioSequence([], 0.05, 0.9)).toThrow(RangeError)
  })
})

describe('the sample ratio', () => {
  it('has the Bayes factors of the oracle', () => {
    for (const { splits, logE } of oracle.sampleRatio) {
      const ratio = new SampleRatio()
      let fromMs = 0
      for (const [share = 0, canary = 0, stable = 0] of splits) {
        ratio.add({ fromMs, toMs: ++fromMs, share, ...armsOf([canary, 0, stable, 0]) })
      }
      expect(ratio.logE).toBeCloseTo(logE, 5)
    }
  })

  it('is not judged without a share, and says where it is worst', () => {
    const ratio = new SampleRatio()
    const add = (share: number | undefined, canary: number, stable: number): void =>
      ratio.add({ fromMs: 0, toMs: 1, ...armsOf([canary, 0, stable, 0]), ...(share === undefined ? {} : { share }) })
    add(undefined, 900, 100)
    add(0, 900, 100)
    add(1, 900, 100)
    expect(ratio.logE).toBe(0)
    expect(ratio.worst).toBeUndefined()
    add(0.1, 100, 900)
    add(0.5, 700, 300)
    expect(ratio.worst).toEqual({ configured: 0.5, seen: 0.7 })
  })
})

describe('the plan', () => {
  it('needs as many errors as the oracle says', () => {
    for (const { errors, ...plan } of oracle.planning) expectRelative(errorsToDecide(plan), errors, 1e-12)
  })

  it('says 3.4 minutes for 1 % against 2 % at 100 requests a second and a tenth of the traffic', () => {
    const errors = errorsToDecide({ boundary: 1, truth: 2, share: 0.1, alpha: 0.01 })
    const seconds = errors / (100 * errorsPerRequest({ canary: 0.02, stable: 0.01 }, 0.1))
    expect(seconds / 60).toBeCloseTo(3.4, 1)
  })

  it('needs more for a smaller share, a nearer boundary and a smaller alpha, and cannot tell equals apart', () => {
    const base = { boundary: 1.5, truth: 1, share: 0.1, alpha: 0.05 }
    expect(errorsToDecide({ ...base, share: 0.05 })).toBeGreaterThan(errorsToDecide(base))
    expect(errorsToDecide({ ...base, boundary: 1.2 })).toBeGreaterThan(errorsToDecide(base))
    expect(errorsToDecide({ ...base, alpha: 0.01 })).toBeGreaterThan(errorsToDecide(base))
    expect(errorsToDecide({ ...base, boundary: 1 })).toBe(Infinity)
  })

  it('needs a few thousand requests of the canary for a margin of .2 % where nothing fails', () => {
    const requests = requestsToProveMargin({ margin: 0.002, rate: 0, share: 0.1, alpha: 0.0125 })
    expect(requests * 0.1).toBeCloseTo((Math.log(6) + Math.log(80)) / (0.002 * (1 - Math.exp(-1.5))), 6)
    expect(requestsToProveMargin({ margin: 0.002, rate: 0.01, share: 0.1, alpha: 0.0125 })).toBeGreaterThan(requests)
  })

  it('refuses what cannot be', () => {
    const base = { boundary: 1.5, truth: 1, share: 0.1, alpha: 0.05 }
    for (const wrong of [{ share: 0 }, { share: 1 }, { truth: 0 }, { boundary: -1 }, { alpha: 0 }]) {
      expect(() => errorsToDecide({ ...base, ...wrong })).toThrow(RangeError)
    }
  })
})

describe('batches', () => {
  const reading = (atMs: number, counts: readonly number[]) => ({ atMs, ...armsOf(counts) })

  it('are the differences of counters, in order, each stretch once', () => {
    const readings = [reading(20, [30, 3, 300, 5]), reading(10, [10, 1, 100, 2]), reading(20, [30, 3, 300, 5])]
    expect(batchesFromCounters(readings)).toEqual({
      batches: [{ fromMs: 10, toMs: 20, ...armsOf([20, 2, 200, 3]) }],
      resets: 0,
    })
  })

  it('leave out a stretch in which one side started anew, for both sides', () => {
    const readings = [
      reading(0, [0, 0, 500, 5]),
      reading(10, [20, 1, 700, 6]),
      reading(20, [3, 0, 900, 9]),
      reading(30, [23, 2, 990, 9]),
    ]
    const { batches, resets } = batchesFromCounters(readings)
    expect(resets).toBe(1)
    expect(batches.map(({ fromMs }) => fromMs)).toEqual([0, 20])
    expect(batches.at(-1)).toMatchObject(armsOf([20, 2, 90, 0]))
  })

  it('carry the share that held when they began', () => {
    const readings = [
      { ...reading(0, [0, 0, 0, 0]), share: 0.05 },
      { ...reading(10, [5, 0, 95, 0]), share: 0.25 },
      reading(20, [30, 0, 170, 0]),
    ]
    expect(batchesFromCounters(readings).batches.map(({ share }) => share)).toEqual([0.05, 0.25])
  })

  it('are refused when they overlap or hold no counts', () => {
    const batch = { fromMs: 0, toMs: 10, ...armsOf([5, 1, 5, 1]) }
    expect(() => checkBatches([batch, { ...batch, fromMs: 10, toMs: 20 }])).not.toThrow()
    for (const wrong of [
      [batch, batch],
      [{ ...batch, toMs: 0 }],
      [{ ...batch, toMs: Infinity }],
      [{ ...batch, share: 1.5 }],
      [{ ...batch, ...armsOf([5, 6, 5, 1]) }],
      [{ ...batch, ...armsOf([5, 1, 5.5, 1]) }],
      [{ ...batch, ...armsOf([5, -1, 5, 1]) }],
    ]) {
      expect(() => checkBatches(wrong)).toThrow(RangeError)
    }
  })
})
