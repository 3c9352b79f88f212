import { createHash } from 'node:crypto'
import type { Digest } from '../../records/digest.ts'

/** Keys of a workspace, and those of the service: below the workspace's prefix. */
export interface Keys {
  full(key: string): string
  short(key: string): string
}

/** Keys below a prefix, which has no slashes at its ends. */
export function keysUnder(prefix: string): Keys {
  const start = prefix === '' ? '' : `${prefix}/`
  return { full: (key) => `${start}${key}`, short: (key) => key.slice(start.length) }
}

/** The sha256 of bytes. */
export function digestOfBytes(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
