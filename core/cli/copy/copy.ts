import { randomUUID } from 'node:crypto'
import { InputError } from '../../errors/errors.ts'
import type { Host } from '../../host/host.ts'
import { resolveInputs } from '../../main/inputs.ts'
import { actorOf } from '../../main/identity.ts'
import { place, projectFor } from '../../main/open.ts'
import { counted } from '../../main/words.ts'
import { defineStep, type InputsOf } from '../../step/define-step.ts'
import { flag, list, secret, text } from '../../step/input.ts'
import { type Copied, copyHistory } from '../../workspace/copy/copy.ts'
import { openHistory, type OpenOptions } from '../../workspace/open.ts'

export const definition = defineStep({
  id: 'copy',
  title: 'Copy models with their history',
  doc: 'Copies what happened in one workspace to another: models with their versions, numbers, tags and aliases, runs, datasets, evidence, events with their receipts, and what was deployed. Who did it, when and why stay as they were, and each entry says who copied it. Every file is verified on its way.\n\nIt is safe to repeat, and goes on where it was broken off: what is there is not copied again. Where the other workspace holds something else under the same number or name, everything that is in the way is named before anything is written. Copied events start no releases. A copied live deployment still guards its version against deletion, and says where it was recorded.',
  branding: { icon: 'copy', color: 'green' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    from: text({ doc: 'The workspace that is copied, which is only read.', required: true }),
    to: text({ doc: 'The workspace that it is copied to.', required: true }),
    models: list({ doc: 'Only these models, with the datasets that they were made from. All when not given.' }),
    fromToken: secret({
      doc: 'The token with which the repository of the first workspace is read; `token` is for the second.',
    }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Copies, and says what was copied. */
export async function copy(host: Host): Promise<string> {
  const { project, faults } = await projectFor(host)
  const resolved = await resolveInputs(definition, host, project)
  const all = [...faults, ...resolved.faults]
  if (all.length > 0) throw new InputError({ faults: all })
  // The kinds parsed each value to the type that the definition infers for it.
  const inputs = resolved.values as InputsOf<typeof definition>
  const common = { host, request: randomUUID(), by: actorOf(host), ...place(inputs.to, project) }
  const from = await openHistory({ ...common, url: inputs.from, intent: 'read', token: inputs.fromToken })
  try {
    return await copyTo(from, { ...common, intent: inputs.dryRun ? 'read' : 'write', token: inputs.token }, inputs)
  } finally {
    await from.close()
  }
}

type Inputs = InputsOf<typeof definition>

async function copyTo(
  from: Awaited<ReturnType<typeof openHistory>>,
  options: OpenOptions & { readonly host: Host },
  { models, dryRun, json }: Inputs,
): Promise<string> {
  const to = await openHistory(options)
  const { log, signal } = options.host
  try {
    const copied = await copyHistory({
      from,
      to,
      models,
      isDryRun: dryRun,
      progress: (done, total) => log.progress(`copied to ${to.url}`, done / total),
      signal,
    })
    return json ? jsonOf(copied) : wordsOf(copied, { from: from.url, to: to.url, isDryRun: dryRun })
  } finally {
    await to.close()
  }
}

/** What people count, in the order in which they ask. */
const nouns: readonly (readonly [kind: string, noun: string])[] = [
  ['version.registered', 'version'],
  ['run.started', 'run'],
  ['dataset.registered', 'dataset version'],
  ['evidence.added', 'statement'],
  ['alias.moved', 'alias move'],
  ['deployment.recorded', 'deployment record'],
  ['event.raised', 'event'],
]

interface Way {
  readonly from: string
  readonly to: string
  readonly isDryRun: boolean
}

function wordsOf({ changes, before, files, bytes }: Copied, { from, to, isDryRun }: Way): string {
  const total = [...changes.values()].reduce((sum, count) => sum + count, 0)
  if (total === 0) return `Nothing to copy: what happened in ${from} is in ${to} already.`
  const counts = nouns.flatMap(([kind, noun]) => countOf(changes, kind, noun))
  const there = before === 0 ? '' : ` ${counted(before, 'part')} of the history were there before.`
  const what = `${counted(total, 'change')} from ${from} to ${to}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`
  if (isDryRun) return `Would copy ${what}.${there}`
  return `Copied ${what}. ${counted(files, 'file')} with ${counted(bytes, 'byte')} were brought there, each verified.${there}`
}

function countOf(changes: ReadonlyMap<string, number>, kind: string, noun: string): readonly string[] {
  const count = changes.get(kind)
  return count === undefined ? [] : [counted(count, noun)]
}

function jsonOf({ changes, ...rest }: Copied): string {
  return JSON.stringify({ changes: Object.fromEntries(changes), ...rest }, undefined, 2)
}
