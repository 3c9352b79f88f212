import { readdir, readFile } from 'node:fs/promises'
import packageJson from '../../package.json' with { type: 'json' }
import { fillTemplate } from '../project/templates.ts'

/** A CI system with pipeline templates. */
export type TemplateSet = 'github' | 'azure'

/**
 * The pipelines of a CI system for a model, by file name. The templates lie beside this file, in the sources as in the
 * bundle.
 */
export async function pipelinesFor(set: TemplateSet, model: string): Promise<ReadonlyMap<string, string>> {
  const folder = new URL(`./templates/${set}/`, import.meta.url)
  const repository = /github\.com\/([^/]+\/[^/]+?)(?:\.git)?$/.exec(packageJson.repository.url)?.[1] ?? packageJson.name
  const values = { repository, major: Number(packageJson.version.split('.')[0]), model }
  const files = (await readdir(folder)).sort()
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        const text = await readFile(new URL(file, folder), 'utf8')
        return [file, fillTemplate(text, values)] as const
      }),
    ),
  )
}
