import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isSafePath } from '../../records/tree.ts'
import { failed, Git } from './git.ts'

/** Files of a commit, and where they are wanted. */
export interface CommitFiles {
  /** A folder of the repository; what is above it in the repository is not wanted. */
  readonly folder: string
  readonly commit: string
  /** An empty folder. */
  readonly into: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Writes the files that a commit has below a folder of a checkout, which stays as it is. Links and submodules are left out.
 *
 * @returns false where the checkout has no such commit, or is none.
 * @throws ExternalError TY0503 when git cannot be started, or fails on the way.
 */
export async function writeCommit({ folder, commit, into, env }: CommitFiles): Promise<boolean> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false
  const git = new Git({ folder, env, settings: [['safe.directory', '*']] })
  const found = await git.run(['cat-file', '-e', `${commit}^{commit}`])
  if (found.exitCode !== 0) return false
  const { extract } = await import('tar-stream')
  const args = ['archive', '--format=tar', commit]
  // Read at once: Node throws away what a child printed that ended before anybody listened.
  const { stdin, stdout, ended } = git.start(args)
  stdin.end()
  const archive = extract()
  const reading = pipeline(stdout, archive)
  reading.catch(() => undefined)
  for await (const entry of archive) {
    const { name, type } = entry.header
    if (type === 'file' && isSafePath(name)) {
      const path = join(into, ...name.split('/'))
      await mkdir(dirname(path), { recursive: true })
      await pipeline(entry, createWriteStream(path, { mode: entry.header.mode ?? 0o644 }))
    } else entry.resume()
  }
  await reading
  const result = await ended
  if (result.exitCode !== 0) throw failed(args, result)
  return true
}
