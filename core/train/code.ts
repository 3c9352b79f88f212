import { isAbsolute, join, relative, sep } from 'node:path'
import { globFiles } from '../engines/code/glob.ts'
import { snapshotFiles } from '../engines/code/snapshot.ts'
import type { Context } from '../main/context.ts'
import type { Tree } from '../records/tree.ts'
import { pendingFolderName } from '../workspace/open.ts'
import type { definition } from './definition.ts'
import { isToolOutput } from './tools/watch.ts'

/**
 * Keeps the code that is about to run: all that git tracks or would add, without the data, whose bytes are not kept,
 * without a workspace that lies there, and without what tracking tools write.
 *
 * @param data The data files, relative to the model's folder.
 */
export async function keepCode(
  { inputs, workspace, host }: Context<typeof definition>,
  { folder, data }: { readonly folder: string; readonly data: readonly string[] },
): Promise<Tree> {
  const root = host.context.folder
  const inRoot = (path: string) => posix(relative(root, join(folder, path)))
  const isData = new Set(data.map(inRoot))
  const isOutput = (path: string) => isToolOutput(posix(relative(folder, join(root, path))))
  const ours = [pendingFolderName, ...(isAbsolute(workspace.url) ? [posix(relative(root, workspace.url))] : [])]
  const all = await snapshotFiles(root, {
    onLeftOut: (path, why) => host.log.debug(`No part of the code: ${path} ${why}`),
  })
  const code = all.filter(
    ({ path }) => !isData.has(path) && !isOutput(path) && !ours.some((one) => path.startsWith(`${one}/`)),
  )

  const written = new Set((await globFiles(folder, inputs.files)).map(inRoot))
  const left = code.find(({ path }) => written.has(path))
  if (left !== undefined)
    host.log.warning(
      `${left.path} is a file that training writes, and git does not ignore it: it is kept as a part of the code, and no run is found the same. Add it to .gitignore`,
    )
  return workspace.files.put(code, { isModel: left !== undefined })
}

function posix(path: string): string {
  return path.split(sep).join('/')
}
