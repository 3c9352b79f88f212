/** GitHub-flavoured Markdown as a terminal can show it: tables are aligned, marks that only a page understands are left out. */
export function plainMarkdown(markdown: string): string {
  const lines = markdown.split('\n')
  const shown: string[] = []
  for (let at = 0; at < lines.length; ) {
    const table = tableAt(lines, at)
    if (table.length > 0) {
      shown.push(...aligned(table))
      at += table.length
    } else {
      shown.push(plainLine(lines[at] ?? ''))
      at += 1
    }
  }
  return shown
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

function plainLine(line: string): string {
  const heading = /^#{1,6}\s+(.*)$/.exec(line)?.[1]
  if (heading !== undefined) return `\n── ${plainText(heading)}`
  const quoted = /^>\s?(.*)$/.exec(line)?.[1]
  return quoted === undefined ? plainText(line) : `│ ${plainText(quoted)}`
}

/** Code spans keep their text to the letter; around them marks are taken off, and escaped characters stand for themselves. */
function plainText(text: string): string {
  return text
    .split(/(`+)((?:(?!\1).)+)\1/)
    .filter((part) => !/^`+$/.test(part))
    .map((part, index) => (index % 2 === 1 ? part.trim() : plainWords(part)))
    .join('')
    .trimEnd()
}

function plainWords(text: string): string {
  return text
    .replaceAll(/<\/?(details|summary|br|sub|sup|b|i|code|pre|p|table|tr|td|th)\b[^>]*>/gi, '')
    .replaceAll(/!?(?<!\\)\[([^\]]*)\]\(([^)]*)\)/g, '$1 ($2)')
    .replaceAll(/(?<!\\)(\*{1,2})([^*]+)(?<!\\)\1/g, '$2')
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
}

/** The lines of the table that begins here; empty where none does. */
function tableAt(lines: readonly string[], start: number): readonly string[] {
  if (!isRow(lines[start]) || !/^\s*\|?(\s*:?-+:?\s*\|)+\s*:?-*:?\s*$/.test(lines[start + 1] ?? '')) return []
  const end = lines.findIndex((line, at) => at > start + 1 && !isRow(line))
  return lines.slice(start, end === -1 ? undefined : end)
}

function isRow(line: string | undefined): boolean {
  return line !== undefined && /^\s*\|.*\|\s*$/.test(line)
}

function aligned(table: readonly string[]): readonly string[] {
  const rows = table.filter((_, index) => index !== 1).map(cellsOf)
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const text = rows.map((row) =>
    widths
      .map((width, column) => (row[column] ?? '').padEnd(width))
      .join('  ')
      .trimEnd(),
  )
  return [text[0] ?? '', widths.map((width) => '─'.repeat(width)).join('  '), ...text.slice(1)]
}

function cellsOf(row: string): readonly string[] {
  return row
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => plainText(cell.replaceAll(String.raw`\|`, '|')).trim())
}
