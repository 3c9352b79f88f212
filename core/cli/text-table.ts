/** The width that tables are made for where no terminal says another. */
export const usualWidth = 100

/**
 * A table of aligned columns for a terminal. Cells are made harmless; the last column is cut where a line would be longer
 * than the width.
 */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[], width = usualWidth): string {
  const all = [head.map((cell) => cell.toUpperCase()), ...rows.map((row) => row.map(harmless))]
  const widths = head.map((_, column) => Math.max(...all.map((row) => lengthOf(row[column] ?? ''))))
  return all
    .map((row) =>
      cut(
        row.map((cell, column) => pad(cell, column === head.length - 1 ? 0 : (widths[column] ?? 0))).join('  '),
        width,
      ).trimEnd(),
    )
    .join('\n')
}

/** Untrusted text without what a terminal would obey: control and formatting characters. */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}

/** A time of day in UTC, to the minute. */
export function when(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}`
}

function cut(line: string, width: number): string {
  const characters = charactersOf(line)
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - lengthOf(cell)))
}

function lengthOf(text: string): number {
  return charactersOf(text).length
}

const segmenter = new Intl.Segmenter('en')

/** What a person counts as one, however many code points it has. */
function charactersOf(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}
