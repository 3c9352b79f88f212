import { ExternalError, errorMessage } from '../../errors/errors.ts'

/** What the last answer was: the official client turns a 404 and a sign-in page alike into null. */
export interface LastAnswer {
  status?: number
  requestId?: string
}

/** What is asked of Azure DevOps. */
export interface Question {
  /** A verb phrase: "start the pipeline 12 of shop". */
  readonly operation: string
  /** The organisation. */
  readonly address: string
  /** The right that it takes, in Azure's words. */
  readonly right: string
}

/**
 * Asks Azure DevOps, and turns its refusals into words that say which right is missing.
 *
 * @throws ExternalError TY0501 with status and request id, TY0502 when no answer came.
 */
export async function ask<T>(question: Question, last: LastAnswer, request: () => Promise<T>): Promise<NonNullable<T>> {
  let result: T
  try {
    result = await request()
  } catch (error) {
    throw refusal(question, last, error)
  }
  if (result === null || result === undefined) throw refusal(question, last, undefined)
  return result
}

function refusal(question: Question, last: LastAnswer, error: unknown): unknown {
  if (error instanceof ExternalError) return error
  const { operation, address, right } = question
  const status = statusOf(error) ?? (error === undefined ? last.status : undefined)
  const isAnswered = status !== undefined
  return new ExternalError({
    code: isAnswered ? 'TY0501' : 'TY0502',
    facts: {
      operation,
      address,
      ...(isAnswered ? { status } : {}),
      ...(last.requestId === undefined || last.requestId === '' ? {} : { requestId: last.requestId }),
    },
    details: [error === undefined ? '' : errorMessage(error), ...explain(status, right)].filter(Boolean).join('\n'),
    ...(error === undefined ? {} : { cause: error }),
  })
}

/** The official client puts the status of a refusal on its error. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined
}

function explain(status: number | undefined, right: string): readonly string[] {
  if (status === undefined) return []
  if (status === 401 || status === 203 || status === 302) return ['The token is missing, wrong or expired.']
  if (status === 403) return [`The token, or the identity behind it, needs the right to ${right}.`]
  if (status === 404)
    return [`Nothing is there by this name, or the token may not see it; it needs the right to ${right}.`]
  if (status === 429) return ['Azure DevOps limits how often it is asked; try again later.']
  return status < 400 ? ['The answer was not what the API describes.'] : []
}
