import { lineOf, type Meaning, nameOf, type Said, type Teller } from './failure.ts'

const credentials = [
  'the usual places were looked at: AZURE_STORAGE_CONNECTION_STRING, the variables AZURE_CLIENT_ID…, a federated token (AZURE_FEDERATED_TOKEN_FILE), the identity of the machine, and who is signed in with `az`',
  'on GitHub: azure/login with `client-id`, `tenant-id`, `subscription-id` and `permissions: id-token: write`, before this step',
  'on Azure Pipelines: a service connection with workload identity federation (docs/object-stores.md has the lines)',
].join('\n')

/** Errors of the chain of credentials: nobody to sign as. */
const unsigned =
  /^(CredentialUnavailableError|AggregateAuthenticationError|AuthenticationError|AuthenticationRequiredError|ChainedTokenCredential\w*)$/

/** How Azure Blob Storage says what is wrong. */
export function azureTeller(url: string): Teller {
  return { url, credentials, said, meaning }
}

/** The blob is not there, though its container is. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && codeOf(error) !== 'ContainerNotFound'
}

/** Somebody else was first. */
export function isConflict(error: unknown): boolean {
  return codeOf(error) === 'BlobAlreadyExists' || statusOf(error) === 412
}

interface Answered {
  readonly code?: unknown
  readonly statusCode?: unknown
  readonly details?: { readonly errorCode?: unknown; readonly requestId?: unknown }
}

function said(error: unknown): Said | undefined {
  const name = nameOf(error)
  if (name !== 'RestError' && !unsigned.test(name)) return undefined
  const requestId = answered(error).details?.requestId
  return {
    status: statusOf(error),
    code: codeOf(error),
    message: lineOf(error).slice(0, 500),
    requestId: typeof requestId === 'string' ? requestId : undefined,
  }
}

function meaning({ status, code, message }: Said): Meaning {
  if (code === 'ContainerNotFound') return 'no-place'
  if (unsigned.test(code)) return 'no-credentials'
  if (status === undefined) return 'unreachable'
  if (status === 401 || status === 403) return /expired/i.test(message) ? 'expired' : 'refused'
  return 'failed'
}

function answered(error: unknown): Answered {
  return error instanceof Error ? (error as Error & Answered) : {}
}

function statusOf(error: unknown): number | undefined {
  const { statusCode } = answered(error)
  return typeof statusCode === 'number' ? statusCode : undefined
}

/** The service's own name for it stands in the answer's headers, where there is one. */
function codeOf(error: unknown): string {
  const { code, details } = answered(error)
  const found = [details?.errorCode, code].find((one) => typeof one === 'string')
  return typeof found === 'string' && !unsigned.test(nameOf(error)) ? found : nameOf(error)
}
