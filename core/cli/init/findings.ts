import { type Dirent, existsSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { basename, join, posix } from 'node:path'
import { ExternalError } from '../../errors/errors.ts'
import type { Host } from '../../host/host.ts'

/** What a repository shows of itself. Paths are relative to it, with forward slashes. */
export interface Findings {
  /** A name for the model: the repository's, made fit. */
  readonly name: string
  /** The folder of the training script; `.` for the top. */
  readonly folder: string
  /** In that folder. */
  readonly train: string | undefined
  readonly predict: string | undefined
  readonly requirements: string | undefined
  /** Data files in it or below, as paths from there. */
  readonly data: readonly string[]
  /** The one of them that looks like evaluation data. */
  readonly evaluation: string | undefined
  /** The column names of that one. */
  readonly columns: readonly string[]
  /** A conda file, which is not supported yet. */
  readonly conda: string | undefined
  readonly systems: readonly ('github' | 'azure')[]
  readonly remote: string | undefined
  readonly branch: string | undefined
}

/** Folders in which nobody keeps a training script of their own. */
const ignored = new Set(['node_modules', 'venv', 'env', 'site-packages', 'dist', 'build', 'tests', 'test'])

/** Looks at a repository, two levels deep. */
export async function lookAt(repository: string, host: Pick<Host, 'exec'>): Promise<Findings> {
  const files = await filesBelow(repository, '', 2)
  const train =
    files.find((file) => /^train(ing)?\.py$/.test(basename(file))) ??
    files.find((file) => /(^|\/)train[\w-]*\.py$/.test(file))
  const folder = train === undefined ? '.' : posix.dirname(train)
  const here = new Set(files.filter((file) => posix.dirname(file) === folder).map((file) => basename(file)))
  const data = files.filter((file) => /\.(csv|jsonl)$/.test(file)).flatMap((file) => within(folder, file))
  const evaluation = data.find((file) => /test|eval|valid|holdout/i.test(basename(file))) ?? data.at(-1)
  const [remote, branch] = await Promise.all([
    git(repository, host, ['remote', 'get-url', 'origin']),
    git(repository, host, ['symbolic-ref', '--short', 'HEAD']),
  ])
  return {
    name: fitName(remote ?? repository),
    folder,
    train: train === undefined ? undefined : basename(train),
    predict: ['predict.py', 'score.py'].find((file) => here.has(file)),
    requirements: ['requirements.txt', 'requirements.in'].find((file) => here.has(file)),
    data,
    evaluation,
    columns: evaluation === undefined ? [] : await header(join(repository, folder, evaluation)),
    conda: ['environment.yml', 'environment.yaml', 'conda.yml'].find((file) => here.has(file)),
    systems: systemsOf(repository, remote),
    remote,
    branch,
  }
}

async function filesBelow(repository: string, folder: string, levels: number): Promise<readonly string[]> {
  const entries = (await readdir(join(repository, folder), { withFileTypes: true })).sort(byName)
  const files = entries.filter((entry) => entry.isFile()).map((entry) => posix.join(folder, entry.name))
  const folders = entries.filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.') && !ignored.has(entry.name),
  )
  if (levels === 0) return files
  const below = await Promise.all(
    folders.map(({ name }) => filesBelow(repository, posix.join(folder, name), levels - 1)),
  )
  return [...files, ...below.flat()]
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1
}

function within(folder: string, file: string): readonly string[] {
  if (folder === '.') return [file]
  return file.startsWith(`${folder}/`) ? [file.slice(folder.length + 1)] : []
}

const headerBytes = 65_536

/** The column names of a CSV file with a header; without quoting rules, since they only become a suggestion. */
async function header(path: string): Promise<readonly string[]> {
  if (!path.endsWith('.csv')) return []
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
    const [first = ''] = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/, 1)
    return first.split(',').map((column) => column.trim().replaceAll('"', ''))
  } finally {
    await file.close()
  }
}

function systemsOf(repository: string, remote: string | undefined): readonly ('github' | 'azure')[] {
  const isGithub = existsSync(join(repository, '.github')) || /[/@.]github\.com[:/]/.test(remote ?? '')
  const isAzure =
    existsSync(join(repository, 'azure-pipelines.yml')) || /dev\.azure\.com|visualstudio\.com/.test(remote ?? '')
  return [...(isGithub ? (['github'] as const) : []), ...(isAzure ? (['azure'] as const) : [])]
}

function fitName(path: string): string {
  const last =
    path
      .replace(/[\\/]+$/, '')
      .split(/[\\/:]/)
      .at(-1) ?? ''
  const fit = last
    .replace(/\.git$/, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, 64)
  return fit === '' ? 'model' : fit
}

/** What git says; nothing where there is no git, no repository or no such thing. */
async function git(cwd: string, host: Pick<Host, 'exec'>, args: readonly string[]): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await host.exec('git', args, { cwd })
    return exitCode !== 0 || stdout.trim() === '' ? undefined : stdout.trim()
  } catch (error) {
    if (error instanceof ExternalError) return undefined
    throw error
  }
}
