import { ConfigError } from '../../errors/errors.ts'
import { authorizationIn, withoutUser } from '../http/address.ts'

/** An MLflow server and how to authenticate to it. */
export interface MlflowConnection {
  /** Without credentials and without a slash at the end. */
  readonly url: string
  /** What every request carries: the authorization, where there is one. */
  readonly headers: Readonly<Record<string, string>>
  /** What must never be shown. */
  readonly secrets: readonly string[]
}

/** The variables by which MLflow's own client is told how to authenticate. */
export const mlflowVariables = {
  token: 'MLFLOW_TRACKING_TOKEN',
  username: 'MLFLOW_TRACKING_USERNAME',
  password: 'MLFLOW_TRACKING_PASSWORD',
} as const

/**
 * How to reach a server: with the credentials in its address, or the variables that MLflow's own
 * client reads (https://mlflow.org/docs/latest/self-hosting/security/basic-http-auth/). Without any, it is asked without.
 *
 * @throws ConfigError when a credential would cross the network in clear.
 */
export function mlflowConnection(address: string, env: Readonly<Record<string, string | undefined>>): MlflowConnection {
  const plain = withoutUser(address)
  const headers = authorizationOf(address, env)
  const isSafe = plain.protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(plain.hostname)
  if (headers.authorization !== undefined && !isSafe) {
    throw new ConfigError({
      code: 'TY0203',
      details: `${plain.href} is asked over plain HTTP: its credentials would cross the network in clear. Give the server a certificate and write mlflow+https://, or remove the credentials.`,
    })
  }
  const { password } = new URL(address)
  const secrets = [decodeURIComponent(password), env[mlflowVariables.token], env[mlflowVariables.password]]
  return {
    url: `${plain.origin}${plain.pathname}`.replace(/\/+$/, ''),
    headers,
    secrets: [...secrets, headers.authorization?.replace(/^\w+ /, '')].flatMap((one) =>
      one === undefined || one === '' ? [] : [one],
    ),
  }
}

function authorizationOf(
  address: string,
  env: Readonly<Record<string, string | undefined>>,
): { authorization?: string } {
  const inAddress = authorizationIn(address)
  if (inAddress.authorization !== undefined) return inAddress
  const token = env[mlflowVariables.token]
  const username = env[mlflowVariables.username]
  // MLflow's own client prefers user and password where both are set.
  if (username !== undefined && username !== '') {
    const pair = `${username}:${env[mlflowVariables.password] ?? ''}`
    return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
  }
  return token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }
}
