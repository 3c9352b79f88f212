import { type Operator, operators } from './query.ts'

/** A piece of a search. Columns count from 1. */
export type Token = { readonly column: number } & (
  | { readonly kind: 'word'; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: 'operator'; readonly op: Operator }
  | { readonly kind: 'open' | 'close' | 'end' }
  | { readonly kind: 'bad'; readonly problem: string; readonly expected: string }
)

/** What a bare word ends at. */
const bare = /[^\s()=<>!"']+/y
const sign = /!=|<=|>=|=|<|>/y

/** Takes a search apart. What fits nowhere becomes a `bad` token, and the rest is still read. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  const column = () => at + 1
  const taken = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  while (at < text.length) {
    const character = text[at] ?? ''
    const word = taken(bare)
    const op = operators.find((one) => one === taken(sign))
    if (/\s/.test(character)) at += 1
    else if (character === '(' || character === ')') {
      tokens.push({ kind: character === '(' ? 'open' : 'close', column: column() })
      at += 1
    } else if (character === '"' || character === "'") {
      const { token, end } = quoted(text, at)
      tokens.push(token)
      at = end
    } else if (op !== undefined) {
      tokens.push({ kind: 'operator', op, column: column() })
      at += op.length
    } else if (word !== undefined) {
      tokens.push({ kind: 'word', text: word, isQuoted: false, column: column() })
      at += word.length
    } else {
      tokens.push({ kind: 'bad', problem: `has a lone ${character}`, expected: operators.join(' '), column: column() })
      at += 1
    }
  }
  return [...tokens, { kind: 'end', column: column() }]
}

/** A text in quotes, in which a back slash takes the meaning from a quote and from itself. */
function quoted(text: string, start: number): { readonly token: Token; readonly end: number } {
  const quote = text[start] ?? ''
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === quote)
      return { token: { kind: 'word', text: value, isQuoted: true, column: start + 1 }, end: at + 1 }
    const next = text[at + 1]
    if (character === '\\' && (next === '\\' || next === '"' || next === "'")) {
      value += next
      at += 1
    } else value += character
  }
  const token: Token = {
    kind: 'bad',
    problem: `has a quote that does not end`,
    expected: `another ${quote} behind the text`,
    column: start + 1,
  }
  return { token, end: text.length }
}
