/** The types of events that exist today, as users write them in trigger rules. */
export const eventTypes = ['model.registered', 'run.completed', 'model.promoted'] as const
export type EventType = (typeof eventTypes)[number]

/**
 * A CloudEvents 1.0 record (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md) with the extension
 * attribute `ref`: the git ref that it came from, which the trust rules look at.
 */
export interface CloudEvent {
  readonly specversion: '1.0'
  /** Unique for ever; receivers recognise a repeated delivery by it. */
  readonly id: string
  readonly source: string
  readonly type: `dev.trainyard.${EventType}`
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: EventData
  readonly ref?: string
}

/** What the events say. `model.registered` and `model.promoted` have a version, `run.completed` a run. */
export interface EventData {
  readonly model: string
  readonly version?: number
  readonly run?: string
  readonly digest?: string
  readonly repository?: string
  readonly commit?: string
}

/** That one event reached one target. `reference` is what the target calls it: a run's page, a release's id. */
export interface Receipt {
  readonly event: string
  readonly target: string
  readonly at: string
  readonly reference?: string
}

/** That somebody is about to deliver. A claim without a receipt, past its expiry, is looked up at the target and taken over. */
export interface Claim {
  readonly event: string
  readonly target: string
  readonly by: string
  readonly at: string
  readonly expiresAt: string
}
