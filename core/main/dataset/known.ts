import type { DatasetVersion } from '../../records/model.ts'
import { isSafePath, type TreeFile, treeOf } from '../../records/tree.ts'
import type { Datasets } from '../../workspace/workspace.ts'

/** So many versions of each dataset are looked through: each can be a list of files that is far away. */
const newest = 10

/**
 * The registered datasets whose files are all among some data files, as `name@version`: by their bytes, since a path depends
 * on the folder that it begins in. Of several versions of one dataset it is the one with the most files, and the newest of
 * those. Versions before the newest ten are found only where they hold the very same files under the same paths.
 */
export async function datasetsAmong(
  data: readonly TreeFile[],
  datasets: Pick<Datasets, 'list'>,
): Promise<readonly string[]> {
  if (data.length === 0) return []
  const digests = new Set(data.map(({ digest }) => digest))
  const best = new Map<string, DatasetVersion>()
  // A name that no tree may hold is no reason to refuse a run.
  const isTree = data.every(({ path }) => isSafePath(path))
  const same = isTree ? await datasets.list({ files: treeOf(data).digest }) : []
  for (const dataset of [...same, ...(await datasets.list({ newest }))]) {
    const { name, files } = dataset
    // Empty files are equal and say nothing.
    const isAmong = files.files.some(({ size }) => size > 0) && files.files.every(({ digest }) => digests.has(digest))
    if (isAmong && files.files.length >= (best.get(name)?.files.files.length ?? 0)) best.set(name, dataset)
  }
  return [...best.values()].map(({ name, version }) => `${name}@${version}`)
}
