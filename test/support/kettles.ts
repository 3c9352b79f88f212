import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ProjectRepository } from './project-repository.ts'

/** What `params.json` says. */
export interface KettleParams {
  readonly columns: readonly string[]
  readonly unit: number
}

/** Three trainings: one that is good enough, a better one, and one with a unit error. */
export const trainings = {
  plain: { columns: ['fill'], unit: 1 },
  better: { columns: ['fill', 'heat'], unit: 1 },
  wrong: { columns: ['fill', 'heat'], unit: 0.02 },
} as const satisfies Record<string, KettleParams>

/** The text of `params.json`. */
export function paramsFile(params: KettleParams): Readonly<Record<string, string>> {
  return { 'params.json': `${JSON.stringify(params)}\n` }
}

/** A repository with the kettles project, whose model trains in a fraction of a second. */
export function kettleRepository(scratch: string, files: Readonly<Record<string, string>> = {}): ProjectRepository {
  return new ProjectRepository({
    project: join(import.meta.dirname, 'kettles'),
    prepare: (checkout) => execFileSync(process.execPath, ['data.mjs'], { cwd: checkout }),
    files: { '.gitignore': 'model/\n', ...paramsFile(trainings.plain), ...files },
    scratch,
    name: 'octo/kettles',
  })
}
