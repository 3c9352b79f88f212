import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Pack } from 'tar-stream'
import type { Digest } from '../../records/digest.ts'
import type { Tree } from '../../records/tree.ts'
import { addEntry, streamOf } from './tar.ts'

/** A layer of an image in a file, not compressed. `digest` is what an image's configuration calls its diff id. */
export interface Layer {
  readonly file: string
  readonly digest: Digest
  readonly size: number
}

/** What a layer holds: the files of a tree, which lie in a folder here, below a folder there. */
export interface LayerContent {
  readonly folder: string
  readonly tree: Tree
  /** Without a slash at the beginning. */
  readonly below: string
}

/** Everything in an image may be read by every user, since the one that runs it owns nothing there. */
const [folderMode, fileMode] = [0o755, 0o644]

/** Nothing in a layer says when or by whom it was made: the same files give the same bytes. */
const nobody = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' }

/** Writes a layer into a new file. */
export async function writeLayer(content: LayerContent, file: string): Promise<Layer> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  const hash = createHash('sha256')
  let size = 0
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      size += chunk.length
      done(null, chunk)
    },
  })
  const written = pipeline(streamOf(archive), measured, createWriteStream(file, { flags: 'wx' }))
  // Observed below; a failure on the way must not end the process.
  written.catch(() => undefined)
  await fill(archive, content)
  archive.finalize()
  await written
  return { file, digest: `sha256:${hash.digest('hex')}`, size }
}

async function fill(archive: Pack, { folder, tree, below }: LayerContent): Promise<void> {
  const paths = tree.files.map(({ path }) => posix.join(below, path))
  for (const name of foldersOf(paths))
    archive.entry({ ...nobody, name: `${name}/`, type: 'directory', mode: folderMode })
  for (const [at, { path, size }] of tree.files.entries()) {
    const content = createReadStream(join(folder, ...path.split('/')))
    await addEntry(archive, { ...nobody, name: paths[at] ?? '', size, mode: fileMode }, content)
  }
}

/** Every folder on the way to a file, outer ones first. */
function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>()
  for (const path of paths)
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder)
  return [...folders].sort()
}
