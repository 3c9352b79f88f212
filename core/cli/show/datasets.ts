import type { DatasetVersion } from '../../records/model.ts'
import { treeSize } from '../../records/tree.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, integer, keyValues, name, text } from '../../step/input.ts'
import { bothOf } from '../../workspace/search/query.ts'
import type { Look } from '../lazy-look.ts'
import { textTable, when } from '../text-table.ts'
import { tagQuery, tagsText } from './models.ts'
import { bytes } from './run-branch.ts'
import { readSearch } from './where.ts'

export const definition = defineStep({
  id: 'datasets',
  title: 'List the datasets, or the versions of one',
  doc: 'Lists the newest version of every dataset; with a name, tags or a search, all versions that fulfil them, newest first.',
  branding: { icon: 'list', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    name: name({ doc: 'The dataset whose versions are listed.' }),
    tag: keyValues({ doc: 'Only versions with these tags.' }),
    where: text({
      doc: 'Only versions that match this search, such as `created > 7d ago`; docs/search.md tells the language.',
    }),
    limit: integer({ doc: 'How many versions at most.', default: 50, min: 1 }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Shows datasets or versions of them. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { name: dataset, tag, where, limit, json } = inputs
  const query = bothOf(
    readSearch(where, 'datasets', host.inputName('where')),
    tagQuery(tag),
    dataset === undefined ? { kind: 'all' } : { kind: 'text', field: 'dataset', op: '=', value: dataset },
  )
  // The newest of each is chosen before the limit counts.
  const isOverview = dataset === undefined && tag === undefined && where === undefined
  const found = await workspace.datasets.search(query, isOverview ? {} : { limit })
  const shown = isOverview ? newestOf(found).slice(0, limit) : found
  if (json) return JSON.stringify(shown, undefined, 2)
  if (shown.length > 0) return datasetTable(shown)
  return isOverview ? 'No dataset is registered yet.' : 'No version matches.'
}

function newestOf(found: readonly DatasetVersion[]): readonly DatasetVersion[] {
  const newest = new Map<string, DatasetVersion>()
  for (const one of found) if (one.version > (newest.get(one.name)?.version ?? 0)) newest.set(one.name, one)
  return [...newest.values()]
}

/** Versions of datasets as a table. */
export function datasetTable(found: readonly DatasetVersion[]): string {
  return textTable(
    ['dataset', 'registered', 'by', 'files', 'size', 'rows', 'columns', 'tags'],
    found.map(({ name: dataset, version, createdAt, by, files, rows, columns, tags }) => [
      `${dataset}@${version}`,
      when(createdAt),
      by.name,
      String(files.files.length),
      bytes(treeSize(files)),
      rows?.toLocaleString('en-US') ?? '-',
      columns === undefined ? '-' : String(columns),
      tagsText(tags),
    ]),
  )
}
