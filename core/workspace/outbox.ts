import type { Claim, CloudEvent, Receipt } from '../records/event.ts'

/** Events that wait for their targets, and what became of them. */
export interface Outbox {
  /** Events without a receipt from this target, oldest first. Those of another workspace, that were copied, are left out. */
  pending(target: string): Promise<readonly CloudEvent[]>
  event(id: string): Promise<CloudEvent>
  /**
   * Claims a delivery, so that of many triggers one delivers. `held` when another's claim has not expired, `done` when there
   * is a receipt; `taken-over` when an expired claim left it unclear whether the delivery happened: look before you send.
   */
  claim(claim: { readonly event: string; readonly target: string; readonly forMs: number }): Promise<ClaimResult>
  receive(receipt: Omit<Receipt, 'at'>): Promise<Receipt>
  /** Gives a claim back after a delivery that certainly did not happen. */
  release(claim: { readonly event: string; readonly target: string }): Promise<void>
}

export type ClaimResult =
  | { readonly kind: 'claimed' | 'taken-over' | 'held'; readonly claim: Claim }
  | { readonly kind: 'done'; readonly receipt: Receipt }
