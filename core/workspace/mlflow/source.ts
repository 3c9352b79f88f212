import { Readable } from 'node:stream'
import type { Artifact } from '../../engines/mlflow/artifacts.ts'
import { type Digest, hexOf } from '../../records/digest.ts'
import type { Tree } from '../../records/tree.ts'
import type { BlobFiles } from '../files.ts'
import { bySize, type MlflowService, storedPath } from './service.ts'

/**
 * The folder of the artifact store that holds a tree under its own paths. What is scattered over several, or lies elsewhere, is copied
 * together once more: MLflow's users get a version as one folder.
 */
export async function sourceFolder(tree: Tree, service: MlflowService, files: BlobFiles): Promise<string> {
  const bases = new Set(tree.files.map(({ path, digest }) => baseOf(files.placeOf(digest), storedPath(path))))
  const [base] = bases
  if (bases.size === 1 && base !== undefined) return base
  const { root } = await service.carrier()
  const folder = `${root}/trees/${hexOf(tree.digest)}`
  for (const { path, digest, size } of tree.files) {
    const open = () => Readable.from(bytesOf(files, digest))
    await service.api.artifacts.put(`${folder}/${storedPath(path)}`, { size, open })
  }
  return folder
}

/** Finds the files of a tree that an earlier step kept, when no record has told where they are. */
export async function learnPlaces(tree: Tree, service: MlflowService, files: BlobFiles): Promise<void> {
  if (tree.files.every(({ digest }) => files.placeOf(digest) !== undefined)) return
  const folder = `${(await service.carrier()).root}/trees/${hexOf(tree.digest)}`
  const there: Artifact[] = []
  for await (const artifact of service.api.artifacts.walk(folder)) there.push(artifact)
  const sizes = bySize(there)
  const placed = tree.files.map(({ path, digest, size }) => ({ digest, size, place: `${folder}/${storedPath(path)}` }))
  if (placed.some(({ place, size }) => sizes.get(place) !== size)) return
  for (const { digest, place } of placed) if (files.placeOf(digest) === undefined) files.learn(digest, place)
}

function baseOf(place: string | undefined, path: string): string | undefined {
  return place?.endsWith(`/${path}`) === true ? place.slice(0, -path.length - 1) : undefined
}

async function* bytesOf(files: BlobFiles, digest: Digest): AsyncGenerator<Buffer> {
  for await (const chunk of await files.open(digest)) yield chunk as Buffer
}
