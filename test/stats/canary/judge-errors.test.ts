import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../core/stats/canary/batch.ts'
import { errorJudge, judgeErrors } from '../../../core/stats/canary/judge-errors.ts'
import { defaultErrorPolicy, type ErrorPolicy } from '../../../core/stats/canary/policy.ts'
import type { CanaryLook, CanaryVerdict } from '../../../core/stats/canary/verdict.ts'
import { seededRandom } from '../../../core/stats/random.ts'
import { draw } from './simulate.ts'
import { armsOf } from './support.ts'

const batchMs = 10_000
const minuteMs = 60_000

/** As many equal batches as fit in so many minutes: canary's requests and errors, stable's requests and errors. */
function batches(minutes: number, counts: readonly number[], fromMinute = 0): readonly Batch[] {
  return Array.from({ length: minutes * 6 }, (_, index) => {
    const fromMs = fromMinute * minuteMs + index * batchMs
    return { fromMs, toMs: fromMs + batchMs, ...armsOf(counts) }
  })
}

/** A look at the end of the last batch, the canary having had its last share from the start. */
function lookAt(all: readonly Batch[], more: Partial<CanaryLook> = {}): CanaryLook {
  return { startedAtMs: 0, nowMs: all.at(-1)?.toMs ?? 0, lastShareSinceMs: 0, batches: all, ...more }
}

function judge(
  all: readonly Batch[],
  policy: Partial<ErrorPolicy> = {},
  more: Partial<CanaryLook> = {},
): CanaryVerdict {
  return judgeErrors({ ...defaultErrorPolicy, ...policy }, lookAt(all, more))
}

/** As good as stable: 1 % of a tenth of 100 requests a second, with a little variation. */
const equal = (minutes: number, fromMinute = 0): readonly Batch[] =>
  batches(minutes, [100, 1, 900, 9], fromMinute).map((batch, index) => ({
    ...batch,
    canary: { requests: 100, errors: index % 3 },
  }))

const twice = (minutes: number, fromMinute = 0): readonly Batch[] => batches(minutes, [100, 2, 900, 9], fromMinute)

describe('a canary without data', () => {
  it('is waited for, and is inconclusive at the deadline: never good', () => {
    expect(judge([], {}, { nowMs: 10 * minuteMs })).toMatchObject({ kind: 'continue' })
    expect(judge([], {}, { nowMs: 60 * minuteMs })).toMatchObject({ kind: 'inconclusive', by: 'no-traffic' })
  })

  it('is treated alike when only one side gets traffic', () => {
    for (const counts of [
      [0, 0, 1000, 10],
      [1000, 0, 0, 0],
    ]) {
      expect(judge(batches(60, counts))).toMatchObject({ kind: 'inconclusive', by: 'no-traffic' })
      expect(judge(batches(6, counts)).reasons.join(' ')).toContain('nothing to compare yet')
    }
  })
})

describe('a canary that fails more often', () => {
  it('is rolled back within a batch when it fails hard', () => {
    const verdict = judge(batches(1, [100, 30, 900, 9]))
    expect(verdict).toMatchObject({ kind: 'rollback', by: 'fast', atMs: batchMs })
    expect(verdict.reasons[0]).toContain('more than 3 times as often')
  })

  it('is rolled back after some windows when it fails twice as often', () => {
    const verdict = judge(twice(30))
    expect(verdict).toMatchObject({ kind: 'rollback', by: 'anytime' })
    expect(verdict.ratio).toBeCloseTo(2, 1)
    expect(verdict.interval?.lower).toBeGreaterThan(1)
    expect(verdict.interval?.upper).toBeLessThan(4)
    expect('atMs' in verdict && verdict.atMs % minuteMs).toBe(0)
  })

  it('is rolled back at the deadline when only the test of all data shows it', () => {
    const verdict = judge(batches(60, [5, 0, 95, 1]).map((batch, index) => worseByTheHour(batch, index)))
    expect(verdict).toMatchObject({ kind: 'rollback', by: 'deadline', atMs: 60 * minuteMs })
  })

  it('stays rolled back, at the same moment, whatever comes later and however late one looks', () => {
    const first = judge(twice(30))
    const later = judge([...twice(30), ...batches(25, [100, 0, 900, 9], 30)])
    expect(later).toMatchObject({ kind: 'rollback', by: 'anytime', atMs: 'atMs' in first ? first.atMs : 0 })
  })

  it('is not rolled back before three windows have errors, since bursts cannot be told from harm', () => {
    const many = (minutes: number) => judge(batches(minutes, [5000, 100, 5000, 50]))
    expect(many(2).kind).toBe('continue')
    expect(many(2).dispersion).toBeUndefined()
    expect(many(3)).toMatchObject({ kind: 'rollback', by: 'anytime', atMs: 3 * minuteMs })
  })

  it('is rolled back earlier when its errors are taken as independent', () => {
    const [auto, poisson] = [judge(twice(40)), judge(twice(40), { dispersion: 'poisson' })]
    expect(poisson).toMatchObject({ kind: 'rollback', by: 'anytime', dispersion: 1 })
    expect('atMs' in poisson && 'atMs' in auto && poisson.atMs <= auto.atMs).toBe(true)
  })
})

/** 33 errors where 19 were to be expected: too few for the e-process, enough for one test. */
function worseByTheHour(batch: Batch, index: number): Batch {
  return { ...batch, canary: { requests: 5, errors: index % 11 === 0 ? 1 : 0 } }
}

describe('a canary that is as good as stable', () => {
  it('is promoted when the evidence is there and it has baked', () => {
    const verdict = judge(equal(20))
    expect(verdict).toMatchObject({ kind: 'promote', by: 'anytime' })
    expect(verdict.reasons[0]).toContain('less than 1.5 times as often')
    expect(verdict.needs).toBeUndefined()
  })

  it('is held back before it has baked, before its last share, without news, and without traffic', () => {
    const good = equal(20)
    const kinds = {
      bake: judge(good, { minBakeMs: 30 * minuteMs }),
      lastShare: judgeErrors(defaultErrorPolicy, { startedAtMs: 0, nowMs: 20 * minuteMs, batches: good }),
      unseen: judge(good, {}, { lastShareSinceMs: 19.9 * minuteMs }),
      stale: judge(good, {}, { nowMs: 24 * minuteMs }),
      silent: judge([...good, ...batches(1, [0, 0, 1000, 10], 20)]),
    }
    for (const [why, verdict] of Object.entries(kinds)) {
      expect(verdict.kind, why).toBe('continue')
      expect(verdict.reasons.length, why).toBeGreaterThan(2)
    }
    expect(kinds.bake.reasons[0]).toContain('enough to promote')
    expect(kinds.bake.reasons.join(' ')).toContain('600 s more')
    expect(kinds.stale.reasons.join(' ')).toContain('No counts came')
  })

  it('says what it needs while the evidence is short', () => {
    const verdict = judge(equal(6))
    expect(verdict.kind).toBe('continue')
    expect(verdict.reasons[0]).toBe('The evidence decides nothing yet.')
    expect(verdict.needs?.errors).toBeGreaterThan(0)
    expect(verdict.needs?.seconds).toBe(Math.ceil((verdict.needs?.errors ?? 0) / 1))
    expect(verdict.reasons.at(-1)).toMatch(/needs about [\d,]+ more errors of both sides/)
  })

  it('is promoted at the deadline when only the test of all data shows it', () => {
    const verdict = judge(batches(60, [10, 0, 90, 1]).map((batch, index) => betterByTheHour(batch, index)))
    expect(verdict).toMatchObject({ kind: 'promote', by: 'deadline' })
  })

  it('is inconclusive at the deadline when the traffic is too thin', () => {
    const verdict = judge(
      batches(60, [5, 0, 95, 0]).map((batch, index) =>
        index % 60 === 0 ? { ...batch, stable: { requests: 95, errors: 1 } } : batch,
      ),
    )
    expect(verdict).toMatchObject({ kind: 'inconclusive', by: 'deadline' })
    expect(verdict.needs?.errors).toBeGreaterThan(100)
  })
})

/** 40 errors, as many as of stable in proportion: the e-process would need more to exclude 60. */
function betterByTheHour(batch: Batch, index: number): Batch {
  return { ...batch, canary: { requests: 10, errors: index % 9 === 0 ? 1 : 0 } }
}

describe('two sides that never fail', () => {
  const silent = batches(60, [100, 0, 900, 0])

  it('are inconclusive for ever by the ratio alone', () => {
    const verdict = judge(silent)
    expect(verdict).toMatchObject({ kind: 'inconclusive', by: 'deadline' })
    expect(verdict.interval).toBeUndefined()
    expect(verdict.ratio).toBeUndefined()
  })

  it('are promoted by an absolute margin after a few thousand requests', () => {
    const promote = { ratio: 1.5, absolute: 0.002, alpha: 0.025 }
    const early = judge(silent.slice(0, 36), { promote })
    expect(early.kind).toBe('continue')
    expect(early.needs?.requests).toBeGreaterThan(0)
    const verdict = judge(silent.slice(0, 48), { promote })
    expect(verdict).toMatchObject({ kind: 'promote', by: 'absolute' })
    expect(verdict.reasons[0]).toContain("below stable's plus 0.2 %")
  })
})

describe('the deadline', () => {
  /** Hardly worse than stable: nothing can be proven of it in an hour. */
  const middling = (minutes: number): readonly Batch[] =>
    batches(minutes, [5, 0, 95, 1]).map((batch, index) => ({
      ...batch,
      canary: { requests: 5, errors: index % 16 === 0 ? 1 : 0 },
    }))

  it('is tested once: later data does not test it again', () => {
    const before = middling(60)
    const after = batches(20, [5, 0, 95, 1], 60)
    const policy = { deadline: { ...defaultErrorPolicy.deadline, extendMs: 30 * minuteMs } }
    expect(judge(before, policy)).toMatchObject({ kind: 'continue' })
    expect(judge([...before, ...after], policy, { nowMs: 80 * minuteMs })).toMatchObject({ kind: 'continue' })
    const last = judge([...before, ...after], policy, { nowMs: 90 * minuteMs })
    expect(last).toMatchObject({ kind: 'inconclusive', by: 'deadline' })
  })

  it('does not end a canary without an extension a moment too early', () => {
    const all = middling(59)
    expect(judge(all)).toMatchObject({ kind: 'continue' })
    expect(judge(all, {}, { nowMs: 60 * minuteMs - 1 })).toMatchObject({ kind: 'continue' })
    expect(judge(all, {}, { nowMs: 60 * minuteMs })).toMatchObject({ kind: 'inconclusive' })
  })
})

describe('the split', () => {
  it('makes the run invalid when it is not the configured one', () => {
    const all = equal(10).map((batch) => ({ ...batch, share: 0.2 }))
    const verdict = judge(all)
    expect(verdict).toMatchObject({ kind: 'invalid', by: 'sample-ratio' })
    expect(verdict.reasons[0]).toContain('configured were 20 %, seen were 10 %')
  })

  it('may change from batch to batch', () => {
    const ramp = [...equal(5), ...batches(15, [500, 5, 500, 5], 5)]
    const all = ramp.map((batch) => ({ ...batch, share: batch.canary.requests / 1000 }))
    expect(judge(all).kind).toBe('promote')
  })

  it('does not hide a canary that fails hard', () => {
    const all = batches(1, [100, 60, 900, 9]).map((batch) => ({ ...batch, share: 0.5 }))
    expect(judge(all)).toMatchObject({ kind: 'rollback', by: 'fast' })
  })
})

describe('warm-up', () => {
  it('is not judged', () => {
    const all = [...batches(1, [100, 90, 900, 9]), ...equal(20, 1)]
    expect(judge(all).kind).toBe('rollback')
    const verdict = judge(all, { warmUpMs: minuteMs })
    expect(verdict).toMatchObject({ kind: 'promote', canary: { requests: 12_000 } })
  })
})

describe('a verdict', () => {
  it('survives JSON, in every kind', () => {
    const all = [
      judge([]),
      judge(equal(20)),
      judge(equal(3)),
      judge(batches(1, [100, 30, 900, 0])),
      judge(batches(60, [100, 0, 900, 0]), { promote: { ratio: 1.5, absolute: 0.0001, alpha: 0.025 } }),
      judge(equal(10).map((batch) => ({ ...batch, share: 0.9 }))),
    ]
    for (const verdict of all) expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict)
    expect(new Set(all.map(({ kind }) => kind)).size).toBe(5)
  })

  it('shows every rule with what it needs, and a p-value that only falls', () => {
    const early = judge(equal(6))
    const late = judge(equal(20))
    expect(early.evidence.map(({ rule }) => rule)).toEqual(['fast', 'anytime', 'promote', 'sample-ratio'])
    for (const [index, { pValue }] of late.evidence.entries()) {
      expect(pValue).toBeLessThanOrEqual(early.evidence[index]?.pValue ?? 0)
      expect(pValue).toBeGreaterThan(0)
    }
    expect(late.evidence.find(({ rule }) => rule === 'promote')?.logNeeded).toBeCloseTo(Math.log(40), 12)
  })

  it('does not depend on how often one looked, as far as rollbacks go', () => {
    const random = seededRandom(5)
    const scenario = {
      minutes: 30,
      requestsPerSecond: 100,
      share: (minute: number) => (minute < 10 ? 0.05 : 0.5),
      stableRate: () => 0.01,
      canaryRate: (minute: number) => (minute < 12 ? 0.03 : 0.008),
    }
    const judgeOf = errorJudge(defaultErrorPolicy)
    for (let run = 0; run < 10; run++) {
      const all = draw(scenario, random)
      const late = judgeOf(lookAt(all))
      const firstAt = Array.from({ length: 30 }, (_, minute) => judgeOf(lookAt(all.slice(0, (minute + 1) * 6)))).find(
        ({ kind }) => kind === 'rollback',
      )
      if (late.kind === 'rollback') expect(firstAt).toMatchObject({ kind: 'rollback', by: late.by, atMs: late.atMs })
      else expect(firstAt).toBeUndefined()
    }
  })
})

describe('errors that come in bursts', () => {
  it('prove less than their number, which is said', () => {
    const bursts = equal(20).map((batch, index) =>
      index % 60 >= 54 ? { ...batch, canary: { requests: 100, errors: 8 } } : batch,
    )
    const verdict = judge(bursts)
    expect(verdict.kind).toBe('continue')
    expect(verdict.dispersion).toBeGreaterThan(5)
    expect(verdict.reasons.join(' ')).toContain(`the evidence is divided by ${verdict.dispersion?.toPrecision(3)}`)
    expect(judge(bursts, { dispersion: 'poisson' }).kind).toBe('rollback')
  })
})

describe('what is refused', () => {
  it('is a policy that contradicts itself', () => {
    const { fast, anytime, promote, deadline } = defaultErrorPolicy
    const wrong: readonly Partial<ErrorPolicy>[] = [
      { fast: { ...fast, alpha: 0 } },
      { fast: { ...fast, ratio: 0.5 } },
      { anytime: { ...anytime, tolerance: 0 } },
      { promote: { ...promote, ratio: 0.9 } },
      { promote: { ...promote, absolute: 2 } },
      { deadline: { ...deadline, afterMs: 0 } },
      { deadline: { ...deadline, extendMs: -1 } },
      { minBakeMs: 61 * minuteMs },
      { warmUpMs: Number.NaN },
      { windowMs: 0 },
      { sampleRatioAlpha: 1 },
    ]
    for (const policy of wrong) expect(() => judge([], policy), JSON.stringify(policy)).toThrow(RangeError)
  })

  it('is data that overlaps', () => {
    const [batch] = equal(1)
    expect(batch !== undefined && (() => judge([batch, batch]))).toThrow(RangeError)
  })
})
