import { InputError } from '../../errors/errors.ts'
import { relative } from 'node:path'
import type { AliasMove, ModelVersion } from '../../records/model.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, path, text } from '../../step/input.ts'
import { writeWhole } from '../report/out-file.ts'
import type { Look, Seen } from '../lazy-look.ts'
import { lineageGraph, type LineageRecords } from '../lineage/build.ts'
import { gatherSubject, type SubjectLineage, subjectRecords } from '../lineage/gather.ts'
import { gatherImpact } from '../lineage/impact.ts'
import { lineageSvg, svgMark } from '../lineage/svg.ts'
import { parseTarget, type Target, targetRule } from '../lineage/target.ts'
import { impactTrees } from '../lineage/tree.ts'
import { when } from '../text-table.ts'
import { type Branch, textTree } from '../text-tree.ts'
import { who } from '../who.ts'
import { evidenceBranch } from './evidence.ts'
import { filesText, runBranches, runLine } from './run-branch.ts'

export const definition = defineStep({
  id: 'lineage',
  title: 'Show what a version was made from, and what was made of something',
  doc: 'Shows a version, the run that trained it with commit, data, code and environment, the version that it was derived from and those derived from it, the evidence about its very bytes, where it serves and whether it is healthy there, and every move of an alias to or from it.\n\nAsked of a dataset, a commit, or the digest of a data file, a code snapshot or an environment, it shows the other way: every run and version that was made of it, and where they serve.',
  branding: { icon: 'git-merge', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    reference: text({
      doc: 'What is shown: `name@3`, `name@champion`, `name@latest`, `run:<id>`, `dataset:name@2`, `commit:<hash>` or `sha256:<digest>`; of a hash or digest its first 7 digits are enough.',
      required: true,
    }),
    svg: path({ doc: 'Draws it as a picture into this SVG file, too. An earlier picture is replaced.' }),
    force: flag({ doc: 'Replaces a file that is no earlier picture, too.', default: false }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

type LineageMove = { readonly alias: string; readonly line: string }

/** Shows what something was made from, or what was made of it. */
export const look: Look<typeof definition> = async (seen) => {
  const target = targetOf(seen)
  if (target.kind === 'subject') return lookAtSubject(seen, target)
  const records = await gatherImpact(target, seen)
  const graph = lineageGraph(records)
  const drawn = await draw(seen, records)
  if (seen.inputs.json) return JSON.stringify(graph, undefined, 2)
  return [...impactTrees(graph).map(textTree), ...drawn].join('\n')
}

type SeenHere = Seen<typeof definition>

function targetOf({ inputs, host }: SeenHere): Target {
  const target = parseTarget(inputs.reference)
  if (target !== undefined) return target
  const subject = host.inputName('reference')
  const problem = 'names nothing that has a lineage'
  const value = inputs.reference
  throw new InputError({ faults: [{ subject, source: { kind: 'input' }, value, problem, rule: targetRule }] })
}

async function lookAtSubject(seen: SeenHere, { reference }: Extract<Target, { kind: 'subject' }>): Promise<string> {
  const { workspace, inputs } = seen
  const lineage = await gatherSubject(reference, seen)
  const { version, run, evidence } = lineage
  const moves = version === undefined ? [] : movesOf(version, (await workspace.models.find(version.model))?.history)
  const drawn = inputs.svg === undefined ? [] : await draw(seen, await subjectRecords(lineage, workspace))
  if (!inputs.json) return [textTree(tree(lineage, moves)), ...drawn].join('\n')
  const { parent, derived, datasets, serving } = lineage
  return JSON.stringify({ version, run, evidence, moves, parent, derived, datasets, serving }, undefined, 2)
}

/** Draws the picture where one is wanted, and says where it is. */
async function draw({ inputs, host }: SeenHere, records: LineageRecords): Promise<readonly string[]> {
  const { svg, force, reference } = inputs
  if (svg === undefined) return []
  const text = lineageSvg(lineageGraph(records), `Lineage of ${reference}`)
  await writeWhole(svg, text, { isForced: force, input: host.inputName('svg'), what: 'picture', mark: svgMark })
  const shown = relative(host.context.folder, svg)
  return [`Wrote ${shown.startsWith('..') ? svg : shown}.`]
}

function movesOf({ version }: ModelVersion, history: readonly AliasMove[] = []): readonly LineageMove[] {
  return history
    .filter(({ from, to }) => from === version || to === version)
    .map(({ alias, from = 'none', to = 'none', at, by, why, isForced }) => ({
      alias,
      line: `${when(at)}  ${from} → ${to} by ${who(by)}${isForced === true ? ' (forced)' : ''}: ${why}`,
    }))
}

function tree({ version, run, evidence, derived, serving }: SubjectLineage, moves: readonly LineageMove[]): Branch {
  const about = evidence.map(evidenceBranch)
  if (version === undefined) {
    return {
      text: run === undefined ? 'nothing' : runLine(run),
      below: run === undefined ? [] : [...runBranches(run), ...about],
    }
  }
  return {
    text: `${version.model}@${version.version}  registered ${when(version.createdAt)} by ${who(version.by)}`,
    below: [
      ...versionBranches(version),
      ...(run === undefined ? [] : [{ text: runLine(run), below: runBranches(run) }]),
      ...about,
      ...serving.map(({ served }) => ({
        text: `serves at ${served.endpoint}  ${served.role ?? 'not recorded'} with ${served.share} % since ${when(served.since)}, ${served.health}`,
      })),
      ...derived.map((child) => ({ text: `became ${child.model}@${child.version}` })),
      ...aliasBranches(moves),
    ],
  }
}

function versionBranches(version: ModelVersion): readonly Branch[] {
  const { description, files, source, hashedAt, tags, parent, datasets, signature } = version
  const tensors = (which: 'inputs' | 'outputs') =>
    (signature?.[which] ?? []).map(({ name, type }) => `${name}: ${type}`)
  return [
    ...(description === undefined ? [] : [{ text: description }]),
    { text: `files  ${filesText(files)}`, below: files.files.map(({ path }) => ({ text: path })) },
    ...(Object.keys(tags).length === 0
      ? []
      : [
          {
            text: `tags  ${Object.entries(tags)
              .map(([tag, value]) => `${tag}=${value}`)
              .join(' ')}`,
          },
        ]),
    ...(source === undefined ? [] : [{ text: `its files stay at ${source}, ${hashedText(hashedAt)}` }]),
    ...(parent === undefined ? [] : [{ text: `derived from ${parent}` }]),
    ...datasets.map((dataset) => ({ text: `dataset ${dataset}` })),
    ...(signature === undefined
      ? []
      : [{ text: `signature  ${tensors('inputs').join(', ')} → ${tensors('outputs').join(', ')}` }]),
  ]
}

function aliasBranches(moves: readonly LineageMove[]): readonly Branch[] {
  const aliases = [...new Set(moves.map(({ alias }) => alias))]
  return aliases.map((alias) => ({
    text: `alias ${alias}`,
    below: moves.filter((move) => move.alias === alias).map(({ line }) => ({ text: line })),
  }))
}

function hashedText(at: string | undefined): string {
  return at === undefined ? 'and were not read yet' : `and were verified first at ${when(at)}`
}
