import type { CloudEvent } from '../../records/event.ts'

/** For clocks that differ: the services' clocks, and that of whoever recorded the event. */
const slackMs = 10 * 60_000

/** Nothing that an event started can be older than the event. */
export function lookFrom(event: CloudEvent): Date {
  return new Date(Date.parse(event.time) - slackMs)
}
