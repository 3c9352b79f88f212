import { namePattern } from '../../records/reference.ts'

/** An MLflow server as the place of a workspace. */
export interface MlflowPlace {
  /** The address of the server, with the credentials that it was given. */
  readonly server: string
  /** What our names begin with there, so that several workspaces share a server; may be empty. */
  readonly prefix: string
}

/** Whether a URL means an MLflow server. */
export function isMlflowUrl(url: string): boolean {
  return /^mlflow\+https?:\/\//.test(url)
}

/**
 * Reads `mlflow+https://host/path?prefix=acme-`.
 *
 * @returns what is wrong, in words, where it is no such URL
 */
export function parseMlflowUrl(url: string): MlflowPlace | string {
  const plain = url.replace(/^mlflow\+/, '')
  if (!URL.canParse(plain)) return 'is no URL of an MLflow server'
  const address = new URL(plain)
  const prefix = address.searchParams.get('prefix') ?? ''
  const others = [...address.searchParams.keys()].filter((key) => key !== 'prefix')
  if (others.length > 0) return `has the unknown option ${others[0] ?? ''}`
  if (prefix !== '' && !namePattern.test(prefix))
    return `has the prefix ${JSON.stringify(prefix)}, which no name begins with`
  address.search = ''
  address.hash = ''
  return { server: address.href.replace(/\/+$/, ''), prefix }
}

/** The URL of a workspace, without credentials. */
export function mlflowUrl({ server, prefix }: MlflowPlace): string {
  const address = new URL(server)
  address.username = ''
  address.password = ''
  return `mlflow+${address.href.replace(/\/+$/, '')}${prefix === '' ? '' : `?prefix=${prefix}`}`
}
