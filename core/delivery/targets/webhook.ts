import { createHmac } from 'node:crypto'
import { request } from '../../engines/http/request.ts'
import type { CloudEvent } from '../../records/event.ts'
import { typeOf } from '../match.ts'
import { payloadOf } from '../payload.ts'
import type { Target } from '../target.ts'

/** What a webhook needs. */
export interface WebhookSettings {
  readonly url: string
  /** Signs the body; a receiver without it cannot tell who posts. */
  readonly secret: string | undefined
  /** The address of the workspace, for the payload. */
  readonly workspace: string
}

/**
 * Posts events as JSON. Nobody can be asked whether one arrived, so it is delivered at least once: the header
 * `X-Trainyard-Delivery` and the key `eventId` are the same each time.
 */
export function webhookTarget(id: string, settings: WebhookSettings): Target {
  const { url, secret, workspace } = settings
  return {
    id,
    label: `webhook ${shownAddress(url)}`,
    async send(event: CloudEvent, signal: AbortSignal) {
      const body = JSON.stringify(payloadOf(event, workspace))
      await request({
        operation: `post the event ${event.id}`,
        method: 'POST',
        url,
        body,
        headers: headersOf(event, body, secret),
        // Its receiver knows the event's id.
        isIdempotent: true,
        signal,
      })
      return undefined
    },
  }
}

/** The signature of a body: HMAC-SHA256 under the secret, in hexadecimal, written as GitHub's own webhooks write it. */
function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

function headersOf(event: CloudEvent, body: string, secret: string | undefined): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'x-trainyard-event': typeOf(event),
    'x-trainyard-delivery': encodeURIComponent(event.id),
    ...(secret === undefined ? {} : { 'x-trainyard-signature': signatureOf(body, secret) }),
  }
}

/** The query of a webhook's address is often its key. */
function shownAddress(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}
