import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { byCodeUnit, look } from './inside.ts'

/** Patterns relative to a folder, without `.`, `..` and empty parts. A folder's own name means all that is in it. */
export interface Patterns {
  readonly wanted: readonly string[]
  readonly unwanted: readonly string[]
}

/** Paths, sorted by code unit: files, and links that match and lead out of the folder or nowhere. */
export interface Walked {
  readonly files: readonly string[]
  readonly outside: readonly string[]
}

/**
 * Walks a folder, no further than the patterns need. Links to folders are not entered, except where a pattern names one.
 *
 * @param root the real path of the folder
 */
export async function walk(root: string, { wanted, unwanted }: Patterns): Promise<Walked> {
  const { default: picomatch } = await import('picomatch')
  const matcher = (patterns: readonly string[]) => picomatch(patterns.flatMap(orWithin), { dot: true })
  const [isWanted, isUnwanted] = [matcher(wanted), unwanted.length === 0 ? () => false : matcher(unwanted)]
  const walker = new Walker(root, { isWanted, isUnwanted })
  for (const pattern of wanted) await walker.from(picomatch.scan(pattern).base)
  return { files: [...walker.files].sort(byCodeUnit), outside: [...walker.outside].sort(byCodeUnit) }
}

function orWithin(pattern: string): readonly string[] {
  return pattern === '' ? ['**'] : [pattern, `${pattern}/**`]
}

interface Choice {
  readonly isWanted: (path: string) => boolean
  /** What is unwanted is not entered either. */
  readonly isUnwanted: (path: string) => boolean
}

class Walker {
  readonly files = new Set<string>()
  readonly outside = new Set<string>()
  readonly #entered = new Set<string>()
  readonly #root: string
  readonly #choice: Choice

  constructor(root: string, choice: Choice) {
    this.#root = root
    this.#choice = choice
  }

  /** Begins at the last folder, or the file, that a pattern names without wildcards. */
  async from(base: string): Promise<void> {
    if (base.split('/').includes('.git') || this.#choice.isUnwanted(base)) return
    if ((await look(this.#root, base)).kind === 'folder') await this.#enter(base)
    else if (base !== '' && this.#choice.isWanted(base)) await this.#take(base)
    // A wildcard below a link that leads out: nothing there can be looked at.
    else if ((await look(this.#root, base)).kind === 'outside') this.outside.add(base)
  }

  async #enter(folder: string): Promise<void> {
    if (this.#entered.has(folder)) return
    this.#entered.add(folder)
    for (const entry of await readdir(join(this.#root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.name === '.git' || this.#choice.isUnwanted(path)) continue
      if (entry.isDirectory()) await this.#enter(path)
      else if (this.#choice.isWanted(path)) await this.#take(path)
    }
  }

  async #take(path: string): Promise<void> {
    const { kind } = await look(this.#root, path)
    if (kind === 'file') this.files.add(path)
    else if (kind === 'outside') this.outside.add(path)
  }
}
