import type { CloudEvent } from '../records/event.ts'

/**
 * Where events go by one rule. Targets have no idempotency key, so each carries the event's id, and says what it can tell of
 * earlier deliveries by it.
 */
export interface Target {
  /** Receipts are kept under it; the rule's name. */
  readonly id: string
  /** For people: "workflow release.yml of acme/flights at main". */
  readonly label: string
  /**
   * Looks whether the event already arrived. Absent where nobody can tell (webhooks, `repository_dispatch`): such a target is
   * delivered to at least once, and its receivers recognise a repetition by the event's id.
   */
  readonly find?: (event: CloudEvent, signal: AbortSignal) => Promise<Found>
  /**
   * Sends the event, once. The reference is what the target calls the result: a run's page, a release's number.
   *
   * @throws ExternalError when it did not arrive, or when nobody can tell.
   */
  readonly send: (event: CloudEvent, signal: AbortSignal) => Promise<string | undefined>
}

/** What a target knows of an earlier delivery. `unclear` is no answer, with the reason as a clause. */
export type Found =
  | { readonly kind: 'found'; readonly reference: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly why: string }
