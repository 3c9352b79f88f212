/** What can be searched for. */
export const searchKinds = ['versions', 'runs', 'datasets'] as const
export type SearchKind = (typeof searchKinds)[number]

/** How values are compared. */
export const operators = ['=', '!=', '<', '<=', '>', '>='] as const
export type Operator = (typeof operators)[number]

interface FieldRule {
  /** What has it. */
  readonly of: readonly SearchKind[]
  readonly holds: 'text' | 'number' | 'time' | 'either'
  /** A name stands between the field and its value: `tag Stage = prod`. */
  readonly isNamed?: true
  /** The beginning of a value is enough, as of commits and digests; `sha256:` may be left out. */
  readonly isPrefix?: true
}

const everything = searchKinds
const trained = ['versions', 'runs'] as const

/** Every field of a search. What a version does not have itself it has through the run that trained it. */
export const fields = {
  tag: { of: everything, holds: 'text', isNamed: true },
  metric: { of: trained, holds: 'number', isNamed: true },
  param: { of: trained, holds: 'either', isNamed: true },
  model: { of: trained, holds: 'text' },
  dataset: { of: everything, holds: 'text' },
  version: { of: ['versions', 'datasets'], holds: 'number' },
  alias: { of: ['versions'], holds: 'text' },
  parent: { of: ['versions'], holds: 'text' },
  run: { of: trained, holds: 'text' },
  experiment: { of: trained, holds: 'text' },
  state: { of: trained, holds: 'text' },
  created: { of: everything, holds: 'time' },
  by: { of: everything, holds: 'text' },
  ref: { of: trained, holds: 'text' },
  commit: { of: trained, holds: 'text', isPrefix: true },
  code: { of: trained, holds: 'text', isPrefix: true },
  environment: { of: trained, holds: 'text', isPrefix: true },
  digest: { of: everything, holds: 'text', isPrefix: true },
} as const satisfies Readonly<Record<string, FieldRule>>
export type Field = keyof typeof fields

/** Fields with a name of their own between field and value. */
export type NamedField = { [F in Field]: (typeof fields)[F] extends { isNamed: true } ? F : never }[Field]
/** Fields whose values are plain texts. */
export type TextField = Exclude<{ [F in Field]: (typeof fields)[F]['holds'] extends 'text' ? F : never }[Field], 'tag'>

/** A moment as it was written: a date or a time of day, or a distance back from now. */
export type When =
  | { readonly kind: 'at'; readonly text: string }
  | { readonly kind: 'ago'; readonly count: number; readonly unit: AgoUnit }

/** Units of `7d ago`, in milliseconds. */
export const agoUnits = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
export type AgoUnit = keyof typeof agoUnits

/** One condition. */
export type Term =
  | { readonly kind: 'has'; readonly field: NamedField; readonly name: string }
  | ({ readonly kind: 'named-text'; readonly field: 'tag' | 'param'; readonly name: string } & Compared<
      '=' | '!=',
      string
    >)
  | ({ readonly kind: 'named-number'; readonly field: 'metric' | 'param'; readonly name: string } & Compared<
      Operator,
      number
    >)
  | ({ readonly kind: 'text'; readonly field: TextField } & Compared<'=' | '!=', string>)
  | ({ readonly kind: 'number'; readonly field: 'version' } & Compared<Operator, number>)
  | ({ readonly kind: 'time'; readonly field: 'created' } & Compared<Operator, When>)

interface Compared<O extends Operator, V> {
  readonly op: O
  readonly value: V
}

/**
 * A search as a tree, the same for every driver: one over a ledger judges records by it (`judge`), one over a service turns
 * what it can into the service's own filter (`requiredTerms`) and judges what comes back.
 */
export type Query =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Query[] }
  | { readonly kind: 'not'; readonly of: Query }
  | Term

/**
 * The terms that everything that matches fulfils: those that are joined by `and` at the top. A filter made of any of them
 * lets every match through; the whole query has to be judged afterwards.
 */
export function requiredTerms(query: Query): readonly Term[] {
  switch (query.kind) {
    case 'and':
      return query.of.flatMap(requiredTerms)
    case 'all':
    case 'or':
    case 'not':
      return []
    default:
      return [query]
  }
}

/** The one value that a text field has to have; undefined where none is demanded. */
export function requiredText(query: Query, field: TextField): string | undefined {
  for (const term of requiredTerms(query)) {
    if (term.kind === 'text' && term.field === field && term.op === '=') return term.value
  }
  return undefined
}

/** Both at once. */
export function bothOf(...queries: readonly Query[]): Query {
  const [only, ...more] = queries.filter(({ kind }) => kind !== 'all')
  if (only === undefined) return { kind: 'all' }
  return more.length === 0 ? only : { kind: 'and', of: [only, ...more] }
}

/** Whether a name is a field. */
export function isField(name: string): name is Field {
  return Object.hasOwn(fields, name)
}

/** Whether a name stands between a field and its value. */
export function isNamed(field: Field): field is NamedField {
  return 'isNamed' in fields[field]
}

/** Whether a field holds a text by itself. */
export function isTextField(field: Field): field is TextField {
  return !isNamed(field) && fields[field].holds === 'text'
}
