import { split } from 'shlex'
import { type Kind, no, ok, type Parsed } from '../kind.ts'

/** Several texts: one a line, or separated by commas on one line; in YAML a list. Empty items are left out. */
export const listKind: Kind<readonly string[]> = {
  name: 'list',
  rule: 'texts, one a line or separated by commas',
  example: 'a, b',
  schema: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
  parse: (text) => ok(items(text)),
  fromList: ok,
}

/** Named texts, `Name=Value`, one a line or separated by commas; in YAML a map. A name may stand once. */
export const keyValuesKind: Kind<Readonly<Record<string, string>>> = {
  name: 'keyValues',
  rule: 'pairs Name=Value, one a line or separated by commas',
  example: 'Stage=candidate',
  schema: {
    oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } }],
  },
  parse: (text) => pairs(items(text)),
  fromList: pairs,
  fromMap: ok,
}

/** Splits at line ends, or, when there is but one line, at commas. */
function items(text: string): readonly string[] {
  const parts = text.includes('\n') ? text.split(/\r?\n/) : text.split(',')
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function pairs(lines: readonly string[]): Parsed<Readonly<Record<string, string>>> {
  const record = new Map<string, string>()
  for (const line of lines) {
    const at = line.indexOf('=')
    const name = line.slice(0, at).trim()
    if (at < 0 || name === '') return no(`has "${line}", which is not Name=Value`)
    if (record.has(name)) return no(`names "${name}" twice`)
    record.set(name, line.slice(at + 1).trim())
  }
  return ok(Object.fromEntries(record))
}

/**
 * A program and its arguments. A text is split by the word rules of POSIX shells (quotes and backslashes), and nothing in
 * it is expanded: no variable, no pattern, no command. In YAML a list is taken word by word.
 */
export const commandKind: Kind<readonly string[]> = {
  name: 'command',
  rule: 'a program and its arguments, as a list or as words quoted as for a shell',
  example: 'python train.py --depth 3',
  schema: {
    oneOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', items: { type: 'string' }, minItems: 1 },
    ],
  },
  parse(text) {
    try {
      return command(split(text))
    } catch (error) {
      return no(`cannot be split into words (${error instanceof Error ? error.message : String(error)})`)
    }
  },
  fromList: command,
}

function command(words: readonly string[]): Parsed<readonly string[]> {
  if (words[0] === undefined || words[0] === '') return no('names no program')
  return words.some((word) => word.includes('\0')) ? no('has a NUL character') : ok(words)
}
