import { relative } from 'node:path'
import { InputError } from '../../errors/errors.ts'
import { toolVersion } from '../../main/version.ts'
import type { Model } from '../../records/model.ts'
import { defineStep, type InputsOf } from '../../step/define-step.ts'
import { flag, integer, name, path } from '../../step/input.ts'
import type { Look, Seen } from '../lazy-look.ts'
import { gatherFacts } from './facts.ts'
import { writeWhole } from './out-file.ts'
import { reportHtml, reportMark } from './page.ts'

export const definition = defineStep({
  id: 'report',
  title: 'Write what is known about a model as one HTML page',
  doc: 'Writes one HTML file that tells which version is the champion, since when and why: its versions, what the gate said with every interval against its limit, profiles, canaries over time, lineage, and the newest entries of the ledger.\n\nThe file needs nothing but itself: it can be kept as a build’s artifact, sent by mail and printed. It reads the workspace and changes nothing in it.',
  branding: { icon: 'file-text', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    model: name({ doc: 'The model. May be left out where the workspace or trainyard.yml has one.' }),
    out: path({ doc: 'The file to write. An earlier report is replaced.', default: 'trainyard-report.html' }),
    force: flag({ doc: 'Replaces a file that is no earlier report, too.', default: false }),
    versions: integer({
      doc: 'How many of the newest versions are told of; the champion always is.',
      default: 20,
      min: 1,
    }),
    entries: integer({ doc: 'How many of the newest entries of the ledger are shown.', default: 20, min: 0 }),
  },
  outputs: {},
})

/** What is told, and where it is written. */
export type Wanted = Pick<InputsOf<typeof definition>, 'model' | 'out' | 'force' | 'versions' | 'entries'>

type Around = Pick<Seen<typeof definition>, 'workspace' | 'project' | 'host'>

/** Writes the report and says where it is. */
export const look: Look<typeof definition> = ({ inputs, ...around }) => report(inputs, around)

/**
 * Writes the report about a model and says where it is.
 *
 * @throws InputError where there is no such model, or where several may be meant; and what `writeWhole` throws.
 */
export async function report(wanted: Wanted, around: Around): Promise<string> {
  const { out, force, versions, entries } = wanted
  const { workspace, host } = around
  const facts = await gatherFacts(await modelOf(wanted, around), workspace, {
    extent: { versions, entries },
    madeAt: new Date().toISOString(),
    tool: toolVersion,
  })
  const written = { isForced: force, input: host.inputName('out'), what: 'report', mark: reportMark }
  await writeWhole(out, reportHtml(facts), written)
  const shown = relative(host.context.folder, out)
  return `Wrote ${shown.startsWith('..') ? out : shown}, the report about ${facts.model.name}.`
}

/** The model that was asked for, or the only one there is. */
async function modelOf({ model }: Pick<Wanted, 'model'>, { workspace, project, host }: Around): Promise<Model> {
  const models = await workspace.models.list()
  const [only] = [project.models, models.map(({ name: known }) => known)].find(({ length }) => length === 1) ?? []
  const wanted = model ?? only
  const found = models.find((known) => known.name === wanted)
  if (found !== undefined) return found
  const names = models.map((known) => known.name).join(', ')
  if (wanted === undefined && models.length > 0) {
    const problem = 'is missing, and there are several models'
    throw new InputError({
      faults: [{ subject: host.inputName('model'), source: { kind: 'input' }, problem, rule: `one of ${names}` }],
    })
  }
  const what = wanted === undefined ? 'no model is registered' : `${wanted} has no version`
  throw new InputError({ code: 'TY0205', details: `${what} in ${workspace.url}` })
}
