import type { Tags } from '../../records/model.ts'
import { fields, type Operator, type Query, type Term, type TextField } from './query.ts'
import { periodAt } from './when.ts'

/**
 * What a search looks at of a version, run or dataset. What is left out is not known yet, as the metrics of a version whose
 * run was not looked up; what it does not have is an empty list or record.
 */
export interface SearchRecord {
  /** ISO 8601. */
  readonly createdAt: string
  readonly version?: number
  readonly tags?: Tags
  readonly metrics?: Readonly<Record<string, number>>
  readonly params?: Readonly<Record<string, string | number | boolean>>
  readonly texts: Readonly<Partial<Record<TextField, readonly string[]>>>
}

/**
 * Whether a record is what a search looks for. Undefined where that hangs on something that is not known yet: a record that
 * is whole always gets an answer.
 *
 * @param nowMs From when `7d ago` counts back, in milliseconds since 1970.
 */
export function judge(query: Query, record: SearchRecord, nowMs: number): boolean | undefined {
  switch (query.kind) {
    case 'all':
      return true
    case 'not': {
      const inner = judge(query.of, record, nowMs)
      return inner === undefined ? undefined : !inner
    }
    case 'and':
    case 'or':
      return joined(query.kind, query.of.values(), (part) => judge(part, record, nowMs))
    default:
      return judgeTerm(query, record, nowMs)
  }
}

/** One part that decides is enough, whatever is not known of the others. */
function joined(kind: 'and' | 'or', parts: Iterable<Query>, judged: (part: Query) => boolean | undefined) {
  const decides = kind === 'or'
  let isUnknown = false
  for (const part of parts) {
    const verdict = judged(part)
    if (verdict === decides) return decides
    isUnknown ||= verdict === undefined
  }
  return isUnknown ? undefined : !decides
}

function judgeTerm(term: Term, record: SearchRecord, nowMs: number): boolean | undefined {
  switch (term.kind) {
    case 'has': {
      const named = namedOf(record, term.field)
      return named === undefined ? undefined : Object.hasOwn(named, term.name)
    }
    case 'named-text':
    case 'named-number':
      return judgeNamed(term, record)
    case 'text':
      return judgeText(term, record)
    case 'number':
      return record.version === undefined ? undefined : compared(term.op, record.version, term.value)
    case 'time': {
      const atMs = Date.parse(record.createdAt)
      const { fromMs, toMs } = periodAt(term.value, nowMs)
      // A time within the period is equal to it: a day is neither before nor after itself.
      return compared(term.op, atMs < fromMs ? -1 : atMs >= toMs ? 1 : 0, 0)
    }
  }
}

/** Of something that has no such name only `!=` is true. */
function judgeNamed(term: Extract<Term, { kind: `named-${string}` }>, record: SearchRecord): boolean | undefined {
  const named = namedOf(record, term.field)
  if (named === undefined) return undefined
  const value = Object.hasOwn(named, term.name) ? named[term.name] : undefined
  if (value === undefined) return term.op === '!='
  if (term.kind === 'named-number')
    return typeof value === 'number' ? compared(term.op, value, term.value) : term.op === '!='
  const isSame =
    typeof value === 'number' && term.value.trim() !== '' ? value === Number(term.value) : String(value) === term.value
  return isSame === (term.op === '=')
}

function judgeText({ field, op, value }: Extract<Term, { kind: 'text' }>, record: SearchRecord): boolean | undefined {
  const texts = record.texts[field]
  if (texts === undefined) return undefined
  const isFound = 'isPrefix' in fields[field] ? texts.some((text) => beginsWith(text, value)) : texts.includes(value)
  return isFound === (op === '=')
}

function beginsWith(text: string, value: string): boolean {
  const bare = (one: string) => one.toLowerCase().replace(/^sha256:/, '')
  return value !== '' && bare(text).startsWith(bare(value))
}

function namedOf(record: SearchRecord, field: 'tag' | 'metric' | 'param') {
  if (field === 'tag') return record.tags
  return field === 'metric' ? record.metrics : record.params
}

function compared(op: Operator, left: number, right: number): boolean {
  switch (op) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}
