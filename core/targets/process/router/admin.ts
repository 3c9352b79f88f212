import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { errorMessage } from '../../../errors/errors.ts'
import type { Layout } from '../layout.ts'
import { admitQuestion, drainQuestion, type RouterStatus, sharesQuestion } from '../router-status.ts'
import { writeState } from '../state.ts'
import { pause } from '../pause.ts'
import type { RouterLog } from './log.ts'
import { metricsOf, metricsType } from './metrics.ts'
import { refuse, reply } from './reply.ts'
import { storedServers } from './stored.ts'
import type { Table } from './table.ts'
import type { Token } from './token.ts'

/** What the admin side of a router is made of. */
export interface Back {
  readonly layout: Layout
  readonly table: Table
  readonly token: Token
  readonly log: RouterLog
  readonly startedAt: Date
  readonly port: number
  /** Whether the router has been told to stop. */
  readonly isStopping: () => boolean
}

const longestQuestion = 64 * 1024
const drainPollMs = 10

/** Questions change the state one after the other. */
let turn: Promise<unknown> = Promise.resolve()

/** Answers at the admin address. Everything but `/metrics` asks for the token. */
export async function administer(back: Back, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A web page can make its own name mean this machine; then its name is here.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    return refuse(response, 403, { error: 'The host is not this machine.' })
  const question = `${request.method} ${request.url}`
  if (question === 'GET /metrics') return showMetrics(back, response)
  if (!back.token.isIn(request.headers.authorization))
    return refuse(response, 401, {
      error: 'The admin token is missing or wrong.',
      headers: { 'www-authenticate': 'Bearer' },
    })
  const action = actions[question]
  if (action === undefined) return refuse(response, 404, { error: `There is no ${question}.` })
  try {
    const text = await read(request)
    await action(back, text === '' ? undefined : (JSON.parse(text) as unknown))
    reply(response, 200, { body: statusOf(back) })
  } catch (error) {
    refuse(response, error instanceof Conflict ? 409 : isMalformed(error) ? 400 : 500, { error: errorMessage(error) })
  }
}

/** What was asked for does not fit what is there. */
class Conflict extends Error {}

const actions: Readonly<Record<string, (back: Back, body: unknown) => Promise<void>>> = {
  'GET /status': async () => undefined,
  'POST /reload': (back) => inTurn(() => reload(back)),
  'POST /admit': (back, body) => inTurn(() => admit(back, admitQuestion.parse(body).deployment)),
  'PUT /shares': (back, body) => inTurn(() => setShares(back, sharesQuestion.parse(body).shares)),
  'POST /drain': async (back, body) => drain(back, drainQuestion.parse(body)),
}

/** What `/status` says. */
function statusOf({ table, startedAt, port, isStopping }: Back): RouterStatus {
  const { unserved } = table
  return { startedAt: startedAt.toISOString(), port, isStopping: isStopping(), unserved, deployments: table.status() }
}

async function reload({ layout, table }: Back): Promise<void> {
  await table.setServers(await storedServers(layout))
}

/** Takes a deployment that was started, also one that was about to be retired when somebody changed their mind. */
async function admit(back: Back, deployment: string): Promise<void> {
  await reload(back)
  const upstream = back.table.get(deployment)
  if (upstream !== undefined) upstream.isLeaving = false
}

async function setShares(back: Back, shares: Readonly<Record<string, number>>): Promise<void> {
  const { layout, table, log } = back
  const sum = Object.values(shares).reduce((total, share) => total + share, 0)
  if (Math.abs(sum - 100) > 1e-6) throw new Conflict(`The shares add up to ${sum} and not to 100.`)
  const named = Object.keys(shares).filter((name) => (shares[name] ?? 0) > 0)
  if (named.some((name) => table.get(name) === undefined)) await reload(back)
  const unknown = named.filter((name) => table.get(name) === undefined)
  if (unknown.length > 0) throw new Conflict(`Not started: ${unknown.join(', ')}.`)
  const leaving = named.filter((name) => table.get(name)?.isLeaving === true)
  if (leaving.length > 0) throw new Conflict(`Being retired: ${leaving.join(', ')}.`)
  // Written first: a router that is killed now comes back with what it was about to do, and is told again.
  await writeState(layout.shares, { shares })
  table.setShares(shares)
  log('shares', shares)
}

/** Sends a deployment nothing more and waits for what it was sent. */
async function drain({ table, log }: Back, { deployment, timeoutMs }: z.output<typeof drainQuestion>): Promise<void> {
  const upstream = table.get(deployment)
  if (upstream === undefined) return
  await inTurn(async () => {
    if ((table.shares[deployment] ?? 0) > 0) throw new Conflict(`${deployment} has a share of the traffic.`)
    upstream.isLeaving = true
  })
  const until = performance.now() + timeoutMs
  while (upstream.inFlight > 0 && performance.now() < until) await pause(drainPollMs)
  log('drained', { deployment, inFlight: upstream.inFlight })
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work)
  turn = mine.catch(() => undefined)
  return mine
}

function showMetrics({ table, startedAt }: Back, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': metricsType })
  response.end(metricsOf(table, startedAt))
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > longestQuestion) throw new SyntaxError('The question is too long.')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function isMalformed(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof z.ZodError
}
