/** A text of a card; `code` is a name, a path or a digest. All of it may be somebody else's: it is escaped when it is written. */
export type Inline = string | { readonly code: string }

/** A table of a card. */
export interface CardTable {
  readonly caption: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly Inline[])[]
}

/** A part of a card under its heading, in the order of these fields. */
export interface CardSection {
  readonly title: string
  readonly sentences?: readonly string[]
  readonly facts?: readonly (readonly [label: string, value: Inline])[]
  readonly list?: readonly string[]
  readonly tables?: readonly CardTable[]
}

/** All that a model card says, before it is Markdown or HTML. The same records make the same card. */
export interface Card {
  /** `flights@3`. */
  readonly title: string
  /** One sentence: what it is now. */
  readonly lede: string
  readonly sections: readonly CardSection[]
  /** How and from what it was made. */
  readonly foot: string
}

/** Fewer rows than this are never told of: a cell so small may be a person. */
export const fewestRows = 10

/** A count of rows that gives nobody away. */
export function rowsText(rows: number): string {
  return rows < fewestRows ? `fewer than ${fewestRows} rows` : `${rows.toLocaleString('en-US')} rows`
}
