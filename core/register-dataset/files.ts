import { relative, resolve, sep } from 'node:path'
import { digestFiles } from '../engines/code/digest.ts'
import { globFiles } from '../engines/code/glob.ts'
import { InputError } from '../errors/errors.ts'
import type { Context } from '../main/context.ts'
import { isSafePath, type Tree, treeOf } from '../records/tree.ts'
import type { SourceFile } from '../workspace/workspace.ts'
import type { definition } from './definition.ts'

/** The files of a dataset where they are now, with their digests. */
export interface DatasetFiles {
  readonly folder: string
  readonly sources: readonly SourceFile[]
  readonly tree: Tree
}

/** Finds and digests the files. @throws InputError when no file matches. */
export async function datasetFiles({ inputs, project, host }: Context<typeof definition>): Promise<DatasetFiles> {
  const folder = inputs.folder ?? project.folder
  const paths = await globFiles(folder, inputs.files)
  if (paths.length === 0) {
    const problem = `match no file below ${folder}`
    throw new InputError({ faults: [{ subject: host.inputName('files'), source: { kind: 'input' }, problem }] })
  }
  const unsafe = paths.filter((path) => !isSafePath(path))
  if (unsafe.length > 0) {
    const problem = 'matches names that not every system can write'
    const value = unsafe.map((path) => JSON.stringify(path)).join(', ')
    throw new InputError({ faults: [{ subject: host.inputName('files'), source: { kind: 'input' }, value, problem }] })
  }
  return {
    folder,
    sources: paths.map((path) => ({ path, from: resolve(folder, path) })),
    tree: treeOf(await digestFiles(folder, paths)),
  }
}

/**
 * Keeps the bytes in the workspace.
 *
 * @throws InputError when a file has changed since it was digested: its profile would be another file's.
 */
export async function keepFiles({ workspace }: Context<typeof definition>, files: DatasetFiles): Promise<void> {
  // Consent to files in a public repository covers data as it covers models.
  const kept = await workspace.files.put(files.sources, { isModel: true })
  if (kept.digest === files.tree.digest) return
  const changed = kept.files.filter(({ digest }, at) => digest !== files.tree.files[at]?.digest).map(({ path }) => path)
  throw new InputError({ details: `Files changed while they were being read: ${changed.join(', ')}` })
}

/**
 * Where the files are, for the record: what the user says, without what could be a secret in it; or, for files that stay
 * where they are, their folder.
 */
export function addressOf({ inputs, host }: Context<typeof definition>, { folder }: DatasetFiles): string | undefined {
  const { address, byReference } = inputs
  if (address !== undefined) return withoutSecrets(address)
  if (!byReference) return undefined
  const inside = relative(host.context.folder, folder)
  const leaves = inside === '..' || inside.startsWith(`..${sep}`)
  return leaves ? folder : `./${inside.split(sep).join('/')}`
}

/** User, password, query and fragment of an address can each hold a key. */
function withoutSecrets(address: string): string {
  if (!/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(address) || !URL.canParse(address)) return address
  const url = new URL(address)
  url.username = ''
  url.password = ''
  url.search = ''
  url.hash = ''
  return url.href
}
