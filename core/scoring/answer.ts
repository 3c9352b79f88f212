import type { IncomingMessage, ServerResponse } from 'node:http'
import { toolVersion } from '../main/version.ts'
import type { App } from './app.ts'
import { exposition, expositionType } from './exposition.ts'
import { infer } from './infer.ts'
import { datatypeOf } from './protocol/datatypes.ts'
import type { Port } from './protocol/request.ts'
import { type Exchange, errorReply, json, type Reply, send } from './reply.ts'
import { type Route, routeOf } from './route.ts'
import { demandLoaded, type Served } from './served-models.ts'

/** Answers one request, whatever it is. Never throws. */
export async function answer(app: App, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const exchange = { request, response, startedAt: performance.now() }
  const status = await reply(app, exchange)
  if (!app.config.accessLog) return
  const ms = Math.round(performance.now() - exchange.startedAt)
  // The path holds names and no data; a query means nothing here and is left out.
  app.log('request', { method: request.method, path: request.url?.split('?', 1)[0], status, ms })
}

async function reply(app: App, exchange: Exchange): Promise<number | undefined> {
  const { request } = exchange
  try {
    const route = routeOf(request.method ?? '', request.url ?? '')
    if ('model' in route) {
      const served = app.models.find(route.model, route.version)
      if (route.kind === 'infer') return await infer(app, exchange, served)
      return sent(app, exchange, aboutModel(app, served, route.kind))
    }
    return sent(app, exchange, aboutServer(app, route.kind))
  } catch (error) {
    app.strayErrors += 1
    return sent(app, exchange, errorReply(app, error))
  }
}

function sent(app: App, exchange: Exchange, reply: Reply): number {
  send(app, exchange, reply)
  return reply.status
}

function aboutServer(app: App, kind: Exclude<Route, { model: string }>['kind']): Reply {
  const isReady = app.state === 'ready'
  switch (kind) {
    case 'live':
      return json({ live: true })
    case 'ready':
      return json({ ready: isReady }, isReady ? 200 : 503)
    case 'metrics':
      return { status: 200, headers: { 'content-type': expositionType }, body: exposition(exposed(app)) }
    case 'server':
      return json({
        name: 'trainyard',
        version: toolVersion,
        extensions: ['binary_tensor_data'],
        engine: app.engine,
      })
  }
}

function aboutModel(app: App, served: Served, kind: 'model' | 'model-ready'): Reply {
  if (kind === 'model-ready') {
    const isReady = app.state === 'ready' && served.loaded !== undefined
    return json({ name: served.name, ready: isReady }, isReady ? 200 : 503)
  }
  const { inputs, outputs, classes = new Map<string, readonly string[]>() } = demandLoaded(served).ports
  return json({
    name: served.name,
    versions: app.models.versionsOf(served.name).map(({ version }) => String(version)),
    platform: 'onnx_onnxv1',
    inputs: inputs.map(portMetadata),
    outputs: outputs.map(portMetadata),
    // The protocol knows no lists in parameters.
    parameters: {
      digest: served.digest,
      ...(classes.size > 0 && { classes: JSON.stringify(Object.fromEntries(classes)) }),
    },
  })
}

function portMetadata({ name, type, shape }: Port): object {
  return { name, datatype: datatypeOf(type), shape }
}

function exposed(app: App): Parameters<typeof exposition>[0] {
  const { engine, strayErrors, queue, models, state } = app
  return { engine, strayErrors, isReady: state === 'ready', queueLength: queue.length, models: models.all }
}
