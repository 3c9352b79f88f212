import type { SearchKind } from './query.ts'
import type { Token } from './tokens.ts'

/** One thing that is wrong with a search. Columns count from 1. */
export interface SearchFault {
  readonly column: number
  /** A clause that continues "the search". */
  readonly problem: string
  readonly expected: string
}

/** Thrown to leave a term that cannot be read; the parser goes on behind it. */
export class Unreadable extends Error {}

/** A place in the pieces of a search, and what was found wrong before it. */
export class Cursor {
  readonly faults: SearchFault[] = []
  readonly kind: SearchKind
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[], kind: SearchKind) {
    this.#tokens = tokens
    this.kind = kind
  }

  peek(): Token {
    const token = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]
    if (token === undefined) throw new RangeError('a search without an end')
    return token
  }

  next(): Token {
    const token = this.peek()
    this.#at += 1
    return token
  }

  /** Takes the next piece where it is a word. @throws Unreadable where it is not; it is left there then. */
  word(problem: (found: string) => string, expected: string): Extract<Token, { kind: 'word' }> {
    const token = this.peek()
    if (token.kind !== 'word') return this.fail(token, problem(nameOf(token)), expected)
    this.#at += 1
    return token
  }

  /** @throws Unreadable always: notes what is wrong, and leaves the term. */
  fail(token: Token, problem: string, expected: string): never {
    this.blame(token, problem, expected)
    throw new Unreadable()
  }

  blame(token: Token, problem: string, expected: string): void {
    const fault = token.kind === 'bad' ? token : { problem, expected }
    this.faults.push({ column: token.column, problem: fault.problem, expected: fault.expected })
  }

  /** Goes on behind a term that cannot be read, at the next word that joins terms. */
  skip(): void {
    for (let depth = 0; ; this.#at++) {
      const token = this.peek()
      if (token.kind === 'end') return
      if (token.kind === 'open') depth += 1
      if (token.kind === 'close' && depth-- === 0) return
      if (depth === 0 && (isKeyword(token, 'and') || isKeyword(token, 'or'))) return
    }
  }

  /** Leaves the rest unread. */
  stop(): void {
    this.#at = this.#tokens.length - 1
  }
}

/** Whether a piece is `and`, `or`, `not` or `ago`, in any case. */
export function isKeyword(token: Token, keyword: string): boolean {
  return token.kind === 'word' && !token.isQuoted && token.text.toLowerCase() === keyword
}

/** A piece in the words of a fault. */
export function nameOf(token: Token): string {
  switch (token.kind) {
    case 'word':
      return JSON.stringify(token.text)
    case 'operator':
      return `"${token.op}"`
    case 'open':
      return '"("'
    case 'close':
      return '")"'
    case 'end':
      return 'its end'
    case 'bad':
      return 'something unreadable'
  }
}
