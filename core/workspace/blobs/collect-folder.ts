import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncFolder } from '../durable.ts'
import { errno } from '../failures.ts'

/** What tells a file from the same one put again. */
export type Stamp = Pick<Stats, 'ino' | 'mtimeMs' | 'size'>

/**
 * Takes files out of a folder that others write to. A file is first moved aside, and goes only when it is still the one that
 * was looked at: whoever puts it meanwhile finds nothing in its place and writes it anew, or has given it a new age, and then
 * it is moved back. What a dead collector left aside can still be read, and the next one brings it back.
 */
export class FileCollector {
  readonly #aside: string

  /** @param aside A folder on the same file system. */
  constructor(aside: string) {
    this.#aside = aside
  }

  /** Removes a file that still has a stamp; false when it stays. */
  async remove(path: string, name: string, stamp: Stamp): Promise<boolean> {
    await mkdir(this.#aside, { recursive: true })
    const moved = join(this.#aside, `${name}-${randomUUID()}`)
    try {
      await rename(path, moved)
    } catch (error) {
      if (errno(error) === 'ENOENT') return false
      throw error
    }
    if (isSame(await statIfThere(moved), stamp)) {
      await rm(moved, { force: true })
      return true
    }
    await putBack(moved, path)
    return false
  }

  /** Where a file is that was moved aside. */
  async find(name: string): Promise<string | undefined> {
    const found = (await namesIn(this.#aside)).find((one) => one.startsWith(`${name}-`))
    return found === undefined ? undefined : join(this.#aside, found)
  }

  /** Brings back what a dead collector left. `pathOf` gives the place of a name. */
  async restore(pathOf: (name: string) => string): Promise<void> {
    for (const found of await namesIn(this.#aside)) {
      await putBack(join(this.#aside, found), pathOf(found.slice(0, found.indexOf('-'))))
    }
  }
}

/** Durable in its place before it is taken away from aside. */
async function putBack(moved: string, path: string): Promise<void> {
  try {
    await link(moved, path)
    await syncFolder(dirname(path))
  } catch (error) {
    // Somebody has put it anew, or another collector was quicker.
    if (errno(error) !== 'EEXIST' && errno(error) !== 'ENOENT') throw error
  }
  await rm(moved, { force: true })
}

function isSame(found: Stats | undefined, { ino, mtimeMs }: Stamp): boolean {
  return found?.ino === ino && found.mtimeMs === mtimeMs
}

/** What is known about a file; undefined when it is not there. */
export async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
    throw error
  }
}

/** The names in a folder; none when it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw error
  }
}
