import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { type Answer, Played, type Received } from './loopback.ts'

/** What a webhook is sent, as its documentation says. */
const payloadShape = z.strictObject({
  event: z.enum(['model.registered', 'model.promoted', 'run.completed']),
  eventId: z.string().min(1),
  time: z.iso.datetime(),
  model: z.strictObject({ name: z.string(), version: z.string().optional(), digest: z.string().optional() }),
  run: z.string().optional(),
  ref: z.string().optional(),
  repository: z.string().optional(),
  commit: z.string().optional(),
  workspace: z.string(),
})

/** A webhook's receiver as one writes it: it checks the signature and acts once for an event's id. */
export class Receiver extends Played {
  /** What was acted on: one for an id, however often it came. */
  readonly acted: z.infer<typeof payloadShape>[] = []
  readonly #secret: string | undefined

  private constructor(secret: string | undefined) {
    super()
    this.#secret = secret
  }

  /** With a secret, only signed posts are taken; without one, only unsigned. */
  static start(secret?: string): Promise<Receiver> {
    return new Receiver(secret).listen()
  }

  override get url(): string {
    return `${super.url}/hook`
  }

  protected answer(received: Received): Answer {
    const { method, url, headers, text } = received
    if (method !== 'POST' || url.pathname !== '/hook') return this.#object(`nobody waits for ${method} ${url.pathname}`)
    if (headers['content-type'] !== 'application/json') return this.#object(`the type is ${headers['content-type']}`)
    if (!isSigned(text, headers['x-trainyard-signature'], this.#secret)) return { status: 401, body: 'wrong signature' }
    const payload = payloadShape.safeParse(JSON.parse(text))
    if (!payload.success) return this.#object(`the body: ${payload.error.message}`)
    if (headers['x-trainyard-delivery'] !== payload.data.eventId)
      return this.#object('header and body differ in the id')
    const isNew = this.acted.every(({ eventId }) => eventId !== payload.data.eventId)
    if (isNew) this.acted.push(payload.data)
    return { status: isNew ? 202 : 200 }
  }

  #object(objection: string): Answer {
    this.server.objections.push(objection)
    return { status: 500, body: objection }
  }
}

function isSigned(text: string, signature: string | string[] | undefined, secret: string | undefined): boolean {
  if (secret === undefined) return signature === undefined
  const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(text).digest('hex')}`)
  const given = Buffer.from(typeof signature === 'string' ? signature : '')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
