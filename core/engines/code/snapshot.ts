import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../errors/errors.ts'
import { byCodeUnit, type Found, look } from './inside.ts'
import { listedByGit } from './listed-by-git.ts'
import { walk } from './walk.ts'

/** One file of a code snapshot. */
export interface SnapshotFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string
  /** Where it is now. */
  readonly from: string
  readonly size: number
}

export interface SnapshotOptions {
  /** Code is small. What is larger than this is data that nobody told git to ignore. */
  readonly maxBytes?: number
  readonly maxFiles?: number
  /** Told of what is not taken, and why. */
  readonly onLeftOut?: (path: string, why: string) => void
}

const defaultMaxBytes = 100 * 2 ** 20
const defaultMaxFiles = 20_000
const shownFiles = 3

/** Folders that hold no code of the user's, for folders that are no git checkout. */
const notCode = [
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.tox',
  '.nox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.ipynb_checkpoints',
]

/**
 * The files that make up the code in a folder, sorted by path: in a git checkout what git tracks and what it would add, as
 * the files are now; elsewhere all files but those of tools. The workspace's own folder is never part of it, nor are links
 * to folders or out of the folder, submodules and nested repositories; `onLeftOut` hears of those.
 *
 * @throws InputError when it is too large, naming the largest files; ExternalError TY0503 when git fails.
 */
export async function snapshotFiles(folder: string, options: SnapshotOptions = {}): Promise<readonly SnapshotFile[]> {
  const { maxBytes = defaultMaxBytes, maxFiles = defaultMaxFiles, onLeftOut } = options
  const root = await realpath(folder)
  const paths = (await listedByGit(root)) ?? (await allFiles(root))
  const files: SnapshotFile[] = []
  for (const path of [...new Set(paths)].sort(byCodeUnit)) {
    if (path.startsWith('.trainyard/')) continue
    const found = await look(root, path)
    if (found.kind === 'file') files.push({ path, from: join(folder, path), size: found.size })
    else if (found.kind !== 'missing') onLeftOut?.(path, reasons[found.kind])
  }
  demandSmall(files, { folder, maxBytes, maxFiles })
  return files
}

const reasons: Readonly<Record<Exclude<Found['kind'], 'file' | 'missing'>, string>> = {
  folder: 'is a submodule, another repository or a link to a folder',
  outside: 'is a link that leads out of the folder, or nowhere',
  special: 'is neither a file nor a folder',
}

async function allFiles(root: string): Promise<readonly string[]> {
  const { files, outside } = await walk(root, { wanted: ['**'], unwanted: notCode.map((name) => `**/${name}`) })
  return [...files, ...outside]
}

interface Limits {
  readonly folder: string
  readonly maxBytes: number
  readonly maxFiles: number
}

function demandSmall(files: readonly SnapshotFile[], { folder, maxBytes, maxFiles }: Limits): void {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  if (bytes <= maxBytes && files.length <= maxFiles) return
  const largest = [...files].sort((a, b) => b.size - a.size).slice(0, shownFiles)
  throw new InputError({
    details: [
      `The code in ${folder} is ${inMegabytes(bytes)} in ${files.length} files; a run keeps at most ${inMegabytes(maxBytes)} in ${maxFiles} files.`,
      `The largest: ${largest.map(({ path, size }) => `${path} (${inMegabytes(size)})`).join(', ')}.`,
      'Add data and built files to .gitignore. What training reads is recorded by its digest when the input `data` names it.',
    ].join('\n'),
  })
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`
}
