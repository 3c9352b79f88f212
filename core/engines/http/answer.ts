import type { Headers, Response } from 'undici'
import { ExternalError } from '../../errors/errors.ts'

/** An answer with its body. */
export interface Received {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
}

/** As much of an error page as helps. In UTF-16 units. */
const saidLength = 500

/** What an error about an answer says of its question. */
export interface Asked {
  readonly operation: string
  readonly address: string
  readonly maxBytes: number
}

/**
 * Reads a body whole.
 *
 * @throws ExternalError TY0501 when it is larger than allowed.
 */
export async function readAnswer(response: Response, { operation, address, maxBytes }: Asked): Promise<Received> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length
    parts.push(part)
    if (size <= maxBytes) continue
    const facts = { operation, address, status: response.status }
    throw new ExternalError({ facts, details: `The answer is larger than ${maxBytes} bytes.` })
  }
  return { status: response.status, headers: response.headers, bytes: Buffer.concat(parts) }
}

/** What a service says about its refusal, short and in one line: the message of a JSON body, or the text of a page. */
export function saidBy({ headers, bytes }: Received): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 64 * 1024))
  const isPage = headers.get('content-type')?.includes('html') === true
  const said = messageIn(text) ?? (isPage ? withoutTags(text) : text)
  const line = said.replaceAll(/\s+/g, ' ').trim()
  return line.length > saidLength ? `${line.slice(0, saidLength)} …` : line
}

function messageIn(text: string): string | undefined {
  try {
    return messageOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** `{message}`, `{error: {message}}`, `{error: "…", error_description: "…"}`, `{detail}`: the usual shapes. */
function messageOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body
  if (typeof body !== 'object' || body === null) return undefined
  const { message, error, error_description: description, detail } = body as Readonly<Record<string, unknown>>
  return [message, description, detail].find((each) => typeof each === 'string') ?? messageOf(error)
}

function withoutTags(page: string): string {
  return page.replaceAll(/<(script|style)\b.*?<\/\1>/gis, ' ').replaceAll(/<[^>]*>/g, ' ')
}
