import { malformed, Refused, shown } from './protocol/refused.ts'

/** What an address of the Open Inference Protocol means. */
export type Route =
  | { readonly kind: 'server' | 'live' | 'ready' | 'metrics' }
  | {
      readonly kind: 'model' | 'model-ready' | 'infer'
      readonly model: string
      /** As it is written; undefined where the address names none. */
      readonly version: string | undefined
    }

/**
 * Reads an address.
 *
 * @param target the path of a request, perhaps with a query, which means nothing here
 * @throws Refused 404 where nothing is, 405 where this method is not taken.
 */
export function routeOf(method: string, target: string): Route {
  const [path = ''] = target.split('?', 1)
  const route = find(path.split('/').filter((part, at) => at > 0 || part !== ''))
  if (route === undefined) throw new Refused(404, `There is nothing at ${shown(path)}`)
  const allowed = route.kind === 'infer' ? ['POST'] : ['GET', 'HEAD']
  if (allowed.includes(method)) return route
  const allow = allowed.join(', ')
  throw new Refused(405, `${method} is not taken at ${shown(path)}; use ${allow}`, { allow })
}

const pages: ReadonlyMap<string, Route> = new Map([
  ['v2', { kind: 'server' }],
  ['v2/', { kind: 'server' }],
  ['v2/health/live', { kind: 'live' }],
  ['v2/health/ready', { kind: 'ready' }],
  ['metrics', { kind: 'metrics' }],
])

function find(parts: readonly string[]): Route | undefined {
  const [first, second, name, ...rest] = parts
  if (first !== 'v2' || second !== 'models' || name === undefined || name === '') return pages.get(parts.join('/'))
  const [versions, version = ''] = rest
  const isVersioned = versions === 'versions' && version !== ''
  const kind = kinds.get((isVersioned ? rest.slice(2) : rest).join('/'))
  if (kind === undefined) return undefined
  return { kind, model: decoded(name), version: isVersioned ? decoded(version) : undefined }
}

const kinds: ReadonlyMap<string, 'model' | 'model-ready' | 'infer'> = new Map([
  ['', 'model'],
  ['ready', 'model-ready'],
  ['infer', 'infer'],
])

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw malformed(`${shown(part)} in the address is not percent-encoded UTF-8`)
  }
}
