import { InputError } from '../errors/errors.ts'
import type { Deployment } from '../records/deployment.ts'
import type { Digest } from '../records/digest.ts'
import type { ModelVersion } from '../records/model.ts'
import type { DeploymentSpec, EndpointStatus, Target } from '../targets/target.ts'
import { isOutOfReach } from '../workspace/failures.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Clock } from './clock.ts'
import type { Kept, Journal } from './journal.ts'
import { type Judge, jointVerdict } from './judge.ts'
import { batchesOf, lookOf } from './looks.ts'
import { canaryStatement } from './predicate.ts'
import { type Progress, progressOf } from './progress.ts'
import { type Action, type Decision, type Facts, next, type Standing } from './rollout.ts'

/** What a rollout is driven with. */
export interface Stage {
  readonly target: Target
  readonly workspace: Workspace
  readonly journal: Journal
  readonly clock: Clock
  readonly judges: readonly [Judge, ...Judge[]]
  readonly version: ModelVersion
  /** Undefined where the package is not at hand: then a canary that does not run cannot be started. */
  readonly spec: DeploymentSpec | undefined
  readonly lookEveryMs: number
  readonly onInconclusive: 'hold' | 'rollback'
  /** One look, and no waiting. */
  readonly once: boolean
  readonly signal: AbortSignal
  /** Told what happens, in sentences. */
  readonly say: (sentence: string) => void
}

/** How far a rollout came. */
export type Driven =
  | { readonly kind: 'decided'; readonly decision: Decision; readonly evidence: Digest; readonly kept: Kept }
  /** It has to be looked at again. */
  | { readonly kind: 'open'; readonly kept: Kept; readonly share: number; readonly reasons: readonly string[] }

/**
 * Drives a rollout from wherever it is: looks, keeps what it saw, asks what to do, does it, and begins again.
 *
 * @throws InputError TY0213 when another canary holds the endpoint; TY0215 when the endpoint has lost a side or was changed by
 *   others; whatever the signal says when it aborts: the canary then stays where it is.
 */
export async function drive(stage: Stage): Promise<Driven> {
  const watching: Watching = { ...stage, known: { recorded: undefined, isRead: false } }
  for (;;) {
    stage.signal.throwIfAborted()
    const moment = await momentOf(watching)
    const action = next(moment.progress.rollout, moment.facts)
    if (action.kind === 'finish') return decided(moment, action.decision)
    if (action.kind !== 'wait') await act(stage, moment, action)
    else if (stage.once) return open(moment)
    else await stage.clock.wait(action.untilMs - moment.facts.nowMs, stage.signal)
  }
}

/** What the ledger said last, for while it is out of reach: nobody would be there to roll back if the watch ended with it. */
interface Watching extends Stage {
  readonly known: { recorded: number | undefined; isRead: boolean }
}

interface Moment {
  readonly kept: Kept
  readonly progress: Progress
  readonly facts: Facts
  readonly status: EndpointStatus
}

function decided({ kept, progress }: Moment, decision: Decision): Driven {
  const { evidence } = progress
  if (evidence === undefined) throw new Error('a rollout ended without evidence')
  return { kind: 'decided', decision, evidence, kept }
}

function open({ kept, facts }: Moment): Driven {
  return { kind: 'open', kept, share: facts.canary?.share ?? 0, reasons: facts.verdict.reasons }
}

/** Looks at the world, and keeps what it saw before anybody judges it. */
async function momentOf(stage: Watching): Promise<Moment> {
  const { journal, clock } = stage
  const before = await keptIn(journal)
  const [began] = before
  const status = await statusOf(stage, began.endpoint)
  const atMs = clock.now()
  const look = lookOf(status, { canary: began.deployment, stable: began.stable.deployment, atMs })
  // What is seen after the decision is no part of what it stands on.
  const isOpen = progressOf(before).rollout.decision === undefined
  const isNews = look !== undefined && isOpen && atMs > lastLookMs(before)
  if (isNews) await journal.append({ kind: 'look', ...look })
  const kept: Kept = isNews ? [...before, { kind: 'look', ...look }] : before
  const progress = progressOf(kept)
  return { kept, progress, facts: await factsOf(stage, { began, progress, status, nowMs: atMs }), status }
}

/** The endpoint as it is, with its router started again where it had ended. */
async function statusOf({ target }: Stage, endpoint: string): Promise<EndpointStatus> {
  const status = await target.look(endpoint)
  if (status === undefined) throw lost(`there is no endpoint ${endpoint} any more`)
  return status.isReady ? status : target.ensureEndpoint(endpoint)
}

interface Seen {
  readonly began: Kept[0]
  readonly progress: Progress
  readonly status: EndpointStatus
  readonly nowMs: number
}

async function factsOf(stage: Watching, { began, progress, status, nowMs }: Seen): Promise<Facts> {
  const { policy } = began
  const stable = standingOf(status, began.stable.deployment)
  if (stable === undefined) throw lost(`${began.stable.reference} does not run at ${began.endpoint} any more`)
  return {
    nowMs,
    canary: standingOf(status, began.deployment),
    stable,
    isClaimed: progress.isClaimed,
    recorded: await recordedShare(stage, began),
    verdict: verdictOf(stage, progress, nowMs),
    deadlineMs: policy.deadline.afterMs,
    onInconclusive: stage.onInconclusive,
    lookEveryMs: stage.lookEveryMs,
    isProven: progress.evidence !== undefined,
  }
}

function verdictOf({ judges }: Stage, { rollout, looks }: Progress, nowMs: number): Facts['verdict'] {
  const { plan, step, startedAtMs, stepSinceMs } = rollout
  if (startedAtMs === undefined) return { kind: 'continue', reasons: [] }
  const isLast = step === plan.length - 1 && stepSinceMs !== undefined
  return jointVerdict(judges, {
    startedAtMs,
    nowMs,
    batches: batchesOf(looks),
    ...(isLast ? { lastShareSinceMs: stepSinceMs } : {}),
  })
}

/** What the ledger remembers of the canary: others may have ended it, or made it stable, from another machine. */
async function recordedShare(stage: Watching, began: Kept[0]): Promise<number | undefined> {
  const { known, say } = stage
  try {
    known.recorded = await readRecordedShare(stage, began)
    known.isRead = true
  } catch (error) {
    if (!known.isRead || !isOutOfReach(error)) throw error
    say(`The workspace is out of reach; the canary is watched on. ${error.message}`)
  }
  return known.recorded
}

async function readRecordedShare({ workspace }: Stage, { endpoint, deployment }: Kept[0]): Promise<number | undefined> {
  const found = (await workspace.deployments.list({ endpoint })).find(({ name }) => name === deployment)
  if (found?.state !== 'live') return undefined
  if (found.role === 'canary') return found.share
  throw lost(`${found.by.name} made ${deployment} stable at ${found.at}, while its canary was not through`)
}

async function act(stage: Stage, moment: Moment, action: Exclude<Action, { kind: 'wait' | 'finish' }>): Promise<void> {
  const { target, journal, clock, say } = stage
  const [{ endpoint, deployment, candidate, stable }] = moment.kept
  const at = { atMs: clock.now() }
  switch (action.kind) {
    case 'remember':
      await record(stage, moment, { share: action.share, state: 'live' })
      if (!moment.progress.isClaimed) await journal.append({ kind: 'claimed', ...at })
      return
    case 'start':
      say(`${candidate.reference} starts as ${deployment}.`)
      return target.start(endpoint, specOf(stage, moment))
    case 'split': {
      const others = moment.status.deployments.filter(({ name }) => name !== deployment && name !== stable.deployment)
      const none = Object.fromEntries(others.map(({ name }) => [name, 0]))
      const shares = { ...none, [deployment]: action.share, [stable.deployment]: 100 - action.share }
      await target.setShares(endpoint, shares)
      return say(`${candidate.reference} has ${action.share} % of the requests, ${stable.reference} the rest.`)
    }
    case 'advance':
      return journal.append({ kind: 'advanced', ...at, step: action.step })
    case 'decide':
      say(`${action.decision.kind}: ${action.decision.reasons.join(' ')}`)
      return journal.append({ kind: 'decided', ...at, decision: action.decision })
    case 'prove':
      return prove(stage, moment, action.decision)
    case 'retire':
      await target.retire(endpoint, deployment)
      return say(`${deployment} is retired.`)
    case 'forget':
      await record(stage, moment, { share: 0, state: 'retired' })
  }
}

function record(
  { workspace, version }: Stage,
  { kept: [began] }: Moment,
  part: Pick<Deployment, 'share' | 'state'>,
): Promise<Deployment> {
  const { endpoint, deployment: name } = began
  const { model, version: number } = version
  const what = { endpoint, name, model, version: number, role: 'canary', package: began.package } as const
  return workspace.deployments.record({ ...what, ...part })
}

/** The same journal makes the same statement, so that one that was recorded before a crash is found and not made again. */
async function prove({ workspace, journal, clock, version }: Stage, moment: Moment, decision: Decision): Promise<void> {
  const { id } = await workspace.evidence.add(canaryStatement(version, moment.kept, { ...moment.progress, decision }))
  await journal.append({ kind: 'proved', atMs: clock.now(), evidence: id })
}

function specOf({ spec }: Stage, { kept: [began] }: Moment): DeploymentSpec {
  if (spec !== undefined) return spec
  throw lost(`${began.candidate.reference} does not run at ${began.endpoint}, and its package is not at hand`)
}

function standingOf({ deployments }: EndpointStatus, wanted: string): Standing | undefined {
  return deployments.find(({ name }) => name === wanted)
}

function lastLookMs(kept: Kept): number {
  const last = kept.findLast((line) => line.kind === 'look')
  return last?.atMs ?? -Infinity
}

async function keptIn(journal: Journal): Promise<Kept> {
  const kept = await journal.read()
  if (kept === undefined) throw lost('the journal of the canary is gone')
  return kept
}

function lost(details: string): InputError {
  return new InputError({ code: 'TY0215', details })
}
