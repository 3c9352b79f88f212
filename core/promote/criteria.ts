import { stat } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { digestFile } from '../engines/code/digest.ts'
import type { Project } from '../project/project.ts'
import type { CriteriaNow } from './decide.ts'

/** The criteria file that the project names for a model, as it is now; undefined where it names none. */
export async function criteriaNow(
  project: Pick<Project, 'folder' | 'folderOf' | 'value'>,
  model: string,
): Promise<CriteriaNow | undefined> {
  const said = project.value(model, 'criteria')?.value
  if (said?.kind !== 'scalar') return undefined
  const path = resolve(project.folderOf(model), said.text)
  const file = relative(project.folder, path).split(sep).join('/')
  const isThere = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
  return { file, digest: isThere ? (await digestFile(path)).digest : undefined }
}
