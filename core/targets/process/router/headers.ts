/** Names the deployment: in an answer, the one that gave it; in a request, the one that has to take it. */
export const deploymentHeader = 'x-trainyard-deployment'

/** The admin token, for a request that names its deployment. */
export const tokenHeader = 'x-trainyard-token'

/** Headers that are meant for the next connection alone. Source: RFC 9110 §7.6.1, and what was used before it. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** `name, value, name, value, …` as node:http reads and writes them: order, case and repetitions are kept. */
export type RawHeaders = readonly string[]

/** What a deployment is sent: the client's headers without those of this connection and those for this router. */
export function forwardedHeaders(raw: RawHeaders, length: number | 'chunked' | undefined): string[] {
  const kept = filtered(raw, (name) => name === 'expect' || name === 'content-length' || isOwn(name))
  if (length === 'chunked') kept.push('transfer-encoding', 'chunked')
  else if (length !== undefined) kept.push('content-length', String(length))
  return kept
}

/** What a client is answered: the deployment's headers without those of its connection, and its name. */
export function answeredHeaders(raw: RawHeaders, deployment: string): string[] {
  const kept = filtered(raw, isOwn)
  kept.push(deploymentHeader, deployment)
  return kept
}

function isOwn(name: string): boolean {
  return name === deploymentHeader || name === tokenHeader
}

function filtered(raw: RawHeaders, isLeftOut: (name: string) => boolean): string[] {
  const named = namedByConnection(raw)
  const kept: string[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [header = '', value = ''] = [raw[at], raw[at + 1]]
    const name = header.toLowerCase()
    if (!hopByHop.has(name) && !isLeftOut(name) && named?.has(name) !== true) kept.push(header, value)
  }
  return kept
}

/** `Connection: close, x-trace` makes `x-trace` a header of this connection too. */
function namedByConnection(raw: RawHeaders): ReadonlySet<string> | undefined {
  let named: Set<string> | undefined
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [header = '', value = ''] = [raw[at], raw[at + 1]]
    if (header.length !== 10 || header.toLowerCase() !== 'connection' || value === 'keep-alive') continue
    for (const option of value.split(',')) {
      const name = option.trim().toLowerCase()
      // Nobody may take the length or the host of a request away by naming it here.
      if (name === '' || name === 'content-length' || name === 'host' || name === 'content-type') continue
      named ??= new Set()
      named.add(name)
    }
  }
  return named
}
