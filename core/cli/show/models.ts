import { defineStep } from '../../step/define-step.ts'
import { flag, integer, keyValues, name, text } from '../../step/input.ts'
import type { Model, ModelVersion, Tags } from '../../records/model.ts'
import { bothOf, type Query } from '../../workspace/search/query.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { Look } from '../lazy-look.ts'
import { textTable, when } from '../text-table.ts'
import { readSearch } from './where.ts'

export const definition = defineStep({
  id: 'models',
  title: 'List the models, or the versions of one',
  doc: 'Lists the models of a workspace with their champion; with a name, the versions of that model, newest first; with conditions, the versions of any model that fulfil them.',
  branding: { icon: 'list', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    // Not `model`: where trainyard.yml has one model, that input is never empty, and the list could not be asked for.
    name: name({ doc: 'The model whose versions are listed.' }),
    tag: keyValues({ doc: 'Only versions with these tags.' }),
    where: text({
      doc: 'Only versions that match this search, such as `metric auc >= 0.9`; docs/search.md tells the language.',
    }),
    all: flag({ doc: 'Also archived versions.', default: false }),
    limit: integer({ doc: 'How many versions at most.', default: 50, min: 1 }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Shows models or versions. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const { name: model, tag, where, all: withArchived, limit, json } = inputs
  if (model === undefined && where === undefined) {
    const models = await workspace.models.list({ withArchived })
    return json ? JSON.stringify(models, undefined, 2) : modelTable(models)
  }
  const query = bothOf(readSearch(where, 'versions', host.inputName('where')), tagQuery(tag))
  // Without a search it is a list of one model, which has to exist.
  const versions =
    where === undefined && model !== undefined
      ? await workspace.models.versions(model, { limit, withArchived, ...(tag === undefined ? {} : { tags: tag }) })
      : await workspace.models.search(bothOf(query, modelQuery(model)), { limit, withArchived })
  if (json) return JSON.stringify(versions, undefined, 2)
  if (versions.length > 0) return versionTable(await namedVersions(versions, workspace))
  return model === undefined ? 'No version matches.' : `${model} has no such version.`
}

function modelQuery(model: string | undefined): Query {
  return model === undefined ? { kind: 'all' } : { kind: 'text', field: 'model', op: '=', value: model }
}

/** The search for all of these tags. */
export function tagQuery(tags: Tags = {}): Query {
  return bothOf(
    ...Object.entries(tags).map(([name, value]): Query => ({ kind: 'named-text', field: 'tag', name, op: '=', value })),
  )
}

/** A version with the aliases that name it. */
export type NamedVersion = ModelVersion & { readonly aliases: readonly string[] }

/** Versions with the aliases that name them. */
export async function namedVersions(
  versions: readonly ModelVersion[],
  workspace: Workspace,
): Promise<readonly NamedVersion[]> {
  const names = [...new Set(versions.map(({ model }) => model))]
  const models = await Promise.all(names.map((model) => workspace.models.find(model)))
  const aliases = new Map(models.map((model) => [model?.name, Object.entries(model?.aliases ?? {})]))
  return versions.map((version) => {
    const own = (aliases.get(version.model) ?? []).filter(([, at]) => at === version.version)
    return { ...version, aliases: own.map(([alias]) => alias) }
  })
}

function modelTable(models: readonly Model[]): string {
  if (models.length === 0) return 'No model is registered yet.'
  return textTable(
    ['model', 'latest', 'champion', 'since', 'by', 'other aliases'],
    models.map(({ name: model, latest, aliases, history }) => {
      const { champion, ...others } = aliases
      const move = history.findLast(({ alias }) => alias === 'champion')
      return [
        model,
        String(latest),
        champion === undefined ? '-' : String(champion),
        champion === undefined || move === undefined ? '-' : when(move.at),
        champion === undefined || move === undefined ? '-' : move.by.name,
        Object.entries(others)
          .map(([alias, version]) => `${alias}=${version}`)
          .join(' '),
      ]
    }),
  )
}

/** Versions as a table. */
export function versionTable(versions: readonly NamedVersion[]): string {
  return textTable(
    ['version', 'aliases', 'registered', 'by', 'run', 'tags'],
    versions.map(({ model, version, aliases, archived, createdAt, by, run, tags }) => [
      `${model}@${version}`,
      // What is archived has no alias.
      archived !== undefined ? '(archived)' : aliases.length === 0 ? '-' : aliases.join(' '),
      when(createdAt),
      by.name,
      run ?? '-',
      tagsText(tags),
    ]),
  )
}

/** Tags on one line. */
export function tagsText(tags: Tags): string {
  return Object.entries(tags)
    .map(([tag, value]) => `${tag}=${value}`)
    .join(' ')
}
