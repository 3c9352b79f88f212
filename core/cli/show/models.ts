import { defineStep } from '../../step/define-step.ts'
import { flag, integer, keyValues, name } from '../../step/input.ts'
import type { Model, ModelVersion } from '../../records/model.ts'
import type { Look } from '../lazy-look.ts'
import { textTable, when } from '../text-table.ts'

export const definition = defineStep({
  id: 'models',
  title: 'List the models, or the versions of one',
  doc: 'Lists the models of a workspace with their champion; with a name, the versions of that model, newest first.',
  branding: { icon: 'list', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    // Not `model`: where trainyard.yml has one model, that input is never empty, and the list could not be asked for.
    name: name({ doc: 'The model whose versions are listed.' }),
    tag: keyValues({ doc: 'Only versions with these tags.' }),
    limit: integer({ doc: 'How many versions at most.', default: 50, min: 1 }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Shows models or versions. */
export const look: Look<typeof definition> = async ({ inputs, workspace }) => {
  const { name: model, tag, limit, json } = inputs
  if (model === undefined) {
    const models = await workspace.models.list()
    return json ? JSON.stringify(models, undefined, 2) : modelTable(models)
  }
  const found = await workspace.models.find(model)
  const versions = await workspace.models.versions(model, { limit, ...(tag === undefined ? {} : { tags: tag }) })
  if (json) return JSON.stringify(versions, undefined, 2)
  return versions.length === 0 ? `${model} has no such version.` : versionTable(versions, found)
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

function versionTable(versions: readonly ModelVersion[], model: Model | undefined): string {
  return textTable(
    ['version', 'aliases', 'registered', 'by', 'run', 'tags'],
    versions.map((version) => [
      `${version.model}@${version.version}`,
      aliasesOf(version.version, model),
      when(version.createdAt),
      version.by.name,
      version.run ?? '-',
      Object.entries(version.tags)
        .map(([tag, value]) => `${tag}=${value}`)
        .join(' '),
    ]),
  )
}

function aliasesOf(version: number, model: Model | undefined): string {
  const names = Object.entries(model?.aliases ?? {}).filter(([, at]) => at === version)
  return names.length === 0 ? '-' : names.map(([alias]) => alias).join(' ')
}
