import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/sources.mjs'

/** A fenced block of a Markdown document. */
export interface Sample {
  /** The line of its fence, from 1. */
  readonly line: number
  readonly language: string
  readonly text: string
}

/** The fenced blocks of a document, in order, without the indentation of their fence. */
export function samplesIn(markdown: string): readonly Sample[] {
  const found: Sample[] = []
  let open: { readonly line: number; readonly indent: number; readonly language: string; lines: string[] } | undefined
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    const [, indent = '', language = ''] = /^(\s*)```+\s*(\S*)/.exec(line) ?? []
    const isFence = line.trimStart().startsWith('```')
    if (open === undefined) {
      if (isFence) open = { line: index + 1, indent: indent.length, language: language.toLowerCase(), lines: [] }
    } else if (isFence) {
      found.push({ line: open.line, language: open.language, text: open.lines.join('\n') })
      open = undefined
    } else {
      open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)))
    }
  }
  return found
}

/** The documents of this checkout that people read, relative to its top folder. */
export function documents(): readonly string[] {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'))
  const below = ['docs', '.github', 'workflows-examples'].flatMap((folder) => markdownBelow(folder))
  return [...top, ...below].sort()
}

function markdownBelow(folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return markdownBelow(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}
