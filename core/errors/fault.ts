/**
 * Where a value came from. Every fault names it, because the same input can be written in four places and only one of
 * them is the place to mend.
 */
export type Source =
  | { readonly kind: 'input' }
  | { readonly kind: 'environment'; readonly name: string }
  | FileSource
  | { readonly kind: 'default' }

/** A place in a file. Lines, columns and rows count from 1; a row is one of a table that has no lines. */
export interface FileSource {
  readonly kind: 'file'
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly row?: number
}

/** One thing that is wrong with what a person wrote. Lines and columns count from 1. */
export interface Fault {
  /** What is wrong, in the words of the place it was written in: an input's name there, or a key's path in a file. */
  readonly subject: string
  readonly source: Source
  /** A clause that continues the subject: "is not a whole number". */
  readonly problem: string
  /** What was given; leave it out for secrets. */
  readonly value?: string
  /** What is accepted: "a whole number from 1 to 100". */
  readonly rule?: string
  /** One value that would be accepted. */
  readonly example?: string
}

/** A place in a file as people and editors write it: `criteria.yml:12:3`, or `data.parquet, row 7`. */
function place({ file, line, column, row }: FileSource): string {
  if (row !== undefined) return `${file}, row ${row}`
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':')
}

/** Says where a fault's value came from, for the end of a sentence; empty for an ordinary input. */
export function sourceInWords(source: Source): string {
  switch (source.kind) {
    case 'input':
      return ''
    case 'environment':
      return `from the environment variable ${source.name}`
    case 'file':
      return `in ${place(source)}`
    case 'default':
      return 'by default'
  }
}
