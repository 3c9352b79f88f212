import { code, plain, table } from '../../main/markdown.ts'
import { harmless } from '../text-table.ts'
import type { Card, CardSection, Inline } from './card.ts'

/** The line by which a file is known to be an earlier card. */
export const cardMark = '<!-- trainyard card -->'

/** The card as GitHub-flavoured Markdown. Whatever somebody wrote is plain text in it: no link, no image, no HTML. */
export function cardMarkdown({ title, lede, sections, foot }: Card): string {
  const parts = [
    cardMark,
    `# Model card: ${words(title)}`,
    `**${words(lede)}**`,
    ...sections.map(section),
    '---',
    words(foot),
  ]
  return `${parts.join('\n\n')}\n`
}

function section({ title, sentences = [], facts = [], list = [], tables = [] }: CardSection): string {
  return [
    `## ${words(title)}`,
    ...sentences.map(words),
    // With another bullet, the list before the facts is a list of its own.
    ...(list.length === 0 ? [] : [list.map((item) => `* ${words(item)}`).join('\n')]),
    ...(facts.length === 0 ? [] : [facts.map(([label, value]) => `- ${words(label)}: ${inline(value)}`).join('\n')]),
    ...tables.flatMap(({ caption, head, rows }) => [
      `${words(caption)}:`,
      table(
        head.map((cell) => (cell === '' ? ' ' : words(cell))),
        rows.map((row) => row.map(inline)),
      ),
    ]),
  ].join('\n\n')
}

function inline(value: Inline): string {
  return typeof value === 'string' ? words(value) : code(harmless(value.code))
}

function words(text: string): string {
  return plain(harmless(text))
}
