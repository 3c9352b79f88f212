import type { Batch } from '../../../core/stats/canary/batch.ts'
import { ErrorWatch } from '../../../core/stats/canary/error-watch.ts'
import { rulingOf } from '../../../core/stats/canary/judge-errors.ts'
import { defaultErrorPolicy, type ErrorPolicy } from '../../../core/stats/canary/policy.ts'
import { normalSurvival } from '../../../core/stats/normal.ts'
import { normalDraw, type Random, seededRandom } from '../../../core/stats/random.ts'

const batchMs = 10_000
const batchesPerMinute = 6

/** A canary with known truth. Minutes are counted from 0. */
export interface Scenario {
  readonly minutes: number
  readonly requestsPerSecond: number
  readonly share: (minute: number) => number
  readonly stableRate: (minute: number) => number
  readonly canaryRate: (minute: number) => number
  /** Coefficient of variation of a gamma multiplier, drawn anew for each side and minute: errors that come in bursts. */
  readonly burstiness?: number
  /** The minute from which the canary has the last share of its plan. */
  readonly lastShareFrom?: number
}

/** How a rule ended a canary; minutes are the looks that it took. */
export interface Outcome {
  readonly kind: 'rollback' | 'promote' | 'inconclusive' | 'invalid'
  readonly minutes: number
}

/** What a rule does with the batches of one canary, looking at the end of every minute. */
export type Rule = (batches: readonly Batch[], scenario: Scenario) => Outcome

/** The batches of one canary: the split is exact, as a router by weights makes it; errors are binomial. */
export function draw(scenario: Scenario, random: Random): readonly Batch[] {
  const batches: Batch[] = []
  for (let minute = 0; minute < scenario.minutes; minute++) {
    const rates = {
      canary: Math.min(1, scenario.canaryRate(minute) * burst(scenario.burstiness, random)),
      stable: Math.min(1, scenario.stableRate(minute) * burst(scenario.burstiness, random)),
    }
    const share = scenario.share(minute)
    const all = (scenario.requestsPerSecond * batchMs) / 1000
    for (let index = 0; index < batchesPerMinute; index++) {
      const fromMs = (minute * batchesPerMinute + index) * batchMs
      const canary = Math.round(all * share)
      batches.push({
        fromMs,
        toMs: fromMs + batchMs,
        share,
        canary: { requests: canary, errors: binomialDraw(canary, rates.canary, random) },
        stable: { requests: all - canary, errors: binomialDraw(all - canary, rates.stable, random) },
      })
    }
  }
  return batches
}

/** Our rule: the judge, asked at every minute until it decides. */
export function ours(policy: ErrorPolicy = defaultErrorPolicy): Rule {
  return (batches, { minutes, lastShareFrom = 0 }) => {
    const watch = new ErrorWatch(policy, 0)
    for (let minute = 1; minute <= minutes; minute++) {
      for (const batch of batches.slice((minute - 1) * batchesPerMinute, minute * batchesPerMinute)) watch.add(batch)
      const nowMs = minute * 60_000
      if (nowMs >= watch.deadlineAtMs) watch.passDeadline()
      const reached = minute > lastShareFrom ? { lastShareSinceMs: lastShareFrom * 60_000 } : {}
      const ruling = rulingOf(policy, { startedAtMs: 0, nowMs, ...reached, batches }, watch)
      if (ruling.kind === 'continue') continue
      return { kind: ruling.kind, minutes: 'atMs' in ruling ? ruling.atMs / 60_000 : minute }
    }
    return { kind: 'inconclusive', minutes }
  }
}

/** What many canary controllers do: a minute with more than `limit` errors fails, and the fourth failure rolls back. */
export function fixedThreshold(limit: number, failures = 4): Rule {
  return (batches, { minutes }) => {
    let failed = 0
    for (let minute = 1; minute <= minutes; minute++) {
      const { canary } = total(batches.slice((minute - 1) * batchesPerMinute, minute * batchesPerMinute))
      if (canary.errors / canary.requests > limit) failed++
      if (failed === failures) return { kind: 'rollback', minutes: minute }
    }
    return { kind: 'promote', minutes }
  }
}

/** The two-proportion z test on all counts so far, looked at every minute as though each look were the only one. */
export function peekingZ(alpha: number): Rule {
  return (batches, { minutes }) => {
    for (let minute = 1; minute <= minutes; minute++) {
      const { canary, stable } = total(batches.slice(0, minute * batchesPerMinute))
      const pooled = (canary.errors + stable.errors) / (canary.requests + stable.requests)
      const spread = Math.sqrt(pooled * (1 - pooled) * (1 / canary.requests + 1 / stable.requests))
      const z = (canary.errors / canary.requests - stable.errors / stable.requests) / spread
      if (pooled > 0 && normalSurvival(z) < alpha) return { kind: 'rollback', minutes: minute }
    }
    return { kind: 'promote', minutes }
  }
}

/** Shares of the outcomes of a rule, and the median of the minutes that rollbacks and promotions took. */
export interface Tally {
  readonly rollback: number
  readonly promote: number
  readonly inconclusive: number
  readonly medianRollback: number
  readonly medianPromote: number
}

/** Lets each rule judge the same canaries. */
export function simulate(
  scenario: Scenario,
  rules: readonly Rule[],
  { runs, seed }: { readonly runs: number; readonly seed: number },
): readonly Tally[] {
  const random = seededRandom(seed)
  const outcomes = rules.map((): Outcome[] => [])
  for (let run = 0; run < runs; run++) {
    const batches = draw(scenario, random)
    for (const [index, rule] of rules.entries()) outcomes[index]?.push(rule(batches, scenario))
  }
  return outcomes.map(tally)
}

function tally(outcomes: readonly Outcome[]): Tally {
  const times = (kind: Outcome['kind']): readonly number[] =>
    outcomes.filter((one) => one.kind === kind).map(({ minutes }) => minutes)
  const share = (kind: Outcome['kind']): number => times(kind).length / outcomes.length
  return {
    rollback: share('rollback'),
    promote: share('promote'),
    inconclusive: share('inconclusive'),
    medianRollback: median(times('rollback')),
    medianPromote: median(times('promote')),
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function total(batches: readonly Batch[]): Pick<Batch, 'canary' | 'stable'> {
  const sum = (side: 'canary' | 'stable') => ({
    requests: batches.reduce((all, batch) => all + batch[side].requests, 0),
    errors: batches.reduce((all, batch) => all + batch[side].errors, 0),
  })
  return { canary: sum('canary'), stable: sum('stable') }
}

/** Counts the successes by the waiting times between them: exact, and fast where they are rare (Devroye 1986, X.4.3). */
function binomialDraw(n: number, p: number, random: Random): number {
  if (p <= 0) return 0
  if (p >= 1) return n
  const scale = 1 / Math.log1p(-p)
  let successes = -1
  for (let at = 0; at <= n; successes++) at += Math.floor(Math.log(1 - random()) * scale) + 1
  return successes
}

/** A gamma variable with mean 1 (Marsaglia & Tsang 2000); 1 where there are no bursts. */
function burst(variation: number | undefined, random: Random): number {
  if (variation === undefined) return 1
  const shape = 1 / variation ** 2
  const d = shape - 1 / 3
  for (;;) {
    const x = normalDraw(random)
    const v = (1 + x / Math.sqrt(9 * d)) ** 3
    if (v > 0 && Math.log(1 - random()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return (d * v) / shape
  }
}
