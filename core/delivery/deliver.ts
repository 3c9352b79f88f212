import type { TriggerRule } from '../project/triggers.ts'
import type { CloudEvent } from '../records/event.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { attempt, type Outcome, type Patience } from './attempt.ts'
import { isAboutTheEvent } from './certain.ts'
import { type Home, match, matchAge, matchTags } from './match.ts'
import type { Target } from './target.ts'

/** A rule and the target that it fires. */
export interface Route {
  readonly rule: TriggerRule
  readonly target: Target
}

/** One event under one rule, and what became of it. */
export interface Delivery {
  readonly event: CloudEvent
  readonly rule: string
  /** Where to, for people. */
  readonly target: string
  readonly outcome:
    | Outcome
    /** The rule does not mean the event; `why` is a sentence without its full stop. */
    | { readonly kind: 'not-meant'; readonly why: string }
    /** The rule means it, but it is too old. */
    | { readonly kind: 'stale'; readonly why: string }
    /** It would be sent, if this were not a rehearsal. */
    | { readonly kind: 'due' }
    /** Left for the next trigger, since the target just failed. */
    | { readonly kind: 'left' }
}

/** What to deliver and by which rules. */
export interface Dispatch {
  readonly workspace: Workspace
  readonly routes: readonly Route[]
  readonly home: Home
  readonly signal: AbortSignal
  /** Only this event (asked for by name: whatever its age), only this model. */
  readonly only?: { readonly event?: string | undefined; readonly model?: string | undefined } | undefined
  readonly patience?: Partial<Patience> | undefined
}

/** A claim outlasts a sending five times, which leaves four minutes for clocks that differ. */
const usualPatience: Patience = { claimMs: 300_000, sendMs: 60_000, waitMs: 360_000, settleMs: 15_000 }

/**
 * Carries the outbox to its targets: each event that a rule means, oldest first, once per rule. A failing target does not
 * keep the others waiting. In a workspace that only rehearses nothing is sent.
 *
 * @throws InputError TY0205 for an event of `only` that does not exist; the errors of the workspace; the signal's reason.
 */
export async function deliver(dispatch: Dispatch): Promise<readonly Delivery[]> {
  const { workspace, only } = dispatch
  if (only?.event !== undefined) await workspace.outbox.event(only.event)
  const deliveries: Delivery[] = []
  for (const route of dispatch.routes) deliveries.push(...(await deliverRoute(dispatch, route)))
  return deliveries
}

async function deliverRoute(dispatch: Dispatch, { rule, target }: Route): Promise<readonly Delivery[]> {
  const { workspace, only } = dispatch
  const pending = await workspace.outbox.pending(target.id)
  const wanted = pending.filter(
    (event) =>
      (only?.event === undefined || event.id === only.event) &&
      (only?.model === undefined || event.data.model === only.model),
  )
  const deliveries: Delivery[] = []
  let isLeft = false
  for (const event of wanted) {
    const outcome = await outcomeOf(dispatch, { rule, target }, { event, isLeft })
    isLeft ||= outcome.kind === 'failed' && !isAboutTheEvent(outcome.error)
    deliveries.push({ event, rule: rule.name, target: target.label, outcome })
  }
  return deliveries
}

interface Turn {
  readonly event: CloudEvent
  readonly isLeft: boolean
}

async function outcomeOf(dispatch: Dispatch, { rule, target }: Route, turn: Turn): Promise<Delivery['outcome']> {
  const { workspace, home, signal, patience, only } = dispatch
  const { event, isLeft } = turn
  const isAsked = only?.event !== undefined
  const why = mismatch(rule, event, home) ?? (await versionMismatch(rule, event, workspace))
  if (why !== undefined) return { kind: 'not-meant', why }
  const age = matchAge(rule, event, new Date())
  if (age.kind === 'no' && !isAsked) return { kind: 'stale', why: age.why }
  if (isLeft) return { kind: 'left' }
  if (workspace.access === 'rehearsal') return { kind: 'due' }
  return attempt({
    outbox: workspace.outbox,
    target,
    event,
    patience: { ...usualPatience, ...patience },
    signal,
    isAsked,
  })
}

function mismatch(rule: TriggerRule, event: CloudEvent, home: Home): string | undefined {
  const result = match(rule, event, home)
  return result.kind === 'no' ? result.why : undefined
}

/** A version that was deleted meanwhile is released no more; and only versions have tags. */
async function versionMismatch(
  rule: TriggerRule,
  event: CloudEvent,
  workspace: Workspace,
): Promise<string | undefined> {
  const { model, version } = event.data
  if (version === undefined) return undefined
  const { deletedAt, tags } = await workspace.models.version(model, version)
  if (deletedAt !== undefined) return 'the version was deleted'
  const result = matchTags(rule, tags)
  return result.kind === 'no' ? result.why : undefined
}
