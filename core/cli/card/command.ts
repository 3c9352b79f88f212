import { relative } from 'node:path'
import { toolVersion } from '../../main/version.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, modelRef, path } from '../../step/input.ts'
import type { Look } from '../lazy-look.ts'
import { writeWhole } from '../report/out-file.ts'
import { gatherCard } from './facts.ts'
import { makeCard } from './make.ts'
import { cardMark, cardMarkdown } from './markdown.ts'
import { cardHtml, cardPageMark } from './page.ts'

export const definition = defineStep({
  id: 'card',
  title: 'Write the model card of a version',
  doc: 'Writes what is recorded about one version for those who must answer for it: its purpose, data and training, what the gate said and why, how fast it answers, its canaries, who decided what and why, where it serves, and what the records do not show. It is made from the records alone: nothing in it is written by hand, and it shows no rows of data and no number about fewer than 10 of them.\n\nIt is Markdown, or one HTML file where `out` ends in `.html`. Without `out` it is printed.',
  branding: { icon: 'file-text', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    reference: modelRef({ doc: 'The version: `name@3`, `name@champion` or `name@latest`.', required: true }),
    out: path({ doc: 'The file to write. An earlier card is replaced.' }),
    force: flag({ doc: 'Replaces a file that is no earlier card, too.', default: false }),
  },
  outputs: {},
})

/** Writes or prints the card. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { reference, out, force } = inputs
  const made = { madeAt: new Date().toISOString(), tool: toolVersion }
  const card = makeCard(await gatherCard(reference, workspace, made))
  if (out === undefined) return cardMarkdown(card)
  const isPage = /\.html?$/i.test(out)
  await writeWhole(out, isPage ? cardHtml(card) : cardMarkdown(card), {
    isForced: force,
    input: host.inputName('out'),
    what: 'card',
    mark: isPage ? cardPageMark : cardMark,
  })
  const shown = relative(host.context.folder, out)
  return `Wrote ${shown.startsWith('..') ? out : shown}, the model card of ${card.title}.`
}
