import { Readable } from 'node:stream'
import { hexOf } from '../../records/digest.ts'
import type { Tree } from '../../records/tree.ts'
import type { BlobFiles } from '../files.ts'
import { type MlflowService, storedPath } from './service.ts'

/**
 * The folder of the artifact store that holds a tree under its own paths. What is scattered over several is copied together once
 * more: MLflow's users get a version as one folder.
 */
export async function sourceFolder(tree: Tree, service: MlflowService, files: BlobFiles): Promise<string> {
  const bases = new Set(tree.files.map(({ path, digest }) => baseOf(files.placeOf(digest), storedPath(path))))
  const [base] = bases
  if (bases.size === 1 && base !== undefined) return base
  const { root } = await service.carrier()
  const folder = `${root}/trees/${hexOf(tree.digest)}`
  for (const { path, digest, size } of tree.files) {
    const place = files.placeOf(digest)
    const open = () => Readable.from(bytesOf(files, digest, place))
    await service.api.artifacts.put(`${folder}/${storedPath(path)}`, { size, open })
  }
  return folder
}

function baseOf(place: string | undefined, path: string): string | undefined {
  return place?.endsWith(`/${path}`) === true ? place.slice(0, -path.length - 1) : undefined
}

async function* bytesOf(
  files: BlobFiles,
  ...[digest, place]: Parameters<BlobFiles['blobs']['get']>
): AsyncGenerator<Buffer> {
  for await (const chunk of await files.blobs.get(digest, place)) yield chunk as Buffer
}
