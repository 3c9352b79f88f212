import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { digestFile } from '../../engines/code/digest.ts'
import { look } from '../../engines/code/inside.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { Digest } from '../../records/digest.ts'
import type { Criteria } from '../criteria.ts'
import { customsOf } from './customs.ts'
import type { Custom } from './shape.ts'

/** A module that makes the values of a metric, found and read. */
export interface CustomModule extends Custom {
  /** As the criteria name it. */
  readonly module: string
  readonly path: string
  /** Of this file alone. */
  readonly digest: Digest
}

/**
 * Finds the modules that the criteria name.
 *
 * @param folder The model's.
 * @throws ConfigError TY0304 for one that is missing or outside the model's folder, links included.
 */
export async function findModules(criteria: Criteria, folder: string): Promise<readonly CustomModule[]> {
  const found: CustomModule[] = []
  const root = await realpath(folder)
  for (const custom of customsOf(criteria)) {
    const { module, name } = custom
    if (module === undefined) continue
    const { kind } = await look(root, module)
    if (kind !== 'file') {
      const problem =
        kind === 'outside' ? 'is not in the model’s folder' : kind === 'missing' ? 'is missing' : 'is no file'
      const source = { kind: 'file', file: join(folder, module) } as const
      throw new ConfigError({
        code: 'TY0304',
        faults: [{ subject: `the module of the metric ${name}`, source, problem }],
      })
    }
    const path = join(root, module)
    found.push({ ...custom, module, path, digest: (await digestFile(path)).digest })
  }
  return found
}
