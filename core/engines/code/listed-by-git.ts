import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ExternalError, errorMessage } from '../../errors/errors.ts'

/** A list of a million paths; more is not code. */
const mostBytes = 100 * 2 ** 20

/** A repository that its environment points to would be another than the one that the folder is in. */
const misleading = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_NAMESPACE']

/**
 * What git tracks or would add below a folder, relative to it; undefined where the folder is in no checkout, or there is no
 * git. The list may name what was deleted meanwhile.
 *
 * @throws ExternalError TY0503 when git fails for another reason.
 */
export async function listedByGit(folder: string): Promise<readonly string[] | undefined> {
  const options = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false']
  // In a container the checkout often belongs to another user; reading the list of its files runs nothing of it.
  const trust = ['-c', 'safe.directory=*']
  const args = [...options, ...trust, 'ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !misleading.includes(name)))
  try {
    const { stdout } = await promisify(execFile)('git', args, {
      cwd: folder,
      env: { ...env, LC_ALL: 'C' },
      maxBuffer: mostBytes,
      windowsHide: true,
    })
    return stdout.split('\0').filter((path) => path !== '')
  } catch (error) {
    if (hasNoGit(error) || /not a git repository/i.test(errorMessage(error))) return undefined
    throw new ExternalError({
      code: 'TY0503',
      facts: { operation: 'list the files of the checkout by git', address: folder },
      details: errorMessage(error),
      cause: error,
    })
  }
}

function hasNoGit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
