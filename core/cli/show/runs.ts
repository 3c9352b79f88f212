import { type Run, runStates } from '../../records/run.ts'
import { defineStep } from '../../step/define-step.ts'
import { choice, flag, integer, name, text } from '../../step/input.ts'
import { bothOf, type Query } from '../../workspace/search/query.ts'
import type { Look } from '../lazy-look.ts'
import { harmless, textTable, when } from '../text-table.ts'
import { readSearch } from './where.ts'

export const definition = defineStep({
  id: 'runs',
  title: 'List training runs, newest first',
  doc: 'Lists training runs, newest first, with their state and metrics. Where they belong to several experiments, each experiment has a list of its own, the one with the newest run first.',
  branding: { icon: 'list', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    model: name({ doc: 'Only runs of this model. Where trainyard.yml has one model, that one.' }),
    experiment: name({ doc: 'Only runs of this experiment.' }),
    state: choice(runStates, { doc: 'Only runs in this state.' }),
    where: text({
      doc: 'Only runs that match this search, such as `metric auc >= 0.9`; docs/search.md tells the language.',
    }),
    limit: integer({ doc: 'How many runs at most.', default: 20, min: 1 }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Shows runs. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { model, experiment, state, where, limit, json } = inputs
  const query = bothOf(
    readSearch(where, 'runs', host.inputName('where')),
    textQuery('model', model),
    textQuery('experiment', experiment),
    textQuery('state', state),
  )
  const runs = await workspace.runs.search(query, { limit })
  if (json) return JSON.stringify(runs, undefined, 2)
  return runs.length === 0 ? 'No such run.' : byExperiment(runs)
}

function textQuery(field: 'model' | 'experiment' | 'state', value: string | undefined): Query {
  return value === undefined ? { kind: 'all' } : { kind: 'text', field, op: '=', value }
}

/** One table where there is one experiment, else one for each. */
function byExperiment(runs: readonly Run[]): string {
  const experiments = [...new Set(runs.map(({ experiment }) => experiment))]
  if (experiments.length === 1) return runTable(runs)
  return experiments
    .map((one) => `experiment ${harmless(one)}\n${runTable(runs.filter(({ experiment }) => experiment === one))}`)
    .join('\n\n')
}

/** Runs as a table. */
export function runTable(runs: readonly Run[]): string {
  return textTable(
    ['run', 'model', 'state', 'started', 'took', 'by', 'metrics'],
    runs.map((run) => [run.id, run.model, run.state, when(run.startedAt), took(run), run.by.name, metricsOf(run)]),
  )
}

/** How long a run took, in words; nothing while it runs. */
export function took({ startedAt, endedAt }: Run): string {
  if (endedAt === undefined) return '-'
  const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The metrics of a run on one line. */
export function metricsOf({ end }: Run): string {
  return Object.entries(end?.metrics ?? {})
    .map(([metric, value]) => `${metric}=${Number(value.toPrecision(4))}`)
    .join(' ')
}
