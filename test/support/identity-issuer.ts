import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { Loopback } from './loopback.ts'

/** Gives identity tokens, and publishes the keys by which they are verified, as GitHub and Azure DevOps do. */
export interface IdentityIssuer extends AsyncDisposable {
  readonly url: string
  /** A token with these claims; `key` `other` signs it with a key that is not published. */
  token(claims?: Readonly<Record<string, unknown>>, options?: TokenOptions): Promise<string>
}

export interface TokenOptions {
  readonly audience?: string
  readonly issuer?: string
  /** From now; negative is in the past. */
  readonly expiresInSeconds?: number
  readonly key?: 'own' | 'other'
}

/** What a token of GitHub says about a push to main. */
export const pushToMain = {
  sub: 'repo:acme/models:ref:refs/heads/main',
  repository: 'acme/models',
  actor: 'ada',
  run_id: '7',
}

/** Starts an issuer on this machine. */
export async function startIdentityIssuer(): Promise<IdentityIssuer> {
  const pairs = { own: await generateKeyPair('RS256'), other: await generateKeyPair('RS256') }
  const published = { ...(await exportJWK(pairs.own.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  const server: Loopback = await Loopback.start(({ url }) => {
    if (url.pathname === '/.well-known/openid-configuration')
      return { status: 200, body: { issuer: server.url, jwks_uri: `${server.url}/keys` } }
    return url.pathname === '/keys' ? { status: 200, body: { keys: [published] } } : { status: 404 }
  })
  return {
    url: server.url,
    token(claims = pushToMain, options = {}) {
      const { audience = 'trainyard', issuer = server.url, expiresInSeconds = 300, key = 'own' } = options
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now - 1000)
        .setExpirationTime(now + expiresInSeconds)
        .sign(pairs[key].privateKey)
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
