import { setTimeout as sleep } from 'node:timers/promises'
import { ExternalError, TrainyardError } from '../errors/errors.ts'
import type { Claim, CloudEvent } from '../records/event.ts'
import type { ClaimResult, Outbox } from '../workspace/workspace.ts'
import { isCertainlyUndone } from './certain.ts'
import type { Target } from './target.ts'

/** What became of one event at one target. */
export type Outcome =
  /** Sent now. */
  | { readonly kind: 'fired'; readonly reference: string | undefined }
  /** Sent by an earlier trigger that could not say so any more: it was found at the target, and has its receipt now. */
  | { readonly kind: 'found'; readonly reference: string }
  /** Another trigger delivered it. */
  | { readonly kind: 'done'; readonly reference: string | undefined }
  /** Another trigger is at it. */
  | { readonly kind: 'held'; readonly until: string }
  /** An earlier trigger may have sent it, and the target cannot tell. */
  | { readonly kind: 'unclear'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: unknown }

/** The times of a delivery, in milliseconds. */
export interface Patience {
  /** How long a claim keeps others away. Far longer than a sending, for clocks that differ. */
  readonly claimMs: number
  /** The longest that looking or sending may take. */
  readonly sendMs: number
  /** How long to wait for another trigger's claim to end. */
  readonly waitMs: number
  /** How long a target may take to list what it has started: what is absent is looked for once more after it. */
  readonly settleMs: number
}

/** One event and where it goes. */
export interface Errand {
  readonly outbox: Outbox
  readonly target: Target
  readonly event: CloudEvent
  readonly patience: Patience
  readonly signal: AbortSignal
  /** A person asked for this event: it is sent even where an earlier attempt is unclear. */
  readonly isAsked: boolean
}

/**
 * Delivers one event to one target: claim, look when an earlier claim left it open, send, receipt. Whatever happens between two
 * of these steps, the next attempt knows: no claim means nothing was sent, a receipt that it arrived, and an expired claim
 * that it has to look.
 *
 * @throws the signal's reason when the step was cancelled; a failure of the target is an outcome.
 */
export async function attempt(errand: Errand): Promise<Outcome> {
  const result = await claimed(errand)
  if (result.kind === 'done') return { kind: 'done', reference: result.receipt.reference }
  if (result.kind === 'held') return { kind: 'held', until: result.claim.expiresAt }
  try {
    const earlier = result.kind === 'taken-over' ? await lookAt(errand) : undefined
    return earlier ?? (await sent(errand))
  } catch (error) {
    errand.signal.throwIfAborted()
    if (!(error instanceof TrainyardError)) throw error
    return { kind: 'failed', error }
  }
}

const firstPollMs = 1000
const longestPollMs = 10_000

/** Claims the delivery; while another holds it, waits until that is done, or given up, or too long. */
async function claimed({ outbox, target, event, patience, signal }: Errand): Promise<ClaimResult> {
  const giveUpAt = Date.now() + patience.waitMs
  for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 2, longestPollMs)) {
    signal.throwIfAborted()
    const result = await outbox.claim({ event: event.id, target: target.id, forMs: patience.claimMs })
    const leftMs = giveUpAt - Date.now()
    if (result.kind !== 'held' || leftMs <= 0) return result
    await sleep(Math.min(pollMs, leftMs, untilMs(result.claim)), undefined, { signal })
  }
}

/** At least a moment: the place that keeps the claims decides by its own clock when one has expired. */
function untilMs(claim: Claim): number {
  return Math.max(100, Date.parse(claim.expiresAt) - Date.now())
}

/** An earlier trigger claimed this delivery and never said how it ended. The claim stays while that is open. */
async function lookAt(errand: Errand): Promise<Outcome | undefined> {
  const { outbox, target, event, isAsked, patience } = errand
  const { find } = target
  if (find === undefined) return undefined
  const look = async () => inTime(errand, async (signal) => find(event, signal))
  let found = await look()
  if (found.kind === 'absent') {
    await sleep(patience.settleMs, undefined, { signal: errand.signal })
    found = await look()
  }
  if (found.kind === 'absent' || (found.kind === 'unclear' && isAsked)) return undefined
  if (found.kind === 'unclear') return found
  await outbox.receive({ event: event.id, target: target.id, reference: found.reference })
  return found
}

async function sent(errand: Errand): Promise<Outcome> {
  const { outbox, target, event } = errand
  const reference = await inTime(errand, async (signal) => target.send(event, signal)).catch(async (error: unknown) => {
    // A target that cannot look is sent to again in any case: its receivers know the event's id.
    if (isCertainlyUndone(error) || target.find === undefined) await release(errand)
    throw error
  })
  await outbox.receive({
    event: event.id,
    target: target.id,
    ...(reference === undefined ? {} : { reference }),
  })
  return { kind: 'fired', reference }
}

/** A claim that cannot be given back ends by itself; the failure that led here is what people need to hear. */
async function release({ outbox, target, event }: Errand): Promise<void> {
  try {
    await outbox.release({ event: event.id, target: target.id })
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error
  }
}

/** Looks or sends, but not for ever: a target that keeps silent must not outlast the claim. */
async function inTime<T>(errand: Errand, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { target, signal, patience } = errand
  const limit = AbortSignal.timeout(patience.sendMs)
  try {
    return await work(AbortSignal.any([signal, limit]))
  } catch (error) {
    if (!limit.aborted) throw error
    throw new ExternalError({
      code: 'TY0502',
      facts: { operation: `deliver to ${target.label}` },
      details: `no answer within ${patience.sendMs / 1000} s`,
      cause: error,
    })
  }
}
