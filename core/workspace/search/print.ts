import type { Query, Term, When } from './query.ts'

/** Writes a search as `parseQuery` reads it. */
export function printQuery(query: Query): string {
  switch (query.kind) {
    case 'all':
      return ''
    case 'and':
    case 'or':
      return query.of
        .map((part) => (part.kind === 'and' || part.kind === 'or' ? `(${printQuery(part)})` : printQuery(part)))
        .join(` ${query.kind} `)
    case 'not': {
      const inner = printQuery(query.of)
      return query.of.kind === 'and' || query.of.kind === 'or' ? `not (${inner})` : `not ${inner}`
    }
    default:
      return printTerm(query)
  }
}

function printTerm(term: Term): string {
  switch (term.kind) {
    case 'has':
      return `${term.field} ${word(term.name)}`
    case 'named-text':
    case 'named-number':
      return `${term.field} ${word(term.name)} ${term.op} ${word(String(term.value))}`
    case 'time':
      return `${term.field} ${term.op} ${printWhen(term.value)}`
    default:
      return `${term.field} ${term.op} ${word(String(term.value))}`
  }
}

function printWhen(when: When): string {
  return when.kind === 'ago' ? `${when.count}${when.unit} ago` : word(when.text)
}

/** Bare where that is safe, else in quotes. */
function word(text: string): string {
  if (/^[A-Za-z0-9_.:/@+-]+$/.test(text)) return text
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
