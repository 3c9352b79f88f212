import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ExternalError } from '../errors/errors.ts'
import { ensureFolder, makeFolder, syncFolder, writeTemporary } from './durable.ts'
import { errno, tooNew } from './failures.ts'

/** The form in which a folder holds a workspace. */
const format = 1

/**
 * A folder that holds a workspace, known by a marker file. A network disk that is gone leaves an empty folder behind: the
 * marker keeps us from beginning a new workspace there in the middle of our work.
 */
export class WorkspaceFolder {
  readonly path: string
  #isSeen = false

  constructor(path: string) {
    this.path = path
  }

  /** Whether a workspace is here. @throws ExternalError when it was and is no more; ConfigError TY0209 for a newer form. */
  async isThere(): Promise<boolean> {
    const text = await readFile(this.#marker, 'utf8').catch((error: unknown) => {
      if (errno(error) === 'ENOENT') return undefined
      throw error
    })
    if (text === undefined && this.#isSeen) throw gone(this.path)
    if (text === undefined) return false
    const found = Number(/"format": *(\d+)/.exec(text)?.[1] ?? 0)
    if (found > format) throw tooNew(`${this.path} has the form ${found}; this release knows ${format}`)
    this.#isSeen = true
    return true
  }

  /** Begins a workspace here when there is none. */
  async prepare(): Promise<void> {
    if (await this.isThere()) return
    await ensureFolder(this.path)
    await makeFolder(join(this.path, 'temporary'))
    // A laptop's default lies in a checkout, and is nothing to commit.
    await writeFile(join(this.path, '.gitignore'), '*\n')
    const text = `${JSON.stringify({ format, about: 'A Trainyard workspace: change nothing in it by hand.' }, undefined, 2)}\n`
    await rename(await writeTemporary(join(this.path, 'temporary'), (file) => file.writeFile(text)), this.#marker)
    await syncFolder(this.path)
    this.#isSeen = true
  }

  get #marker(): string {
    return join(this.path, 'trainyard.json')
  }
}

function gone(path: string): ExternalError {
  return new ExternalError({
    code: 'TY0502',
    details: `the workspace that was in ${path} is not there any more`,
    facts: { operation: 'open the workspace again', address: path },
  })
}
