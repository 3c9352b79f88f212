import { lineOf, type Meaning, nameOf, type Said, type Teller } from './failure.ts'

const credentials = [
  'the usual places were looked at: the variables AWS_ACCESS_KEY_ID…, a web identity (AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE), the shared files of ~/.aws, and the role of the machine or container',
  'on GitHub: aws-actions/configure-aws-credentials with `role-to-assume` and `permissions: id-token: write`, before this step',
  'on Azure Pipelines: a service connection to AWS with OIDC, whose variables reach this task',
].join('\n')

const expired = /^(ExpiredToken|ExpiredTokenException|TokenRefreshRequired|RequestExpired)$/

/** Errors of the client itself before anything was sent: it has nothing to sign with. */
const unsigned = /^(CredentialsProviderError|TokenProviderError|ProviderError)$/

/** How S3 says what is wrong. */
export function s3Teller(url: string): Teller {
  return { url, credentials, said, meaning }
}

/** The object is not there, though its bucket is. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'NoSuchKey' || code === 'NotFound' || (statusOf(error) === 404 && code !== 'NoSuchBucket')
}

/** Somebody else was first, or is just about to be. */
export function isConflict(error: unknown): boolean {
  return statusOf(error) === 412 || codeOf(error) === 'ConditionalRequestConflict'
}

/** The multi-part upload was completed or given up by somebody else. */
export function isNoUpload(error: unknown): boolean {
  return codeOf(error) === 'NoSuchUpload'
}

/** The identity may not do it. */
export function isRefused(error: unknown): boolean {
  return statusOf(error) === 403
}

interface Answered {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
  readonly Code?: string
}

function said(error: unknown): Said | undefined {
  const status = statusOf(error)
  const code = codeOf(error)
  const isOurs =
    status === undefined && !unsigned.test(code) && !/Region is missing|Could not load credentials/.test(lineOf(error))
  if (isOurs) return undefined
  const requestId = error instanceof Error ? (error as Error & Answered).$metadata?.requestId : undefined
  return { status, code, message: lineOf(error), requestId }
}

function meaning({ status, code, message }: Said): Meaning {
  if (code === 'NoSuchBucket') return 'no-place'
  if (expired.test(code)) return 'expired'
  if (status === undefined) return 'no-credentials'
  if (code === 'RequestTimeTooSkewed') return 'failed'
  if (code === 'InvalidToken' || status === 401 || status === 403)
    return /expired/i.test(message) ? 'expired' : 'refused'
  return 'failed'
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error ? (error as Error & Answered).$metadata?.httpStatusCode : undefined
}

function codeOf(error: unknown): string {
  const own = error instanceof Error ? (error as Error & Answered).Code : undefined
  return own ?? nameOf(error)
}
