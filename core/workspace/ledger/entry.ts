import { createHash } from 'node:crypto'
import type { Digest } from '../../records/digest.ts'
import { damaged, tooNew } from '../failures.ts'
import type { Entry, Placed, Token } from './ledger.ts'

/** The bytes whose sha256 is an entry's digest: one line of JSON, keys in the order of the type, in UTF-8. */
export function bytesOf({ v, seq, prev, request, at, by, changes }: Entry): Buffer {
  return Buffer.from(JSON.stringify({ v, seq, prev, request, at, by, changes }), 'utf8')
}

/** The sha256 of bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/**
 * Reads an entry back from its bytes.
 *
 * @throws ExternalError TY0207 when they are no entry; ConfigError TY0209 when they are one of a newer form.
 */
export function parseEntry<Change>(bytes: Uint8Array, where: { seq: number; url: string }): Placed<Change> {
  const value = jsonOf(bytes)
  if (isEntry<Change>(value)) return { token: { seq: value.seq, digest: digestOf(bytes) }, entry: value }
  if (typeof value === 'object' && value !== null && 'v' in value && typeof value.v === 'number' && value.v > 1) {
    throw tooNew(`entry ${where.seq} has the form ${value.v}; this release reads form 1`)
  }
  throw damaged(`entry ${where.seq} is not readable`, where.url)
}

/** Demands that an entry follows a token. @throws ExternalError TY0207 where the chain breaks. */
export function checkLink(previous: Token, { entry, token }: Placed, url: string): void {
  const seq = previous.seq + 1
  if (token.seq !== seq) throw damaged(`in the place of entry ${seq} stands entry ${token.seq}`, url)
  if (entry.prev !== previous.digest) {
    throw damaged(`entry ${previous.seq} does not have the digest that entry ${seq} names (${entry.prev})`, url)
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

function isEntry<Change>(value: unknown): value is Entry<Change> {
  if (typeof value !== 'object' || value === null) return false
  const { v, seq, prev, request, at, by, changes } = value as Partial<Record<keyof Entry, unknown>>
  return (
    v === 1 &&
    Number.isSafeInteger(seq) &&
    [prev, request, at].every((text) => typeof text === 'string') &&
    typeof by === 'object' &&
    by !== null &&
    Array.isArray(changes)
  )
}
