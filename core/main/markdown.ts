/**
 * Untrusted text (model names, tags, error messages, column names) as an inline code span: nothing in it is Markdown or
 * HTML, whatever it holds.
 */
export function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length))
  const fence = '`'.repeat(longest + 1)
  const pad = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : ''
  // A bar inside a code span still ends a table cell.
  return `${fence}${pad}${line.replaceAll('|', String.raw`\|`)}${pad}${fence}`
}

/**
 * Untrusted text as plain words: every character that Markdown or HTML could act on inside a line is escaped, and at its
 * beginning what would make a list, a heading or a quotation of it.
 */
export function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|~@#]/g, (character) => `\\${character}`)
    .replace(/^([-+>#=]|\d+[.)](?=\s|$))/, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`)
}

/** A table; the cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
