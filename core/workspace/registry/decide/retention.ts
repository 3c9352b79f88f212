import type { KeepRule, RetentionDecision, RetentionPlan, RetentionRules } from '../../../records/retention.ts'
import { type RunState, stateAt } from '../../../records/run.ts'

/** A version, as retention looks at it. */
export interface VersionFacts {
  readonly name: string
  readonly isDeleted: boolean
  /** What it is or once was. */
  readonly has: ReadonlySet<KeepRule>
}

/** A run, as retention looks at it. */
export interface RunFacts {
  readonly run: string
  readonly model: string
  readonly state: RunState
  readonly deadline: string
  readonly startedAt: string
  readonly endedAt?: string
  readonly isPruned: boolean
  /** The versions that it became. */
  readonly versions: readonly VersionFacts[]
}

/**
 * Decides which runs let their files go, and why each of the others stays. Pure.
 *
 * @param nowMs Milliseconds since 1970.
 */
export function planRetention(rules: RetentionRules, facts: readonly RunFacts[], nowMs: number): RetentionPlan {
  const goes: RetentionDecision[] = []
  const stays: RetentionDecision[] = []
  const counted = new Map<string, number>()
  for (const one of [...facts].sort(newestFirst)) {
    const state = stateAt(one, nowMs)
    const isFailed = rules.failedAfterMs !== undefined && ['failed', 'cancelled', 'lost'].includes(state)
    const rank = (counted.get(one.model) ?? 0) + (isFailed ? 0 : 1)
    counted.set(one.model, rank)
    if (one.isPruned) continue
    const stay = reasonToStay(one, state, rules.keep)
    const decision =
      stay ??
      (isFailed ? byAge(nowMs - Date.parse(one.endedAt ?? one.deadline), state, rules) : byRank(one, rank, rules))
    const list = typeof decision === 'string' ? stays : goes
    list.push({ run: one.run, model: one.model, why: typeof decision === 'string' ? decision : decision.goes })
  }
  return { goes, stays }
}

/** A reason to stay, or one to go. */
type Reason = string | { readonly goes: string }

function reasonToStay({ versions }: RunFacts, state: RunState, keep: readonly KeepRule[]): string | undefined {
  if (state === 'running' || state === 'queued') return 'it has not ended'
  for (const rule of keep) {
    const found = versions.find(({ isDeleted, has }) => !isDeleted && has.has(rule))
    if (found !== undefined) return `it became ${found.name}, which ${ruleWords[rule]}`
  }
  return undefined
}

const ruleWords = {
  registered: 'is registered',
  tagged: 'has tags',
  aliased: 'an alias names, or named',
  deployed: 'is deployed, or was',
} as const satisfies Record<KeepRule, string>

const dayMs = 24 * 3_600_000

function byAge(ageMs: number, state: RunState, { failedAfterMs = 0 }: RetentionRules): Reason {
  const words = `it ${stateWords[state]} ${Math.floor(ageMs / dayMs)} days ago`
  return ageMs > failedAfterMs ? { goes: words } : words
}

const stateWords: Readonly<Record<RunState, string>> = {
  queued: 'was queued',
  running: 'ran',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'was cancelled',
  lost: 'was lost',
}

function byRank({ model }: RunFacts, rank: number, { runs }: RetentionRules): Reason {
  if (runs === undefined) return 'no rule lets it go'
  return rank <= runs
    ? `it is among the newest ${runs} runs of ${model}`
    : { goes: `it is not among the newest ${runs} runs of ${model}` }
}

function newestFirst(a: RunFacts, b: RunFacts): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? 1 : -1
  return a.run < b.run ? 1 : -1
}
