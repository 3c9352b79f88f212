import type { Redactor } from '../../errors/redact.ts'
import type { Wire } from './wire.ts'

/** Adds a secret to the redactor, and tells the runner every form of it that it does not know yet. */
export function announcing(redactor: Redactor, wire: Pick<Wire, 'announceSecret'>): (secret: string) => void {
  return (secret) => {
    const known = new Set(redactor.forms())
    redactor.add(secret)
    for (const form of redactor.forms()) if (!known.has(form)) wire.announceSecret(form)
  }
}
