import type { MeasuredRate } from '../../main/profiles.ts'
import { type Budgets, percentiles, type Percentile } from '../../records/budgets.ts'
import type { CriterionResult } from '../../records/verdict.ts'
import { fewestForUpperBound, quantileRanks } from '../../stats/quantile-ranks.ts'
import { significant } from '../words.ts'
import type { Footprint } from './footprint.ts'
import { unmeasured } from './words.ts'

type Finding = Omit<CriterionResult, 'isRequired' | 'n'> & { readonly n?: number }

/**
 * Compares latencies at a rate with their budgets: kept where the upper bound of the quantile is, broken where the lower bound is
 * over, both by order statistics at alpha. Requests without a good answer count as slower than any that had one.
 *
 * The bounds take requests for independent; a server that stalls answers many late at once, and its bounds are then too narrow.
 */
export function latencyFindings(budgets: Budgets, candidate: Footprint, alpha: number): readonly Finding[] {
  const { latencyMs: asked } = budgets
  if (asked === undefined) return []
  const measured = candidate.profile?.rates.find(({ rate }) => rate >= asked.rate)
  return percentiles.flatMap((name): readonly Finding[] => {
    const most = asked[name]
    return most === undefined ? [] : [finding({ name, most, rate: asked.rate, measured, candidate, alpha })]
  })
}

interface Asked {
  readonly name: Percentile
  readonly most: number
  readonly rate: number
  readonly measured: MeasuredRate | undefined
  readonly candidate: Footprint
  readonly alpha: number
}

function finding({ name, most, rate, measured, candidate, alpha }: Asked): Finding {
  const shared = {
    criterion: `latency ${name} ≤ ${most} ms at ${rate} requests/s`,
    metric: `latency ${name}`,
    bound: most,
  }
  const latencies =
    measured?.latencyBuckets === undefined ? undefined : { ...measured, buckets: measured.latencyBuckets }
  if (latencies === undefined) {
    const sentence = unmeasured(`its latency at ${rate} requests a second or more`, candidate)
    return { ...shared, kind: 'inconclusive', sentence }
  }
  const p = Number(`0.${name.slice(1)}`)
  const n = Math.max(
    latencies.requests,
    latencies.buckets.reduce((sum, { count }) => sum + count, 0),
  )
  const ranks = quantileRanks({ n, p }, alpha)
  const upper = ranks.upper === undefined ? Infinity : edgesAt(latencies.buckets, ranks.upper).to
  const lower = ranks.lower === undefined ? 0 : edgesAt(latencies.buckets, ranks.lower).from
  const kind = upper <= most ? 'pass' : lower > most ? 'fail' : 'inconclusive'
  const fewest = fewestForUpperBound(p, alpha)
  const shown = `${where(name, lower, upper)} (${n.toLocaleString('en-US')} requests at ${latencies.rate} a second)`
  const words = {
    pass: `and at most ${most} ms are asked`,
    fail: `but at most ${most} ms are asked`,
    inconclusive: `these requests cannot tell whether it is at most ${most} ms`,
  }
  return {
    ...shared,
    kind,
    n,
    ...(Number.isFinite(upper) && { interval: { low: lower, high: upper, level: 1 - 2 * alpha } }),
    sentence: `${shown}, ${words[kind]}${n < fewest ? `; it takes ${fewest.toLocaleString('en-US')} or more` : ''}.`,
  }
}

/** How far apart the edges of a bucket are at most. Empty buckets are left out, so that the one before does not say. */
const widest = 2 ** (1 / 4)

/** The edges of the bucket with the value of a rank, counted from 1; infinite behind the last answer. */
function edgesAt(
  buckets: NonNullable<MeasuredRate['latencyBuckets']>,
  rank: number,
): { readonly from: number; readonly to: number } {
  let below = 0
  let from = 0
  for (const { upToMs, count } of buckets) {
    below += count
    if (below >= rank) return { from: Math.max(from, upToMs / widest), to: upToMs }
    from = upToMs
  }
  return { from: Infinity, to: Infinity }
}

function where(name: Percentile, lower: number, upper: number): string {
  const quantile = `The latency’s ${name}`
  if (lower === Infinity) return `${quantile} is no time at all, since too many requests had no good answer`
  if (upper === Infinity) return `${quantile} is at least ${significant(lower)} ms`
  return `${quantile} lies between ${significant(lower)} and ${significant(upper)} ms`
}
