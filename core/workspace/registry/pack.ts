import type { Digest } from '../../records/digest.ts'
import { type Tree, type TreeFile, treeOf } from '../../records/tree.ts'
import { damaged } from '../failures.ts'
import type { BlobFiles } from '../files.ts'
import type { StoredFile, StoredFiles, StoredTree } from './stored.ts'

/** Longer lists of files go into a blob: entries and documents stay small. Bytes of JSON. */
const longestList = 4096

/** Makes a list of files ready to be remembered. */
export async function packFiles(files: readonly TreeFile[], store: BlobFiles): Promise<StoredFiles> {
  const stored = files.map(({ path, digest, size }): StoredFile => ({ path, digest, size, ...placed(digest, store) }))
  const bytes = Buffer.from(JSON.stringify(stored), 'utf8')
  if (bytes.length <= longestList) return { files: stored }
  const list = await store.putBytes(bytes)
  return { list, ...placed(list, store) }
}

/** Makes a tree ready to be remembered. */
export async function packTree(tree: Tree, store: BlobFiles): Promise<StoredTree> {
  return { digest: tree.digest, ...(await packFiles(tree.files, store)) }
}

/** The list of files as it was. */
export async function unpackFiles(stored: StoredFiles, store: BlobFiles): Promise<readonly TreeFile[]> {
  const files = 'files' in stored ? stored.files : await readList(stored, store)
  return files.map(({ path, digest, size, in: place }) => {
    store.learn(digest, place)
    return { path, digest, size }
  })
}

/** The tree as it was. @throws ExternalError TY0207 when its files do not have its digest. */
export async function unpackTree(stored: StoredTree, store: BlobFiles): Promise<Tree> {
  const tree = treeOf(await unpackFiles(stored, store))
  if (tree.digest !== stored.digest) {
    throw damaged(`a list of files has the digest ${tree.digest} and not ${stored.digest}`, 'workspace')
  }
  return tree
}

/** A list of files that is kept in a blob of its own. */
export async function readList(
  stored: { readonly list: Digest; readonly in?: string },
  store: BlobFiles,
): Promise<readonly StoredFile[]> {
  store.learn(stored.list, stored.in)
  // Verified against its digest by the store: it is what we wrote.
  return JSON.parse(Buffer.from(await store.read(stored.list)).toString('utf8')) as readonly StoredFile[]
}

function placed(digest: Digest, store: BlobFiles): { readonly in?: string } {
  const place = store.placeOf(digest)
  return place === undefined ? {} : { in: place }
}
