import { Readable } from 'node:stream'
import { openRoad } from '../http/dispatcher.ts'
import { failureOf } from '../http/failure.ts'

/** A request as the vendor's client hands it over, signed. */
interface SignedRequest {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
  readonly method: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

interface Sending {
  readonly abortSignal?: unknown
}

interface SignedAnswer {
  readonly response: {
    readonly statusCode: number
    readonly headers: Record<string, string>
    readonly body: Readable
  }
}

/** No byte for so long means that the other side is gone. */
const silenceMs = 60_000

/** Headers that belong to the connection, which is not the client's. */
const ofConnection = new Set(['host', 'expect', 'transfer-encoding'])

/** How the vendor's client gets out of the house: as every other request of ours, through the proxy of the environment. */
export const road = {
  async handle(request: SignedRequest, { abortSignal }: Sending = {}): Promise<SignedAnswer> {
    const { dispatcher } = await openRoad()
    const { protocol, hostname, port, path, method } = request
    try {
      const { statusCode, headers, body } = await dispatcher.request({
        origin: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`,
        path: `${path}${queryOf(request.query ?? {})}`,
        method,
        headers: Object.entries(request.headers)
          .filter(([name]) => !ofConnection.has(name.toLowerCase()))
          .flat(),
        body: bodyOf(request.body),
        signal: abortSignal instanceof AbortSignal ? abortSignal : null,
        headersTimeout: silenceMs,
        bodyTimeout: silenceMs,
      })
      return { response: { statusCode, headers: flat(headers), body } }
    } catch (error) {
      throw known(error)
    }
  },
  destroy(): void {
    // The connections are everybody's.
  },
}

function bodyOf(body: unknown): string | Uint8Array | Readable | null {
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof Readable) return body
  if (body === undefined || body === null) return null
  throw new TypeError('a body of an unknown kind')
}

/** As it was signed: everything but letters, digits and `-_.~` is escaped. */
function queryOf(query: Readonly<Record<string, string | readonly string[] | null>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    if (value === null) return [escape(name)]
    return (typeof value === 'string' ? [value] : value).map((one) => `${escape(name)}=${escape(one)}`)
  })
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function escape(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  )
}

/** The client tries again after failures whose code it knows, and it knows only those of the operating system. */
function known(error: unknown): unknown {
  const failure = failureOf(error)
  if (failure === undefined || failure.isLasting) return error
  return Object.assign(new Error(failure.reason, { cause: error }), { code: 'ECONNRESET' })
}
