import { Redactor } from '../../errors/redact.ts'

/** Names of headers and of parts of a query that carry a secret. */
const secretName = /token|key|secret|sig|passw|pwd|credential|auth|cookie|^code$/i

/** An address as an error may show it: without user, password and fragment, and without the values of secret query parts. */
export function safeAddress(url: string): string {
  if (!URL.canParse(url)) return '(no address)'
  const address = withoutUser(url)
  address.hash = ''
  for (const name of new Set(address.searchParams.keys())) {
    if (secretName.test(name)) address.searchParams.set(name, '***')
  }
  return address.href
}

/** The address alone; `fetch` refuses one with a user in it. */
export function withoutUser(url: string): URL {
  const address = new URL(url)
  address.username = ''
  address.password = ''
  return address
}

/** The header that a user and a password in an address stand for. */
export function authorizationIn(url: string): { authorization?: string } {
  const { username, password } = new URL(url)
  if (username === '') return {}
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(user).toString('base64')}` }
}

/** Knows every credential that a request carries, so that no answer can echo it into an error. */
export function redactorOf(url: string, headers: Readonly<Record<string, string>>): Redactor {
  const redactor = new Redactor()
  const { username = '', password = '', searchParams = new URLSearchParams() } = URL.canParse(url) ? new URL(url) : {}
  for (const part of [username, password]) redactor.add(decodeURIComponent(part))
  for (const [name, value] of [...searchParams, ...Object.entries(headers)]) {
    if (secretName.test(name)) for (const secret of secretsIn(value)) redactor.add(secret)
  }
  return redactor
}

/** `Basic dXNlcjpwYXNz` is a secret as a whole, without its scheme, and by its password. */
function secretsIn(value: string): readonly string[] {
  const [, scheme = '', credential = ''] = /^(\S+) +(\S.*)$/.exec(value) ?? []
  if (scheme.toLowerCase() !== 'basic') return [value, credential]
  const plain = Buffer.from(credential, 'base64').toString('utf8')
  return [value, credential, plain.slice(plain.indexOf(':') + 1)]
}
