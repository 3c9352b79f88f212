import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyDefinition } from '../step/define-step.ts'

/** The folders of core/ that hold a step, sorted: those with a `definition.ts`. */
export function stepFolders(root: string): readonly string[] {
  return readdirSync(join(root, 'core'))
    .filter((folder) => existsSync(join(root, 'core', folder, 'definition.ts')))
    .sort()
}

/**
 * The definitions of all steps, in the order of their names.
 *
 * @throws Error when a step's id is not its folder, or it lacks its `run` (or the `post` that it declares).
 */
export async function loadSteps(root: string): Promise<readonly AnyDefinition[]> {
  return Promise.all(
    stepFolders(root).map(async (folder) => {
      const at = join(root, 'core', folder)
      const module = (await import(pathToFileURL(join(at, 'definition.ts')).href)) as { definition?: AnyDefinition }
      if (module.definition?.id !== folder)
        throw new Error(`core/${folder}/definition.ts exports no definition with the id ${folder}`)
      for (const entry of ['run', ...(module.definition.hasPost === true ? ['post'] : [])]) {
        if (!existsSync(join(at, `${entry}.ts`))) throw new Error(`core/${folder} is declared, but has no ${entry}.ts`)
      }
      return module.definition
    }),
  )
}
