import { escape } from './escape.ts'

/** A piece of a page. It can only be made by `html` and `styles`, so that no text gets into a page without being escaped. */
class Piece {
  readonly #markup: string

  constructor(markup: string) {
    this.#markup = markup
  }

  toString(): string {
    return this.#markup
  }
}

export type Markup = Piece

/** What may stand in a template; `undefined` is nothing. Text and numbers are escaped. */
export type Part = Markup | string | number | undefined | readonly Part[]

/** Makes a piece of a page of a template: `html\`<td>${name}</td>\``. Tags are ours, everything filled in is escaped. */
export function html(tags: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Piece(tags.map((tag, at) => tag + written(parts[at])).join(''))
}

/** The element with a style sheet, which knows no escapes. @throws RangeError for a sheet that would end its element. */
export function styles(sheet: string): Markup {
  if (/[<&]/.test(sheet)) throw new RangeError('a style sheet of a report must hold neither < nor &')
  return new Piece(`<style>${sheet}</style>`)
}

/** Pieces in a row, each on a line of its own. */
export function lines(pieces: readonly Part[]): Markup {
  const kept = pieces.filter((piece) => piece !== undefined)
  return new Piece(kept.map(written).join('\n'))
}

function written(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Piece) return part.toString()
  if (typeof part === 'object') return part.map(written).join('')
  return escape(String(part))
}
