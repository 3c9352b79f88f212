import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { digestFile } from '../engines/code/digest.ts'
import { InputError } from '../errors/errors.ts'
import type { DatasetVersion } from '../records/model.ts'
import type { TreeFile } from '../records/tree.ts'

const shownFiles = 5

/**
 * Verifies the files of a dataset that was registered by reference: somebody else brought them, for the workspace has none of
 * their bytes.
 *
 * @throws InputError with the files that are missing or that differ, and where they can be found.
 */
export async function verifyInPlace({ name, version, files, address }: DatasetVersion, folder: string): Promise<void> {
  const wrong: string[] = []
  for (const file of files.files) {
    const problem = await problemOf(join(folder, ...file.path.split('/')), file)
    if (problem !== undefined) wrong.push(`${file.path} ${problem}`)
  }
  if (wrong.length === 0) return
  const rest = wrong.length > shownFiles ? ` and ${wrong.length - shownFiles} more` : ''
  const where = address === undefined ? '' : ` They are at ${address}.`
  throw new InputError({
    details: `${name}@${version} was registered by reference: bring its files to ${folder}, and this step verifies them.${where} ${wrong.slice(0, shownFiles).join(', ')}${rest}`,
  })
}

async function problemOf(path: string, { digest, size }: TreeFile): Promise<string | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined
    throw error
  })
  if (found?.isFile() !== true) return 'is missing'
  if (found.size !== size) return 'has another size'
  return (await digestFile(path)).digest === digest ? undefined : 'has other bytes'
}
