import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../errors/errors.ts'
import { answer } from './answer.ts'
import { type App, newApp } from './app.ts'
import type { Arguments } from './arguments.ts'
import { parseConfig, type ServeConfig } from './config.ts'
import { type Listening, listen } from './http-server.ts'
import { loadEngine, loadModel } from './load.ts'
import type { Log } from './log.ts'

/** The ready file's content, as JSON. */
export interface Ready {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly engine: string
  /** When the server became ready, in ISO 8601. */
  readonly at: string
}

/** How a server is started. */
export interface ServeOptions {
  /** serve.json, absolute. */
  readonly file: string
  readonly replaced: Omit<Arguments, 'config'>
  readonly log: Log
  /** When it aborts, the server stops: what is being answered is answered first. */
  readonly stop: AbortSignal
}

/**
 * Runs a scoring server until it is told to stop.
 *
 * It listens before it loads, so that a container is alive and not yet ready; and it stops in the order that loses nothing: health
 * says 503 and answers say `Connection: close`, then no connection is taken any more, then the last answers are given.
 *
 * @throws ConfigError when serve.json or a model is not what it should be; ExternalError when the address is taken.
 */
export async function serve({ file, replaced, log, stop }: ServeOptions): Promise<void> {
  const config = { ...parseConfig(await read(file), file), ...replaced }
  const folder = dirname(file)
  const app = newApp(config, log)
  const { host, port, requestTimeoutMs } = config
  const http = await listen({
    host,
    port,
    requestTimeoutMs,
    answer: (request, response) => answer(app, request, response),
  })
  log('listening', { url: http.url, pid: process.pid })
  let isCut = false
  try {
    await load(app, { folder, stop })
    if (!stop.aborted) await beReady(app, { http, folder })
    await aborted(stop)
    app.state = 'stopping'
    log('stopping', { inFlight: inFlight(app) })
    await retract(config, folder)
    await delay(config.noticeMs)
  } finally {
    app.state = 'stopping'
    isCut = await http.close(config.drainMs)
  }
  await release(app)
  log('stopped', { isCut, requests: app.models.all.reduce((sum, { metrics }) => sum + metrics.requests, 0) })
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new ConfigError({ details: `${file} cannot be read; a package has it beside serve.mjs`, cause })
  }
}

async function load(app: App, { folder, stop }: { folder: string; stop: AbortSignal }): Promise<void> {
  const { config, log } = app
  const engine = await loadEngine(config, log)
  app.engine = engine.name
  for (const served of app.models.all) {
    if (stop.aborted) return
    served.loaded = await loadModel(served, { engine, folder, batching: config.batching, log })
  }
}

async function beReady(app: App, { http, folder }: { http: Listening; folder: string }): Promise<void> {
  app.state = 'ready'
  const { url, port } = http
  const ready: Ready = { url, port, pid: process.pid, engine: app.engine, at: new Date().toISOString() }
  app.log('ready', { url, engine: app.engine })
  const { readyFile } = app.config
  if (readyFile === undefined) return
  const path = resolve(folder, readyFile)
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, `${JSON.stringify(ready)}\n`)
  await rename(temporary, path)
}

async function retract({ readyFile }: ServeConfig, folder: string): Promise<void> {
  if (readyFile !== undefined) await rm(resolve(folder, readyFile), { force: true })
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function inFlight({ models }: App): number {
  return models.all.reduce((sum, { metrics }) => sum + metrics.inFlight, 0)
}

async function release({ models }: App): Promise<void> {
  for (const { loaded } of models.all) await loaded?.runnable.model.close()
}
