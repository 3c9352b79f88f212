import type { JSONWebKeySet, JWTPayload } from 'jose'
import { z } from 'zod'
import { ConfigError, errorMessage } from '../../errors/errors.ts'
import { request } from '../http/request.ts'

/** Who a token is about, after its signature was checked. */
export interface VerifiedToken {
  readonly issuer: string
  readonly subject: string
  /** Everything else that it claims. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** What a token must be. */
export interface TokenDemands {
  readonly audience: string
  /** Whether what an issuer says counts: the token itself may name anybody. */
  isTrusted(issuer: string): boolean
  readonly signal?: AbortSignal
}

/** Asymmetric signatures only: the keys are public. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

/** Clocks of runners and issuers differ. Seconds. */
const clockTolerance = 60

const configurationShape = z.object({ issuer: z.string(), jwks_uri: z.string() })
const keysShape = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

/**
 * Verifies an identity token (a JWT) against the keys that its issuer publishes, by OpenID Connect Discovery 1.0
 * (https://openid.net/specs/openid-connect-discovery-1_0.html). The token is not kept and is in no error.
 *
 * @throws ConfigError TY0218 for a token of an issuer that does not count, that was not signed by its keys, that is expired, or
 *   that is meant for somebody else; ExternalError where the issuer's keys cannot be had.
 */
export async function verifyToken(token: string, demands: TokenDemands): Promise<VerifiedToken> {
  const { createLocalJWKSet, decodeJwt, jwtVerify } = await import('jose')
  const issuer = issuerOf(token, decodeJwt)
  if (!demands.isTrusted(issuer)) throw unverified(`its issuer ${issuer} is none that is trusted`)
  const keys = await keysOf(issuer, demands.signal)
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      audience: demands.audience,
      algorithms,
      clockTolerance,
      requiredClaims: ['exp', 'sub'],
    })
    return { issuer, subject: payload.sub ?? '', claims: payload }
  } catch (cause) {
    throw unverified(errorMessage(cause), cause)
  }
}

/** The identity of a job is not what it should be (TY0218). `details` continues "the identity token of this job: ". */
export function unverified(details: string, cause?: unknown): ConfigError {
  return new ConfigError({ code: 'TY0218', details: `the identity token of this job: ${details}`, cause })
}

function issuerOf(token: string, decode: (token: string) => JWTPayload): string {
  try {
    const { iss } = decode(token)
    if (iss !== undefined && isSafe(iss)) return iss
  } catch (cause) {
    throw unverified('it cannot be read', cause)
  }
  throw unverified('it names no issuer that can be asked over TLS')
}

async function keysOf(issuer: string, signal: AbortSignal | undefined): Promise<JSONWebKeySet> {
  const get = async (url: string) =>
    (await request({ operation: 'get the keys of the identity issuer', url, maxBytes: 1024 * 1024, signal })).json()
  const configuration = configurationShape.safeParse(
    await get(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
  )
  if (!configuration.success || configuration.data.issuer !== issuer)
    throw unverified(`${issuer} does not say that it is this issuer`)
  const address = configuration.data.jwks_uri
  if (!isSafe(address)) throw unverified(`${issuer} publishes its keys at an address without TLS`)
  const keys = keysShape.safeParse(await get(address))
  if (!keys.success) throw unverified(`${issuer} publishes no keys`)
  return keys.data
}

/** Over TLS, or on this machine. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
}
