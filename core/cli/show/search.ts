import { defineStep } from '../../step/define-step.ts'
import { choice, flag, integer, text } from '../../step/input.ts'
import { searchKinds } from '../../workspace/search/query.ts'
import type { Look } from '../lazy-look.ts'
import { datasetTable } from './datasets.ts'
import { namedVersions, versionTable } from './models.ts'
import { runTable } from './runs.ts'
import { readSearch } from './where.ts'

export const definition = defineStep({
  id: 'search',
  title: 'Find versions, runs or datasets',
  doc: 'Finds model versions, runs or versions of datasets by tags, metrics, parameters, aliases, run, time and what they were made of: `tag Stage=prod and metric auc >= 0.9`, `alias = champion or created > 7d ago`. Without conditions it lists everything.\n\nThe language is the same for every workspace; docs/search.md has all of it.',
  branding: { icon: 'search', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    query: text({ doc: 'What is looked for, such as `tag Stage=prod and metric auc >= 0.9`.' }),
    kind: choice(searchKinds, { doc: 'What is looked through.', default: 'versions' }),
    limit: integer({ doc: 'How many are shown at most.', default: 50, min: 1 }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Shows what matches. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { query: asked, kind, limit, json } = inputs
  const query = readSearch(asked, kind, host.inputName('query'))
  const shown = <T>(found: readonly T[], table: (found: readonly T[]) => string) =>
    json ? JSON.stringify(found, undefined, 2) : found.length === 0 ? `Nothing matches.` : table(found)
  switch (kind) {
    case 'versions': {
      const found = await workspace.models.search(query, { limit })
      return shown(await namedVersions(found, workspace), versionTable)
    }
    case 'runs':
      return shown(await workspace.runs.search(query, { limit }), runTable)
    case 'datasets':
      return shown(await workspace.datasets.search(query, { limit }), datasetTable)
  }
}
