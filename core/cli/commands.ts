import type { CliCommand } from './command.ts'
import { copyCommand } from './copy/command.ts'
import { initCommand } from './init/command.ts'
import { lazyLook } from './lazy-look.ts'
import { quickstartCommand } from './quickstart/command.ts'
import { resumeCommand } from './resume/command.ts'

/** Commands to begin with. */
export const beginners: readonly CliCommand[] = [initCommand, quickstartCommand]

/** Commands that only look. */
export const looks: readonly CliCommand[] = [
  lazyLook({
    id: 'models',
    title: 'List the models, or the versions of one',
    positional: 'name',
    load: () => import('./show/models.ts'),
  }),
  lazyLook({
    id: 'runs',
    title: 'List training runs, newest first',
    load: () => import('./show/runs.ts'),
    below: [
      lazyLook({
        id: 'compare',
        title: 'Compare runs: parameters, metrics, environment, data and code',
        positional: 'runs',
        load: () => import('./compare/command.ts'),
      }),
      lazyLook({
        id: 'import',
        title: 'Bring a run from an MLflow server here, so that it can be registered',
        positional: 'run',
        load: () => import('./import/command.ts'),
      }),
    ],
  }),
  lazyLook({
    id: 'search',
    title: 'Find versions, runs or datasets by tag, metric, alias, time and more',
    positional: 'query',
    load: () => import('./show/search.ts'),
  }),
  lazyLook({
    id: 'datasets',
    title: 'List the datasets, or the versions of one',
    positional: 'name',
    load: () => import('./show/datasets.ts'),
  }),
  lazyLook({
    id: 'dataset',
    title: 'Show schema and profile of a dataset, or what changed in it',
    positional: 'dataset',
    load: () => import('./show/dataset.ts'),
  }),
  lazyLook({
    id: 'lineage',
    title: 'Show what a version or run was made from, and what was decided about it',
    positional: 'reference',
    load: () => import('./show/lineage.ts'),
  }),
  lazyLook({
    id: 'gate',
    title: 'Show what the gate said of a version, or plan how many rows it needs',
    positional: 'reference',
    load: () => import('./gate/show.ts'),
    below: [
      lazyLook({
        id: 'plan',
        title: 'Say how many rows each criterion needs, before anyone trains anything',
        load: () => import('./gate/plan.ts'),
      }),
    ],
  }),
  lazyLook({
    id: 'audit',
    title: 'Show everything that was recorded, and check that it was not changed',
    load: () => import('./show/audit.ts'),
  }),
  lazyLook({
    id: 'verify',
    title: 'Find everything in the workspace that was changed, cut off or lost',
    load: () => import('./show/verify.ts'),
  }),
  lazyLook({
    id: 'report',
    title: 'Write what is known about a model as one HTML page',
    positional: 'model',
    load: () => import('./report/command.ts'),
  }),
  lazyLook({
    id: 'card',
    title: 'Write the model card of a version, from what is recorded about it',
    positional: 'reference',
    load: () => import('./card/command.ts'),
  }),
]

/** Commands for what serves. */
export const servings: readonly CliCommand[] = [
  lazyLook({
    id: 'endpoints',
    title: 'Show what serves where, since when, and whether it is healthy',
    positional: 'name',
    load: () => import('./show/endpoints.ts'),
  }),
  lazyLook({
    id: 'down',
    title: 'End endpoints of this machine',
    positional: 'endpoint',
    load: () => import('./serving/down.ts'),
  }),
]

/** Commands that keep the workspace in order. */
export const keepings: readonly CliCommand[] = [
  lazyLook({
    id: 'archive',
    title: 'Hide a version from lists and from latest, or bring it back',
    positional: 'version',
    load: () => import('./keeping/archive.ts'),
  }),
  lazyLook({
    id: 'delete',
    title: 'Delete a version',
    positional: 'version',
    load: () => import('./keeping/delete.ts'),
  }),
  lazyLook({
    id: 'gc',
    title: 'Remove files that nothing refers to any more',
    load: () => import('./keeping/gc.ts'),
  }),
]

/** Commands that bring what is remembered from one place to another. */
export const moves: readonly CliCommand[] = [copyCommand]

/** Commands after something went wrong. */
export const recoveries: readonly CliCommand[] = [resumeCommand]
