import { InputError } from '../../errors/errors.ts'
import type { ModelVersion } from '../../records/model.ts'
import { type ModelReference, referenceText } from '../../records/reference.ts'
import type { Run } from '../../records/run.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, modelRef } from '../../step/input.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { Look } from '../lazy-look.ts'
import { when } from '../text-table.ts'
import { type Branch, textTree } from '../text-tree.ts'
import { who } from '../who.ts'
import { type Evidence, evidenceAbout, evidenceBranch } from './evidence.ts'
import { filesText, runBranches, runLine } from './run-branch.ts'

export const definition = defineStep({
  id: 'lineage',
  title: 'Show what a version or run was made from',
  doc: 'Shows a version, the run that trained it with commit, data, code and environment, the version that it was derived from, the evidence about its very bytes, and every move of an alias to or from it.',
  branding: { icon: 'git-merge', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    reference: modelRef({
      doc: 'What is shown: `name@3`, `name@champion`, `name@latest` or `run:<id>`.',
      required: true,
    }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Everything that the workspace knows about one version or run. */
interface Lineage {
  readonly version: ModelVersion | undefined
  readonly run: Run | undefined
  readonly evidence: readonly Evidence[]
  readonly moves: readonly { readonly alias: string; readonly line: string }[]
}

/** Shows one version or run. */
export const look: Look<typeof definition> = async ({ inputs, workspace }) => {
  const lineage = await lineageOf(inputs.reference, workspace)
  return inputs.json ? JSON.stringify(lineage, undefined, 2) : textTree(tree(lineage))
}

async function lineageOf(reference: ModelReference, workspace: Workspace): Promise<Lineage> {
  const version = await workspace.models.tryResolve(reference)
  if (version === undefined && reference.kind !== 'run')
    throw new InputError({ code: 'TY0205', details: `${referenceText(reference)} does not exist in ${workspace.url}` })
  const runId = reference.kind === 'run' ? reference.run : version?.run
  const run = runId === undefined ? undefined : await workspace.runs.get(runId)
  const subject = version?.files ?? run?.end?.artifacts
  const model = version === undefined ? undefined : await workspace.models.find(version.model)
  return {
    version,
    run,
    evidence: subject === undefined ? [] : await evidenceAbout(subject.digest, workspace),
    moves: (model?.history ?? [])
      .filter(({ from, to }) => from === version?.version || to === version?.version)
      .map(({ alias, from = 'none', to = 'none', at, by, why, isForced }) => ({
        alias,
        line: `${when(at)}  ${from} → ${to} by ${who(by)}${isForced === true ? ' (forced)' : ''}: ${why}`,
      })),
  }
}

function tree({ version, run, evidence, moves }: Lineage): Branch {
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
      ...aliasBranches(moves),
    ],
  }
}

function versionBranches(version: ModelVersion): readonly Branch[] {
  const { description, files, tags, parent, datasets, signature } = version
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
    ...(parent === undefined ? [] : [{ text: `derived from ${parent}` }]),
    ...datasets.map((dataset) => ({ text: `dataset ${dataset}` })),
    ...(signature === undefined
      ? []
      : [{ text: `signature  ${tensors('inputs').join(', ')} → ${tensors('outputs').join(', ')}` }]),
  ]
}

function aliasBranches(moves: Lineage['moves']): readonly Branch[] {
  const aliases = [...new Set(moves.map(({ alias }) => alias))]
  return aliases.map((alias) => ({
    text: `alias ${alias}`,
    below: moves.filter((move) => move.alias === alias).map(({ line }) => ({ text: line })),
  }))
}
