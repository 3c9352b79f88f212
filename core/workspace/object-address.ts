import type { AzureBlobAddress, S3Address } from '../engines/objects/store.ts'

/** Whether a place is in an object store. */
export function isObjectUrl(url: string): boolean {
  return /^(s3|azblob):/.test(url)
}

/** How such places are written. */
export const objectRule =
  '`s3://<bucket>/<prefix>` or `azblob://<account>/<container>/<prefix>`, with `?endpoint=<url>` for a compatible server (and `&region=<region>` for s3), without credentials'

/** A problem of an address, to go on "the workspace …". */
export interface AddressProblem {
  readonly problem: string
}

const name = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** Reads the address of a place in an object store. */
export function parseObjectUrl(text: string): S3Address | AzureBlobAddress | AddressProblem {
  if (!URL.canParse(text)) return { problem: 'is no URL' }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    return { problem: 'holds credentials; they come from the environment, and never stand in a file' }
  }
  const allowed = url.protocol === 's3:' ? ['endpoint', 'region'] : ['endpoint']
  const other = [...url.searchParams.keys()].find((key) => !allowed.includes(key))
  if (other !== undefined) return { problem: `has the unknown setting ${JSON.stringify(other)}` }
  const endpoint = url.searchParams.get('endpoint') ?? undefined
  if (endpoint !== undefined && !isEndpoint(endpoint)) {
    return { problem: 'has an endpoint that is no http(s) URL without credentials' }
  }
  const parts = decodeURIComponent(url.pathname)
    .split('/')
    .filter((part) => part !== '')
  if (parts.some((part) => part === '.' || part === '..')) return { problem: 'has a prefix with dots for folders' }
  return url.protocol === 's3:' ? s3(url, parts, endpoint) : azblob(url, parts, endpoint)
}

function s3(url: URL, parts: readonly string[], endpoint: string | undefined): S3Address | AddressProblem {
  if (!name.test(url.host)) return { problem: 'names no bucket' }
  const region = url.searchParams.get('region') ?? undefined
  return { kind: 's3', bucket: url.host, prefix: parts.join('/'), endpoint, region }
}

function azblob(url: URL, parts: readonly string[], endpoint: string | undefined): AzureBlobAddress | AddressProblem {
  const [container = '', ...prefix] = parts
  if (!/^[a-z0-9]{3,24}$/.test(url.host)) return { problem: 'names no storage account' }
  if (!name.test(container)) return { problem: 'names no container' }
  return { kind: 'azblob', account: url.host, container, prefix: prefix.join('/'), endpoint }
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, search } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === '' && search === ''
}
