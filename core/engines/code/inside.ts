import type { Stats } from 'node:fs'
import { lstat, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'

/** What a path below a folder is. A link counts as what it leads to, as long as that is in the folder too. */
export type Found =
  | { readonly kind: 'file'; readonly size: number }
  | { readonly kind: 'folder' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'special' }

/**
 * Looks at a path without being led out of its folder, by a link at its end or on its way.
 *
 * @param root the real path of the folder
 */
export async function look(root: string, path: string): Promise<Found> {
  const place = join(root, path)
  const real = await orMissing(() => realpath(place))
  if (real === undefined)
    return (await orMissing(() => lstat(place))) === undefined ? { kind: 'missing' } : { kind: 'outside' }
  if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep)) return { kind: 'outside' }
  const stats = await orMissing<Stats>(() => stat(real))
  if (stats === undefined) return { kind: 'missing' }
  if (stats.isFile()) return { kind: 'file', size: stats.size }
  return stats.isDirectory() ? { kind: 'folder' } : { kind: 'special' }
}

async function orMissing<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    // ELOOP: a link that leads to itself.
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined
    throw error
  }
}

/** Sorts paths as trees do, by code unit. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
