import type { IncomingMessage, ServerResponse } from 'node:http'
import { attempt, type Job, type Result } from './attempt.ts'
import type { BodyKeeper } from './body.ts'
import { deploymentHeader, forwardedHeaders, tokenHeader } from './headers.ts'
import { refuse } from './reply.ts'
import type { Table } from './table.ts'
import type { Token } from './token.ts'
import type { Upstream } from './upstream.ts'

/** What the public side of a router is made of. */
export interface Front {
  readonly table: Table
  readonly bodies: BodyKeeper
  readonly token: Token
  /** `pure`: a request may be sent twice, as inference changes nothing. `never`: only where HTTP says so of its method. */
  readonly retry: 'pure' | 'never'
  readonly silenceMs: number
  isStopping: boolean
}

/** Methods that may be repeated by their definition. Source: RFC 9110 §9.2.2. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'])

/**
 * Answers a request of a client by a deployment. When its connection fails before one byte of an answer came, the request is
 * sent to another deployment that has a share, if its body was small enough to be kept; where there is no other, once more to
 * the same. The failure still counts for the one that failed.
 */
export async function forward(front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const forced = forcedDeployment(front, request, response)
  if (forced === 'refused') return
  const path = pathOf(request.url ?? '')
  if (path === undefined) return refuse(response, 400, { error: 'The address of the request is not valid.' })
  const reading = front.bodies.read(request)
  const body = reading instanceof Promise ? await reading : reading
  if (body === undefined) return
  const length = body.kind === 'whole' ? body.bytes?.length : (body.length ?? 'chunked')
  const headers = forwardedHeaders(request.rawHeaders, length)
  if (request.headers.host === undefined) headers.push('host', 'localhost')
  const { silenceMs, isStopping: isLast } = front
  try {
    await answer(front, { request, response, path, headers, body, silenceMs, isLast }, forced)
  } finally {
    front.bodies.release(body)
  }
}

/** The deployment that the request names, if it may. */
function forcedDeployment({ token, table }: Front, request: IncomingMessage, response: ServerResponse) {
  const name = request.headers[deploymentHeader]
  if (name === undefined) return undefined
  const given = request.headers[tokenHeader]
  if (typeof given !== 'string' || !token.is(given)) {
    refuse(response, 401, { error: `${deploymentHeader} asks for the admin token in ${tokenHeader}.` })
    return 'refused'
  }
  const upstream = typeof name === 'string' ? table.get(name) : undefined
  if (upstream !== undefined) return upstream
  refuse(response, 404, { error: `There is no such deployment.` })
  return 'refused'
}

async function answer(front: Front, job: Job, forced: Upstream | undefined): Promise<void> {
  const { table } = front
  const tried = new Set<string>()
  let upstream = forced ?? table.next(tried)
  for (let tries = 1; upstream !== undefined; tries += 1) {
    tried.add(upstream.name)
    const result = await send(job, upstream, forced !== undefined)
    if (result.end === 'answered' || result.end === 'failed' || result.end === 'abandoned') return
    table.observe(upstream, result)
    const isRepeated = forced === undefined && mayRepeat(front, job, result)
    const next = isRepeated ? (table.next(tried) ?? sameAgain(front, upstream, tries)) : undefined
    if (next === undefined) return giveUp(job, upstream, result)
    upstream.tally.retried += 1
    upstream = next
  }
  unserved(front, job.response)
}

/** A kept connection may have been closed by a server that is well. */
function sameAgain({ table }: Front, upstream: Upstream, tries: number): Upstream | undefined {
  return tries === 1 && table.canTake(upstream) ? upstream : undefined
}

async function send(job: Job, upstream: Upstream, isForced: boolean): Promise<Result> {
  upstream.inFlight += 1
  try {
    return await attempt(job, upstream, ({ end, seconds }) => {
      if (isForced) upstream.tally.forced += 1
      else upstream.tally.count(end, seconds)
    })
  } finally {
    upstream.inFlight -= 1
  }
}

function mayRepeat({ retry }: Front, { request, response }: Job, { isUntouched }: Result): boolean {
  return isUntouched === true && !response.destroyed && (retry === 'pure' || idempotent.has(request.method ?? ''))
}

function unserved({ table }: Front, response: ServerResponse): void {
  table.unserved += 1
  refuse(response, 503, {
    error: 'No deployment of this endpoint can take the request.',
    headers: { 'retry-after': '1' },
  })
}

function giveUp({ response }: Job, { name }: Upstream, { end, reason }: Result): void {
  const [status, error] =
    end === 'timed-out'
      ? [504, `${name} did not answer: ${reason}.`]
      : [502, `${name} broke the connection: ${reason}.`]
  refuse(response, status, { error, headers: { [deploymentHeader]: name, connection: 'close' } })
}

/** The path of a request, also where the client sent a whole URL, as to a proxy; undefined for what node:http would not send. */
function pathOf(url: string): string | undefined {
  const path = url.startsWith('/') || url === '*' ? url : URL.canParse(url) ? absolutePath(new URL(url)) : undefined
  return path !== undefined && /^[\x21-\x7e]+$/.test(path) ? path : undefined
}

function absolutePath({ protocol, pathname, search }: URL): string | undefined {
  return protocol === 'http:' || protocol === 'https:' ? `${pathname}${search}` : undefined
}
