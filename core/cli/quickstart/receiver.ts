import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a release system would have been sent. */
export interface Delivery {
  readonly event: string
  readonly model: string
  readonly version: number
}

/** A local stand-in for a release system: takes events on loopback and remembers them. */
export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly deliveries: readonly Delivery[]
}

/** Starts the receiver on a free port of the loopback interface. */
export async function startReceiver(): Promise<Receiver> {
  const deliveries: Delivery[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const delivery = deliveryOf(Buffer.concat(parts).toString('utf8'))
      if (delivery !== undefined) deliveries.push(delivery)
      response.writeHead(delivery === undefined ? 400 : 202).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/releases`,
    deliveries,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function deliveryOf(text: string): Delivery | undefined {
  const body: unknown = JSON.parse(text)
  if (typeof body !== 'object' || body === null || !('eventId' in body) || !('model' in body)) return undefined
  const { eventId, model } = body
  if (typeof model !== 'object' || model === null || !('name' in model) || !('version' in model)) return undefined
  return { event: String(eventId), model: String(model.name), version: Number(model.version) }
}
