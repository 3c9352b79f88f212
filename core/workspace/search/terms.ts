import { runStates } from '../../records/run.ts'
import { type Cursor, isKeyword, nameOf } from './cursor.ts'
import {
  type Field,
  fields,
  isField,
  isNamed,
  isTextField,
  type NamedField,
  type Operator,
  operators,
  type Term,
} from './query.ts'
import { agoOf, periodOf } from './when.ts'

/** Reads one condition. @throws Unreadable with its fault noted. */
export function readTerm(cursor: Cursor): Term {
  const field = readField(cursor)
  return isNamed(field) ? readNamed(cursor, field) : readPlain(cursor, field)
}

function readField(cursor: Cursor): Field {
  const token = cursor.peek()
  if (token.kind !== 'word' || token.isQuoted || isKeyword(token, 'and') || isKeyword(token, 'or'))
    return cursor.fail(token, `has ${nameOf(token)} where a condition begins`, 'a field, "not" or "("')
  cursor.next()
  const known = Object.keys(fields).filter(
    (name) => isField(name) && fields[name].of.some((kind) => kind === cursor.kind),
  )
  if (isField(token.text) && known.includes(token.text)) return token.text
  const problem = `names ${JSON.stringify(token.text)}, which is no field of ${cursor.kind}`
  return cursor.fail(token, problem, known.join(', '))
}

function readNamed(cursor: Cursor, field: NamedField): Term {
  const { text: name } = cursor.word((found) => `has ${found} behind "${field}"`, `the name of a ${field}`)
  const token = cursor.peek()
  if (token.kind !== 'operator') return { kind: 'has', field, name }
  cursor.next()
  const { op } = token
  const what = `${field} ${name}`
  if (field === 'metric') return { kind: 'named-number', field, name, op, value: readNumber(cursor, what) }
  if (isEquality(op)) return { kind: 'named-text', field, name, op, value: readValue(cursor, what).text }
  if (field === 'param') return { kind: 'named-number', field, name, op, value: readNumber(cursor, what) }
  return cursor.fail(token, `compares the tag ${name} by ${op}, and tags are texts`, '= or !=')
}

function readPlain(cursor: Cursor, field: Exclude<Field, NamedField>): Term {
  const token = cursor.peek()
  const known = fields[field].holds === 'text' ? (['=', '!='] as const) : operators
  if (token.kind !== 'operator')
    return cursor.fail(token, `has ${nameOf(token)} behind "${field}"`, `one of ${known.join(' ')}`)
  cursor.next()
  const { op } = token
  if (!isTextField(field)) {
    if (field === 'created') return readTime(cursor, op)
    return { kind: 'number', field, op, value: readNumber(cursor, field, { isWhole: true }) }
  }
  if (!isEquality(op)) return cursor.fail(token, `compares ${field} by ${op}`, '= or !=')
  const value = readValue(cursor, field)
  if (field === 'state' && !runStates.some((state) => state === value.text))
    return cursor.fail(value, `names the state ${JSON.stringify(value.text)}`, `one of ${runStates.join(', ')}`)
  return { kind: 'text', field, op, value: value.text }
}

function readTime(cursor: Cursor, op: Operator): Term {
  const token = readValue(cursor, 'created')
  const distance = agoOf(token.text)
  if (distance !== undefined && isKeyword(cursor.peek(), 'ago')) {
    cursor.next()
    return { kind: 'time', field: 'created', op, value: distance }
  }
  if (periodOf(token.text) !== undefined)
    return { kind: 'time', field: 'created', op, value: { kind: 'at', text: token.text } }
  const expected = '2026-11-01, 2026-11-01T10:30Z, or a distance back in s, m, h, d or w, such as 7d ago'
  return cursor.fail(token, `has ${JSON.stringify(token.text)} for a time`, expected)
}

const numeral = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function readNumber(cursor: Cursor, what: string, { isWhole = false } = {}): number {
  const token = readValue(cursor, what)
  const value = numeral.test(token.text) ? Number(token.text) : Number.NaN
  const rule = isWhole ? 'a whole number' : 'a number, such as 0.9 or 1e-3'
  if (!Number.isFinite(value) || (isWhole && !Number.isInteger(value)))
    return cursor.fail(token, `compares ${what} with ${JSON.stringify(token.text)}`, rule)
  // There is one zero: -0 would be printed as another.
  return value === 0 ? 0 : value
}

function readValue(cursor: Cursor, what: string) {
  return cursor.word((found) => `has ${found} where the value of ${what} stands`, 'a word, or a text in quotes')
}

function isEquality(op: Operator): op is '=' | '!=' {
  return op === '=' || op === '!='
}
