import { Cursor, isKeyword, nameOf, type SearchFault, Unreadable } from './cursor.ts'
import type { Query, SearchKind } from './query.ts'
import { readTerm } from './terms.ts'
import { tokensOf } from './tokens.ts'

/** A search that was read, or everything that is wrong with it. */
export type Parsed = { readonly query: Query } | { readonly faults: readonly SearchFault[] }

/** Nobody writes longer ones, and what reads them must not run out of stack. Characters; brackets within brackets. */
const [longest, deepest] = [10_000, 100] as const

const all: Query = { kind: 'all' }

/**
 * Reads a search. The grammar is in docs/search.md. An empty text finds everything.
 *
 * @param kind What is searched: a field that it does not have is a fault.
 */
export function parseQuery(text: string, kind: SearchKind): Parsed {
  if (text.length > longest)
    return { faults: [{ column: longest, problem: 'is too long', expected: `at most ${longest} characters` }] }
  const cursor = new Cursor(tokensOf(text), kind)
  const query = readWhole(cursor)
  return cursor.faults.length > 0 ? { faults: cursor.faults } : { query }
}

function readWhole(cursor: Cursor): Query {
  if (cursor.peek().kind === 'end') return all
  const query = readAny(cursor, 0)
  const rest = cursor.peek()
  if (rest.kind !== 'end' && cursor.faults.length === 0)
    cursor.blame(rest, `goes on with ${nameOf(rest)}`, '"and", "or" or the end')
  return query
}

function readAny(cursor: Cursor, depth: number): Query {
  return readJoined(cursor, 'or', () => readJoined(cursor, 'and', () => readNot(cursor, depth)))
}

function readJoined(cursor: Cursor, by: 'and' | 'or', part: () => Query): Query {
  const first = part()
  const of = [first]
  while (isKeyword(cursor.peek(), by)) {
    cursor.next()
    of.push(part())
  }
  return of.length === 1 ? first : { kind: by, of }
}

function readNot(cursor: Cursor, depth: number): Query {
  if (!isKeyword(cursor.peek(), 'not')) return readOne(cursor, depth)
  const token = cursor.next()
  return isTooDeep(cursor, token, depth) ? all : { kind: 'not', of: readNot(cursor, depth + 1) }
}

function readOne(cursor: Cursor, depth: number): Query {
  if (cursor.peek().kind === 'open') return readBracket(cursor, depth)
  try {
    return readTerm(cursor)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    cursor.skip()
    return all
  }
}

function readBracket(cursor: Cursor, depth: number): Query {
  const open = cursor.next()
  if (isTooDeep(cursor, open, depth)) return all
  const inner = readAny(cursor, depth + 1)
  const close = cursor.peek()
  if (close.kind === 'close') cursor.next()
  else if (cursor.faults.length === 0)
    cursor.blame(close, `has ${nameOf(close)} within the bracket of column ${open.column}`, '"and", "or" or ")"')
  return inner
}

function isTooDeep(cursor: Cursor, token: Parameters<Cursor['blame']>[0], depth: number): boolean {
  if (depth < deepest) return false
  cursor.blame(token, `has more than ${deepest} brackets and "not" within each other`, 'fewer')
  cursor.stop()
  return true
}
