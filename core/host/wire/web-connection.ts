import { InputError } from '../../errors/errors.ts'
import type { Connection } from '../host.ts'

/** A connection on hosts without named ones: an address, and an environment variable that may hold a token. */
export interface WebConnection {
  /** The input as its author writes it. */
  readonly subject: string
  readonly value: string
  /** The name of the variable, for the error. */
  readonly tokenVariable: string
  readonly token: string | undefined
}

/**
 * Checks the address of a connection. A token goes to https, or to this machine, and nowhere else.
 *
 * @throws InputError that says what is wrong with the address.
 */
export function webConnection({ subject, value, tokenVariable, token }: WebConnection): Connection {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const problem = problemOf(url, token === undefined ? undefined : tokenVariable)
  if (url === undefined || problem !== undefined) {
    throw new InputError({
      faults: [
        {
          subject,
          source: { kind: 'input' },
          // An address with credentials in it is a secret.
          ...(url === undefined || url.password === '' ? { value } : {}),
          problem: problem ?? 'is not an address',
          rule: `an https address; its token is read from the environment variable ${tokenVariable}`,
          example: 'https://dev.azure.com/contoso',
        },
      ],
    })
  }
  return { url: url.href, ...(token === undefined ? {} : { token }) }
}

function problemOf(url: URL | undefined, tokenVariable: string | undefined): string | undefined {
  if (url === undefined) return 'is not an address'
  if (url.username !== '' || url.password !== '') return 'has credentials in it, which would end up in logs'
  if (url.protocol === 'https:') return undefined
  if (url.protocol !== 'http:') return 'is not a web address'
  return tokenVariable === undefined || isThisMachine(url)
    ? undefined
    : `is not encrypted, so the token of ${tokenVariable} would be readable on the way`
}

function isThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
