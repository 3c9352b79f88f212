import { errorMessage } from '../../errors/errors.ts'

/** What went wrong on the way, where no answer came. */
export interface Failure {
  /** For people. */
  readonly reason: string
  /** Nothing reached the server: even what must not happen twice may be tried again. */
  readonly isBeforeSending: boolean
  /** It would go wrong again. */
  readonly isLasting: boolean
}

/** Errors of the operating system, of HTTP's parser and of undici, except those for wrong arguments. */
const network = /^(E(?!RR_)[A-Z]+$|HPE_|UND_ERR_(?!INVALID_ARG|NOT_SUPPORTED))/

const beforeSending = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/

/** A certificate that is not trusted today is not trusted in a second. */
const certificate = /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/

/**
 * Reads what undici throws when no answer came; undefined for what is no failure of the network but a mistake of ours, such
 * as a method that does not exist.
 */
export function failureOf(error: unknown): Failure | undefined {
  const chain = causes(error)
  const codes = chain.flatMap((each) => ('code' in each && typeof each.code === 'string' ? [each.code] : []))
  const isCertificate = codes.some((code) => certificate.test(code))
  const isTimeout = chain.some(({ name }) => name === 'TimeoutError')
  // A body that is cut off has no code: `terminated`, with the socket's error as its cause.
  const isCut = chain.some(({ message }) => message === 'terminated')
  if (!codes.some((code) => network.test(code)) && !isCertificate && !isTimeout && !isCut) return undefined
  const isForbidden = chain.some(({ message }) => /Proxy response \((4\d\d)\)/.test(message))
  const words = chain
    .filter(({ message }) => message !== 'fetch failed' && message !== '')
    .map(({ message }) => message)
  const reason = isTimeout ? 'no answer came in time' : [...new Set(words)].join(': ')
  return {
    reason: isCertificate ? `${reason}. Name the certificates of your network in NODE_EXTRA_CA_CERTS` : reason,
    isBeforeSending: codes.some((code) => beforeSending.test(code)),
    isLasting: isCertificate || isForbidden,
  }
}

/** An error, its causes, and the parts of one that has several (an address for IPv4 and one for IPv6). */
function causes(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [new Error(errorMessage(error))]
  const parts = error instanceof AggregateError ? error.errors.flatMap(causes) : []
  return [error, ...parts, ...causes(error.cause)]
}
