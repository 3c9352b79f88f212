import { differenceOf } from '../../main/dataset/difference.ts'
import { factsOf, type TableFacts } from '../../main/dataset/facts.ts'
import { datasetNamed } from '../../main/dataset/named.ts'
import { readTables } from '../../main/dataset/profile.ts'
import type { DatasetVersion } from '../../records/model.ts'
import { treeSize } from '../../records/tree.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, text } from '../../step/input.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { Look } from '../lazy-look.ts'
import { when } from '../text-table.ts'
import { type Branch, textTree } from '../text-tree.ts'
import { differenceText, tableText } from './dataset-text.ts'
import { tagsText } from './models.ts'
import { bytes, commitText } from './run-branch.ts'

export const definition = defineStep({
  id: 'dataset',
  title: 'Show schema and profile of a dataset, or what changed in it',
  doc: 'Shows a version of a dataset: where it comes from, and each column of its tables with type, missing values, range and distribution. With `against`, what differs from another version: columns that came or went, types, and numbers side by side, without a verdict.\n\nRows are never shown, nor a text or a bar that fewer than ten rows have.',
  branding: { icon: 'database', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    dataset: text({ doc: 'What is shown: `name@3`, `name@latest`, or a name for its newest version.', required: true }),
    against: text({ doc: 'The version that it is held against, `name@2`; it may be of another dataset.' }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Shows a version, or what differs between two. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { dataset, against, json } = inputs
  const shown = await found(dataset, workspace, host.inputName('dataset'))
  if (against === undefined) {
    if (json) return JSON.stringify({ ...shown.version, tables: shown.tables }, undefined, 2)
    return [textTree(head(shown.version)), ...shown.tables.map(tableText)].join('\n\n')
  }
  const before = await found(against, workspace, host.inputName('against'))
  const difference = differenceOf(before.tables, shown.tables)
  if (json) return JSON.stringify({ from: before.reference, to: shown.reference, ...difference }, undefined, 2)
  return differenceText(difference, { from: before.reference, to: shown.reference })
}

interface Found {
  readonly reference: string
  readonly version: DatasetVersion
  readonly tables: readonly TableFacts[]
}

async function found(wanted: string, workspace: Workspace, subject: string): Promise<Found> {
  const version = await datasetNamed(wanted, workspace, subject)
  const tables = (await readTables(version, workspace)) ?? []
  return { reference: `${version.name}@${version.version}`, version, tables: tables.map(factsOf) }
}

const mostFiles = 10

function head(dataset: DatasetVersion): Branch {
  const { name, version, files, tags, description, address, isByReference, git, profile } = dataset
  const rest = files.files.length - mostFiles
  return {
    text: `${name}@${version}  registered ${when(dataset.createdAt)} by ${dataset.by.name}`,
    below: [
      ...(description === undefined ? [] : [{ text: description }]),
      ...(Object.keys(tags).length === 0 ? [] : [{ text: `tags  ${tagsText(tags)}` }]),
      ...(git === undefined ? [] : [{ text: `commit  ${commitText({ git })}` }]),
      ...(address === undefined && isByReference !== true
        ? []
        : [{ text: `address  ${address ?? 'unknown'}${isByReference === true ? ', by reference' : ''}` }]),
      {
        text: `files  ${files.files.length}, ${bytes(treeSize(files))}, ${files.digest}`,
        below: [
          ...files.files.slice(0, mostFiles).map(({ path, size }) => ({ text: `${path}  ${bytes(size)}` })),
          ...(rest > 0 ? [{ text: `and ${rest} more` }] : []),
        ],
      },
      ...(profile === undefined ? [{ text: 'no table, and so no schema and no profile' }] : []),
    ],
  }
}
