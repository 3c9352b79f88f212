import type { CloudEvent, EventData, EventType } from '../../core/records/event.ts'

/** What a test says about an event. */
export interface EventParts {
  readonly id?: string
  readonly type?: EventType
  readonly data?: Partial<EventData>
  /** Null leaves it out. */
  readonly ref?: string | null
  readonly time?: string
}

/** An event that just happened on the default branch of acme/flights, unless the test says otherwise. */
export function anEvent({
  id = 'flights-3-0a1b2c3d4e5f',
  type = 'model.registered',
  ...parts
}: EventParts = {}): CloudEvent {
  const data = { model: 'flights', ...(type === 'run.completed' ? { run: 'r-1' } : { version: 3 }), ...parts.data }
  const ref = parts.ref === undefined ? 'refs/heads/main' : parts.ref
  return {
    specversion: '1.0',
    id,
    source: '/trainyard/acme/flights',
    type: `dev.trainyard.${type}`,
    subject: 'flights@3',
    time: parts.time ?? new Date().toISOString(),
    datacontenttype: 'application/json',
    data: { repository: 'acme/flights', ...data },
    ...(ref === null ? {} : { ref }),
  }
}
