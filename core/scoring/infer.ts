import type { App } from './app.ts'
import { parseInfer } from './protocol/request.ts'
import { type InferAnswer, writeAnswer } from './protocol/response.ts'
import { unavailable } from './protocol/refused.ts'
import { checkHeaders, readBody } from './read-body.ts'
import { type Exchange, errorReply, type Reply, send } from './reply.ts'
import { queueFull } from './run-queue.ts'
import { demandLoaded, type Served } from './served-models.ts'

/** Answers an inference request and counts it. Never throws. @returns the status; undefined when the client went away */
export async function infer(app: App, exchange: Exchange, served: Served): Promise<number | undefined> {
  const { metrics } = served
  metrics.inFlight += 1
  const reply = await score(app, exchange, served).then(
    (answer) => (answer === undefined ? undefined : replyOf(answer)),
    (error: unknown) => errorReply(app, error),
  )
  metrics.inFlight -= 1
  if (reply === undefined || exchange.response.destroyed) {
    metrics.abandoned += 1
    return undefined
  }
  send(app, exchange, reply)
  metrics.answered(reply.status, (performance.now() - exchange.startedAt) / 1000)
  return reply.status
}

async function score(app: App, { request, response }: Exchange, served: Served): Promise<InferAnswer | undefined> {
  const { config, queue } = app
  if (app.state === 'loading') throw unavailable('The server is not ready: it loads its models')
  const headerLength = checkHeaders(request, config.maxBodyBytes)
  // Reading a body that will be refused would only take time from those that wait.
  if (queue.isFull) throw queueFull(config.maxQueue)
  const bytes = await readBody(request, config.maxBodyBytes)
  if (bytes === undefined) return undefined
  const { ports, runnable } = demandLoaded(served)
  const asked = parseInfer({ bytes, headerLength }, ports)
  const results = await queue.run({ target: runnable, request: asked, isAbandoned: () => response.destroyed })
  return results === undefined ? undefined : writeAnswer(served, asked, results)
}

function replyOf({ body, headerLength }: InferAnswer): Reply {
  if (headerLength === undefined) return { status: 200, body }
  const headers = { 'content-type': 'application/octet-stream', 'inference-header-content-length': headerLength }
  return { status: 200, body, headers }
}
