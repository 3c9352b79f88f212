import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { Source } from '../errors/fault.ts'
import { no, ok, type Parsed } from '../step/kind.ts'
import { checkShape, parseYaml, type YamlDocument, type YamlValue } from '../step/yaml.ts'
import { type ModelKey, type ProjectContent, projectShape } from './shape.ts'

/** The project file's name in the root of a repository. */
export const projectFileName = 'trainyard.yml'

/** A value of the project file and where it stands. */
export interface ProjectValue {
  readonly value: YamlValue
  readonly source: Source
}

/** The project file as steps see it; without a file everything is empty. */
export interface Project {
  /** Absolute; undefined where there is no project file. */
  readonly file: string | undefined
  /** The folder that paths are relative to: the project file's, or the checkout. */
  readonly folder: string
  readonly content: ProjectContent
  /** The names of the models, in the order of the file. */
  readonly models: readonly string[]
  /** The folder of a model: where its commands run and its paths begin. */
  folderOf(model: string | undefined): string
  /** What the file says for a model under a key; undefined where it says nothing. */
  value(model: string, key: string): ProjectValue | undefined
}

/**
 * Reads the project file: the named one, or `trainyard.yml` in the checkout. A named file that is missing is a problem; a
 * checkout without one is an empty project.
 */
export async function loadProject(options: {
  readonly folder: string
  readonly file?: string | undefined
}): Promise<Parsed<Project>> {
  const file = options.file ?? join(options.folder, projectFileName)
  const isThere = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!isThere) return options.file === undefined ? ok(emptyProject(options.folder)) : no('does not exist')
  const shown = relative(options.folder, file)
  const document = parseYaml(await readFile(file, 'utf8'), shown.startsWith('..') ? file : shown)
  if (!document.ok) return document
  const content = checkShape(document.value, projectShape)
  if (!content.ok) return content
  return checkFolders(content.value, document.value) ?? ok(projectOf(file, document.value, content.value))
}

/** A repository without a project file. */
export function emptyProject(folder: string): Project {
  return {
    file: undefined,
    folder,
    content: { version: 1, models: {}, endpoints: {}, triggers: [] },
    models: [],
    folderOf: () => folder,
    value: () => undefined,
  }
}

function projectOf(file: string, document: YamlDocument, content: ProjectContent): Project {
  const folder = dirname(file)
  return {
    file,
    folder,
    content,
    models: Object.keys(content.models),
    folderOf: (model) => resolve(folder, (model === undefined ? undefined : content.models[model]?.folder) ?? '.'),
    value(model, key) {
      const value = document.at(['models', model, key])
      return value === undefined ? undefined : { value, source: document.where(['models', model, key]) }
    },
  }
}

/** A model's folder lies inside the repository, or its commands and files would reach what they should not. */
function checkFolders(content: ProjectContent, document: YamlDocument): Parsed<never> | undefined {
  const faults = Object.entries(content.models).flatMap(([model, { folder }]) => {
    const leaves = folder !== undefined && (isAbsolute(folder) || folder.split(/[\\/]/).includes('..'))
    if (!leaves) return []
    const path = ['models', model, 'folder' satisfies ModelKey]
    return [{ subject: path.join('.'), source: document.where(path), problem: 'leaves the repository', value: folder }]
  })
  return faults.length === 0 ? undefined : { ok: false, faults }
}
