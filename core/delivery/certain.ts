import { ConfigError, ExternalError, InputError } from '../errors/errors.ts'

/** Failures of a connection before anything could be sent over it, by Node's, undici's and OpenSSL's codes. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** A timeout at a gateway (408) says nothing about what lies behind it. */
const unclearStatus = 408

/**
 * Whether a failed delivery certainly started nothing: the request was refused (4xx), or never left. After all other failures
 * (5xx, a cut connection, no answer in time) the target may have acted, so the claim stays and the next trigger looks first.
 */
export function isCertainlyUndone(error: unknown): boolean {
  if (error instanceof InputError || error instanceof ConfigError) return true
  if (!(error instanceof ExternalError)) return false
  const { status } = error.facts
  if (status !== undefined) return status >= 400 && status < 500 && status !== unclearStatus
  return codesOf(error).some((code) => beforeSending.has(code))
}

/** Whether the target refused this one event for what it says, so that the target's other events are worth a try. */
export function isAboutTheEvent(error: unknown): boolean {
  return error instanceof ExternalError && [400, 409, 413, 422].includes(error.facts.status ?? 0)
}

const deepest = 8

function codesOf(error: unknown): readonly string[] {
  const codes: string[] = []
  for (let at = error, depth = 0; at instanceof Error && depth < deepest; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code)
    // A name with several addresses fails as a whole: undici and Node put each address's own failure inside.
    if (at instanceof AggregateError) codes.push(...at.errors.slice(0, 1).flatMap(codesOf))
  }
  return codes
}
