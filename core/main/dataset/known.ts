import type { DatasetVersion } from '../../records/model.ts'
import type { TreeFile } from '../../records/tree.ts'
import type { Datasets } from '../../workspace/workspace.ts'

/**
 * The registered datasets whose files are all among some data files, as `name@version`: by their bytes, since a path depends
 * on the folder that it begins in. Of several versions of one dataset it is the one with the most files, and the newest of
 * those.
 */
export async function datasetsAmong(
  data: readonly TreeFile[],
  datasets: Pick<Datasets, 'list'>,
): Promise<readonly string[]> {
  if (data.length === 0) return []
  const digests = new Set(data.map(({ digest }) => digest))
  const best = new Map<string, DatasetVersion>()
  for (const dataset of await datasets.list()) {
    const { name, files } = dataset
    // Empty files are equal and say nothing.
    const isAmong = files.files.some(({ size }) => size > 0) && files.files.every(({ digest }) => digests.has(digest))
    if (isAmong && files.files.length >= (best.get(name)?.files.files.length ?? 0)) best.set(name, dataset)
  }
  return [...best.values()].map(({ name, version }) => `${name}@${version}`)
}
