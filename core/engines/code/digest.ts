import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Digest } from '../../records/digest.ts'
import type { TreeFile } from '../../records/tree.ts'

const chunkBytes = 2 ** 20

/** Files that are read at the same time: enough to keep a disk busy, few enough for any limit on open files. */
const atOnce = 4

/** The sha256 digest and the size in bytes of a file, read once and never whole in memory. Fails as Node does when it cannot be read. */
export async function digestFile(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    size += chunk.length
  }
  return { digest: `sha256:${hash.digest('hex')}`, size }
}

/** The digests of files below a folder, in the order of their paths (relative, with forward slashes). */
export async function digestFiles(folder: string, paths: readonly string[]): Promise<readonly TreeFile[]> {
  const files: TreeFile[] = []
  const waiting = paths.entries()
  const work = async (): Promise<void> => {
    for (const [at, path] of waiting) files[at] = { path, ...(await digestFile(join(folder, path))) }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return files
}
