import type { Receipt } from '../../../records/event.ts'
import type { ClaimResult } from '../../workspace.ts'
import { notFound } from '../../failures.ts'
import type { Decision } from '../../ledger/transact.ts'
import type { Change } from '../changes.ts'
import { type OutboxDoc, type OutboxItem, own } from '../documents.ts'

/** The event under an id. @throws InputError TY0205 */
export function knownEvent(doc: OutboxDoc | undefined, id: string): OutboxItem {
  const item = own(doc, id)
  if (item === undefined) throw notFound(`no event has the id ${id}`)
  return item
}

/** What a claim looks at. `claimant` is the request; times are ISO 8601. */
export interface ClaimFacts {
  readonly event: string
  readonly target: string
  readonly claimant: string
  readonly at: string
  readonly expiresAt: string
}

/**
 * Of many triggers one delivers. A claim that has expired, or that an earlier execution of the same request made, says
 * that somebody may have delivered without having lived to tell.
 */
export function decideClaim(
  doc: OutboxDoc | undefined,
  facts: ClaimFacts,
): { readonly kind: 'claimed' | 'taken-over'; readonly changes: readonly Change[] } | { readonly result: ClaimResult } {
  const { event, target, claimant, at, expiresAt } = facts
  const item = knownEvent(doc, event)
  const receipt = own(item.receipts, target)
  if (receipt !== undefined) return { result: { kind: 'done', receipt } }
  const claim = own(item.claims, target)
  const isHeld = claim !== undefined && claim.by !== claimant && Date.parse(claim.expiresAt) > Date.parse(at)
  if (isHeld) return { result: { kind: 'held', claim } }
  return {
    kind: claim === undefined ? 'claimed' : 'taken-over',
    changes: [{ kind: 'event.claimed', event, target, claimant, expiresAt }],
  }
}

/** The first receipt stays. */
export function decideReceive(
  doc: OutboxDoc | undefined,
  { event, target, reference }: Omit<Receipt, 'at'>,
): Decision<Change, Receipt> {
  const receipt = own(knownEvent(doc, event).receipts, target)
  if (receipt !== undefined) return { result: receipt }
  return { changes: [{ kind: 'event.received', event, target, ...(reference === undefined ? {} : { reference }) }] }
}

/** Gives back one's own claim; another's stays. */
export function decideRelease(
  doc: OutboxDoc | undefined,
  { event, target, claimant }: Pick<ClaimFacts, 'event' | 'target' | 'claimant'>,
): Decision<Change, undefined> {
  const claim = own(knownEvent(doc, event).claims, target)
  if (claim?.by !== claimant) return { result: undefined }
  return { changes: [{ kind: 'event.released', event, target }] }
}
