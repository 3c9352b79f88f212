import { type Digest, isDigest } from '../../records/digest.ts'
import { namePattern } from '../../records/reference.ts'
import { type Kind, no, ok } from '../kind.ts'

/** Any text; line ends are kept. */
export const textKind: Kind<string> = {
  name: 'text',
  rule: 'a text',
  example: 'flights, nightly',
  schema: { type: 'string' },
  parse: ok,
}

/** A name of ours (model, alias, dataset, experiment). */
export const nameKind: Kind<string> = {
  name: 'name',
  rule: 'a name: a letter, then letters, digits, "-", "_" or "."; at most 64 characters',
  example: 'flights',
  schema: { type: 'string', pattern: namePattern.source },
  parse: (text) => (namePattern.test(text) ? ok(text) : no('is not a name')),
}

const yes = ['true', 'yes', 'on', '1']
const nope = ['false', 'no', 'off', '0']

/** Yes or no, in every spelling that YAML and the two CI systems produce. */
export const flagKind: Kind<boolean> = {
  name: 'flag',
  rule: 'true or false',
  example: 'true',
  schema: { type: 'boolean' },
  parse(text) {
    const word = text.toLowerCase()
    if (yes.includes(word)) return ok(true)
    return nope.includes(word) ? ok(false) : no('is neither true nor false')
  },
}

/** One of a few words, exactly as written. */
export function choiceKind<const C extends string>(choices: readonly C[]): Kind<C> {
  const rule = `one of ${choices.join(', ')}`
  return {
    name: 'choice',
    rule,
    example: choices[0] ?? '',
    schema: { enum: choices },
    choices,
    parse(text) {
      const choice = choices.find((one) => one === text)
      return choice === undefined ? no('is not a choice') : ok(choice)
    },
  }
}

/** A whole sha256 digest, `sha256:…`. */
export const digestKind: Kind<Digest> = {
  name: 'digest',
  rule: 'a digest: "sha256:" and 64 lower-case hexadecimal digits',
  example: `sha256:${'0123456789abcdef'.repeat(4)}`,
  schema: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
  parse: (text) => (isDigest(text) ? ok(text) : no('is not a digest')),
}

/** An http or https address without credentials in it (they would end up in logs). */
export const urlKind: Kind<URL> = {
  name: 'url',
  rule: 'an http or https address without user name and password',
  example: 'https://example.com/hook',
  schema: { type: 'string', format: 'uri' },
  parse(text) {
    if (!URL.canParse(text)) return no('is not an address')
    const url = new URL(text)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return no(`has the scheme ${url.protocol}`)
    return url.username === '' && url.password === '' ? ok(url) : no('holds credentials; use a secret input for them')
  },
}
