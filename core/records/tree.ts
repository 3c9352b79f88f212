import { createHash } from 'node:crypto'
import type { Digest } from './digest.ts'

/** One file of a tree. `path` is relative, with forward slashes; `size` in bytes. */
export interface TreeFile {
  readonly path: string
  readonly digest: Digest
  readonly size: number
}

/** An immutable set of files. Two trees with the same digest hold the same bytes under the same names. */
export interface Tree {
  readonly digest: Digest
  /** Sorted by path, by code unit. */
  readonly files: readonly TreeFile[]
}

/**
 * Makes a tree of its files. The digest is the sha256 of one line a file, `<hex digest>  <path>\n`, sorted by path: the
 * format of `sha256sum`, so that anyone can check it without Trainyard.
 *
 * @throws RangeError when a path is repeated, absolute, or leaves its folder: that is for the caller to prevent.
 */
export function treeOf(files: Iterable<TreeFile>): Tree {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const hash = createHash('sha256')
  let previous: string | undefined
  for (const file of sorted) {
    if (file.path === previous || !isSafePath(file.path)) throw new RangeError(`not a path of a tree: ${file.path}`)
    previous = file.path
    hash.update(`${file.digest.slice('sha256:'.length)}  ${file.path}\n`)
  }
  return { digest: `sha256:${hash.digest('hex')}`, files: sorted }
}

/** Whether a relative path with forward slashes stays inside the folder that it is relative to, on every system. */
export function isSafePath(path: string): boolean {
  // Drive letters and back slashes are refused everywhere, since a tree made on Linux is unpacked on Windows too.
  if (path === '' || path.includes('\0') || path.includes('\n') || path.includes('\\') || /^[A-Za-z]:/.test(path))
    return false
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}

/** The sum of a tree's file sizes in bytes. */
export function treeSize(tree: Tree): number {
  return tree.files.reduce((sum, file) => sum + file.size, 0)
}
