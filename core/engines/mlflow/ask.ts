import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { ConfigError, ExternalError } from '../../errors/errors.ts'
import { safeAddress } from '../http/address.ts'
import { type HttpAnswer, request } from '../http/request.ts'
import { type MlflowConnection, mlflowVariables } from './connection.ts'

/** One question to MLflow's REST API (https://mlflow.org/docs/latest/api_reference/rest-api.html). */
export interface Question<T> {
  /** A verb phrase for errors: "create a version of flights". */
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below the prefix `/api/2.0/`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** JSON. */
  readonly body?: unknown
  /** The part of the answer that we use. */
  readonly shape: z.ZodType<T>
  /** Whether doing it twice does no harm; by default what the method promises. */
  readonly isIdempotent?: boolean
  /** For each attempt, and for all together. */
  readonly timeoutMs?: number
}

/** A question that the server understood and refused. `code` is MLflow's own: RESOURCE_DOES_NOT_EXIST, … */
export interface Refusal {
  readonly code: string
  readonly status: number
  readonly message: string
}

/** What came of a question. */
export type Asked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal; readonly error: ExternalError }

/** Statuses with which MLflow sends an error of its own. */
const refusals = [400, 404, 409, 429, 500, 501]

/** What MLflow says, as a bad request even, when its database had no time for a question: it did nothing. */
const busy = /QueuePool limit|database is locked|too many (clients|connections)|remaining connection slots/i

/** How often a busy server is asked. */
const attempts = 8

const longestWaitMs = 4000

/**
 * Asks, and gives a refusal back for the caller to look at. A server whose database is busy is asked again.
 *
 * @throws ConfigError TY0203 for missing or wrong credentials; ExternalError TY0501, TY0502 when there is no answer of MLflow.
 */
export async function tryAsk<T>(connection: MlflowConnection, question: Question<T>): Promise<Asked<T>> {
  for (let attempt = 1; ; attempt++) {
    const asked = await askOnce(connection, question)
    if (asked.ok || attempt >= attempts || !busy.test(asked.refusal.message)) return asked
    // Of many who were turned away together few must return together.
    await sleep(Math.random() * longestWaitMs)
  }
}

async function askOnce<T>(connection: MlflowConnection, question: Question<T>): Promise<Asked<T>> {
  const { operation, method, path, query, body, shape, isIdempotent, timeoutMs } = question
  const url = `${connection.url}/api/2.0/${path}${query === undefined ? '' : `?${String(new URLSearchParams(query))}`}`
  const answer = await request({
    operation,
    method,
    url,
    headers: { ...connection.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(isIdempotent === undefined ? {} : { isIdempotent }),
    ...(timeoutMs === undefined ? {} : { timeoutMs, patience: { attemptTimeoutMs: timeoutMs } }),
    accept: [...refusals, 401, 403],
  })
  checkRights(answer, { operation, url })
  if (answer.status >= 200 && answer.status < 300) {
    const parsed = shape.safeParse(answer.json())
    if (parsed.success) return { ok: true, value: parsed.data }
    const details = `The answer has not the form of MLflow's API (${parsed.error.issues[0]?.path.join('.') ?? ''}).`
    throw new ExternalError({ facts: { operation, address: safeAddress(url), status: answer.status }, details })
  }
  const refusal = refusalIn(answer)
  const error = new ExternalError({
    facts: { operation, address: safeAddress(url), status: answer.status },
    details: `${refusal.code}: ${refusal.message}`,
  })
  return { ok: false, refusal, error }
}

/** Asks for what must be there. @throws ExternalError TY0501 for a refusal too. */
export async function ask<T>(connection: MlflowConnection, question: Question<T>): Promise<T> {
  const asked = await tryAsk(connection, question)
  if (asked.ok) return asked.value
  throw asked.error
}

/** Asks for what may be absent: undefined where MLflow says RESOURCE_DOES_NOT_EXIST. */
export async function askIfThere<T>(connection: MlflowConnection, question: Question<T>): Promise<T | undefined> {
  const asked = await tryAsk(connection, question)
  if (asked.ok) return asked.value
  if (isMissing(asked.refusal)) return undefined
  throw asked.error
}

/** Whether a refusal says that there is no such thing. */
function isMissing({ code, status }: Refusal): boolean {
  return code === 'RESOURCE_DOES_NOT_EXIST' || (status === 404 && code !== 'ENDPOINT_NOT_FOUND')
}

/** @throws ConfigError TY0203 that says which variables to set. */
export function checkRights(
  { status }: Pick<HttpAnswer, 'status'>,
  asked: { readonly operation: string; readonly url: string },
): void {
  if (status !== 401 && status !== 403) return
  const { token, username, password } = mlflowVariables
  const why =
    status === 401
      ? `It wants to know who asks: set ${token}, or ${username} and ${password}.`
      : `The credentials of this job do not allow it: grant them EDIT (for aliases and deletion MANAGE) on the registered model and the experiment.`
  throw new ConfigError({
    code: 'TY0203',
    details: `${safeAddress(asked.url)} refused to ${asked.operation} (${status}). ${why}`,
  })
}

const refusalShape = z.object({ error_code: z.string(), message: z.string().default('') })

function refusalIn(answer: HttpAnswer): Refusal {
  const { status } = answer
  const said = refusalShape.safeParse(jsonIn(answer))
  const { error_code: code, message } = said.success
    ? said.data
    : { error_code: `HTTP ${status}`, message: answer.text().replaceAll(/\s+/g, ' ') }
  return { code, status, message: message.slice(0, 500) }
}

function jsonIn(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text())
  } catch {
    return undefined
  }
}
