// Stands in for the scoring server of a package: the same command line, ready file, addresses and manner of stopping, and an
// answer that says who gave it. `stand-in.json` beside it asks for trouble.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

/**
 * @typedef {object} Trouble
 * @property {string} name what it answers as
 * @property {number} [delayMs] before each answer
 * @property {number} [startMs] before it is ready
 * @property {string} [failure] it says so and ends instead of becoming ready
 * @property {number} [failEvery] each so many requests it answers 500
 * @property {number} [breakEvery] each so many requests it cuts the connection
 * @property {string} [raw] what it answers, byte by byte, before it cuts the connection
 * @property {boolean} [isSilent] it never answers a request
 * @property {boolean} [isStubborn] it does not end when it is asked to
 */

const text = /** @type {const} */ ({ type: 'string' })
const { values } = parseArgs({ options: { host: text, port: text, 'ready-file': text } })
const trouble = /** @type {Trouble} */ (JSON.parse(readFileSync(join(import.meta.dirname, 'stand-in.json'), 'utf8')))
const { name, delayMs = 0, startMs = 0, failure, failEvery = 0, breakEvery = 0, raw, isSilent, isStubborn } = trouble
let isReady = false
let count = 0

const server = createServer((request, response) => {
  if (request.url === '/v2/health/ready') {
    response.writeHead(isReady ? 200 : 503).end()
    return
  }
  if (request.url === '/metrics') {
    response.end(`stand_in_requests_total ${count}\n`)
    return
  }
  count += 1
  const turn = count
  /** @type {Buffer[]} */
  const parts = []
  request.on('data', (/** @type {Buffer} */ part) => parts.push(part))
  request.on('end', () => void answer({ request, response, turn, body: Buffer.concat(parts) }))
})
server.keepAliveTimeout = 65_000

/** @param {{ request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, turn: number, body: Buffer }} asked */
async function answer({ request, response, turn, body }) {
  if (isSilent) return
  if (raw !== undefined) {
    request.socket.end(raw, 'latin1')
    return
  }
  if (delayMs > 0) await sleep(delayMs)
  if (breakEvery > 0 && turn % breakEvery === 0) {
    request.socket.destroy()
    return
  }
  if (failEvery > 0 && turn % failEvery === 0) {
    response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"asked for"}')
    return
  }
  const url = new URL(request.url ?? '/', 'http://stand-in')
  if (url.pathname === '/stream') return stream(response, Number(url.searchParams.get('parts')))
  const { method, rawHeaders } = request
  const said = { name, method, url: request.url, headers: rawHeaders, bytes: body.length, pid: process.pid }
  const sent = JSON.stringify(url.pathname === '/echo' ? { ...said, body: body.toString('base64') } : said)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }).end(sent)
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} parts
 */
async function stream(response, parts) {
  response.on('close', () => process.stdout.write(`stream ended, finished: ${response.writableFinished}\n`))
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'x-hop', 'x-hop': 'mine', trailer: 'x-after' })
  for (let part = 0; part < parts && !response.destroyed; part += 1) {
    response.write(`part ${part}\n`)
    await sleep(20)
  }
  response.end()
}

process.on('SIGTERM', () => {
  if (!isStubborn) void stop()
})

async function stop() {
  isReady = false
  if (values['ready-file'] !== undefined) rmSync(values['ready-file'], { force: true })
  await sleep(50)
  server.close()
  server.closeIdleConnections()
}

if (failure !== undefined) throw new Error(failure)
server.listen(Number(values.port), values.host, () => void begin())

async function begin() {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it listens at no port')
  await sleep(startMs, undefined, { ref: false })
  isReady = true
  if (values['ready-file'] === undefined) return
  const temporary = `${values['ready-file']}.${process.pid}`
  writeFileSync(temporary, JSON.stringify({ port: address.port, pid: process.pid }))
  renameSync(temporary, values['ready-file'])
}
