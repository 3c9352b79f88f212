import type { Input } from './input.ts'

/** An input in Markdown: its own words, then what it takes, its default, and who else may supply it. */
export function inputWords(input: Input): string {
  const { doc, project, default: fallback } = input.options
  return [
    doc,
    ruleSentence(input),
    ...(fallback === undefined ? [] : [`Default: \`${String(fallback)}\`.`]),
    ...(project === undefined ? [] : [`The key \`${project}\` of the model in trainyard.yml may supply it.`]),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

/** What a kind accepts, as a sentence; nothing where that is anything. */
function ruleSentence({ kind }: Input): string {
  if (kind.name === 'text' || kind.name === 'secret') return ''
  if (kind.name === 'choice') return `One of ${(kind.choices ?? []).map((choice) => `\`${choice}\``).join(', ')}.`
  return `Takes ${kind.rule}${kind.name === 'flag' ? '' : `, such as \`${kind.example}\``}.`
}

/** Markdown without its marks, on one line, for places that show it as it is. */
export function plainWords(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** The first paragraph of a doc, which stands alone in catalogues. */
export function firstParagraph(doc: string): string {
  return doc.split('\n\n')[0] ?? doc
}
