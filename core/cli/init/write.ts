import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What became of one file. */
export interface Written {
  readonly path: string
  readonly outcome: 'wrote' | 'would write' | 'kept'
}

/** Writes files that are not there yet. One that is there, even one that appears meanwhile, is never overwritten. */
export async function writeMissing(
  repository: string,
  files: ReadonlyMap<string, string>,
  isDryRun: boolean,
): Promise<readonly Written[]> {
  return Promise.all(
    [...files].map(async ([path, text]): Promise<Written> => {
      const target = join(repository, path)
      if (existsSync(target)) return { path, outcome: 'kept' }
      if (isDryRun) return { path, outcome: 'would write' }
      await mkdir(dirname(target), { recursive: true })
      return { path, outcome: (await writeNew(target, text)) ? 'wrote' : 'kept' }
    }),
  )
}

async function writeNew(target: string, text: string): Promise<boolean> {
  try {
    await writeFile(target, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
