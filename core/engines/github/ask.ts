import { ExternalError, errorMessage } from '../../errors/errors.ts'

/** What is asked of GitHub. */
export interface Question {
  /** A verb phrase: "start the workflow release.yml of acme/flights". */
  readonly operation: string
  /** What a token needs to be allowed to, as a workflow grants it: `actions: write`. */
  readonly permission: string
  /** Where, for the error; GitHub's own answer names no address. */
  readonly address: string
}

/**
 * Asks GitHub, and turns its refusals into words that say which right is missing.
 *
 * @throws ExternalError TY0501 with status and request id, TY0502 when no answer came.
 */
export async function ask<T>(question: Question, request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    if (isAnswer(error)) throw refusal(question, error)
    throw outOfReach(question, error)
  }
}

/** How @octokit/request-error looks when GitHub answered; without `response` its status is made up. */
interface Answer extends Error {
  readonly status: number
  readonly response: { readonly headers: Readonly<Record<string, string | number | undefined>> }
}

function isAnswer(error: unknown): error is Answer {
  return (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    'response' in error &&
    typeof error.response === 'object' &&
    error.response !== null
  )
}

function refusal({ operation, permission, address }: Question, error: Answer): ExternalError {
  const requestId = error.response.headers['x-github-request-id']
  return new ExternalError({
    facts: {
      operation,
      address,
      status: error.status,
      ...(requestId === undefined ? {} : { requestId: String(requestId) }),
    },
    details: [error.message, ...explain(error, permission)].join('\n'),
    cause: error,
  })
}

function explain({ status, message, response }: Answer, permission: string): readonly string[] {
  const grant = `The token needs the permission \`${permission}\`; for the job's own token write\npermissions:\n  ${permission}`
  const isLimit = 'retry-after' in response.headers || response.headers['x-ratelimit-remaining'] === '0'
  if (status === 429 || (status === 403 && isLimit)) return ['GitHub limits how often it is asked; try again later.']
  if (status === 401) return ['The token is missing, wrong or expired.']
  if (status === 403) return [grant]
  if (status === 404) return ['There is no such repository or file, or the token may not see it.', grant]
  if (/unexpected inputs|workflow_dispatch/i.test(message)) {
    return ['The workflow has to declare `on: workflow_dispatch` with each input that the rule sends.']
  }
  return []
}

function outOfReach({ operation, address }: Question, error: unknown): unknown {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (cause instanceof ExternalError) return cause
  return new ExternalError({
    code: 'TY0502',
    facts: { operation, address },
    details: errorMessage(cause),
    cause,
  })
}
