import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What a repository is made of. */
export interface RepositoryOptions {
  /** The project: every file of it is committed, except what `ignore` names. */
  readonly project: string
  readonly ignore?: (path: string) => boolean
  /** More files, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Makes files that the project does not bring, in the author's checkout. */
  readonly prepare?: (checkout: string) => void
  /** A folder for everything; not removed. */
  readonly scratch: string
  /** `owner/name` */
  readonly name: string
}

/** A project with its bare remote and the checkout of its author. */
export class ProjectRepository {
  /** The folder of the bare repositories. */
  readonly remotes: string
  /** The bare repository. */
  readonly remote: string
  readonly #author: string
  readonly #scratch: string

  constructor({ project, ignore = () => false, files = {}, prepare, scratch, name }: RepositoryOptions) {
    this.#scratch = scratch
    this.remotes = join(scratch, 'remotes')
    this.remote = join(this.remotes, `${name}.git`)
    this.#author = join(scratch, 'author')
    mkdirSync(dirname(this.remote), { recursive: true })
    git(scratch, ['init', '--quiet', '--bare', '--initial-branch=main', this.remote])
    cpSync(project, this.#author, { recursive: true, filter: (path) => !ignore(path) })
    git(this.#author, ['init', '--quiet', '--initial-branch=main'])
    git(this.#author, ['remote', 'add', 'origin', this.remote])
    prepare?.(this.#author)
    this.commit(files, 'Begin')
  }

  /** Writes files, commits everything and pushes; on another branch, which begins at main, where one is named. */
  commit(files: Readonly<Record<string, string>>, message: string, branch = 'main'): string {
    const checkout = this.#author
    if (branch !== 'main') git(checkout, ['switch', '--quiet', '--force-create', branch, 'main'])
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(checkout, path)), { recursive: true })
      writeFileSync(join(checkout, path), text)
    }
    git(checkout, ['add', '--all'])
    git(checkout, ['commit', '--quiet', '--allow-empty', '--message', message])
    git(checkout, ['push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`])
    const commit = git(checkout, ['rev-parse', 'HEAD'])
    if (branch !== 'main') git(checkout, ['switch', '--quiet', 'main'])
    return commit
  }

  /** A fresh clone of a branch, as a job checks it out: one commit deep, its remote at an address. */
  clone(branch = 'main', origin = this.remote): string {
    const folder = mkdtempSync(join(this.#scratch, 'clone-'))
    const from = `file://${this.remote}`
    git(this.#scratch, ['clone', '--quiet', '--depth=1', '--no-tags', `--branch=${branch}`, from, folder])
    git(folder, ['remote', 'set-url', 'origin', origin])
    return folder
  }
}

/** Runs git, as nobody in particular, and gives what it prints. */
export function git(folder: string, args: readonly string[]): string {
  const who = ['-c', 'user.name=Grace Hopper', '-c', 'user.email=grace@example.com', '-c', 'core.hooksPath=/dev/null']
  return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' }).trim()
}
