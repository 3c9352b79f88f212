import { randomBytes } from 'node:crypto'
import { access, constants, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { ConfigError, errorMessage } from '../../errors/errors.ts'
import { isErrno } from '../process/group.ts'

/**
 * The folder for what can be made again: `TRAINYARD_CACHE`, the tool cache of the runner or the agent (which a self-hosted one
 * keeps), or the user's cache. The first that can be written.
 *
 * @throws ConfigError TY0402 when none can.
 */
export async function cacheFolder(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const reasons: string[] = []
  for (const folder of candidates(env)) {
    try {
      await mkdir(folder, { recursive: true })
      await access(folder, constants.W_OK)
      return folder
    } catch (error) {
      reasons.push(errorMessage(error))
    }
  }
  const details = `There is no folder for Python environments; set TRAINYARD_CACHE. ${reasons.join('; ')}`
  throw new ConfigError({ code: 'TY0402', details })
}

function candidates(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const given = env['TRAINYARD_CACHE']
  if (given !== undefined && isAbsolute(given)) return [given]
  const shared = [env['RUNNER_TOOL_CACHE'], env['AGENT_TOOLSDIRECTORY'], env['XDG_CACHE_HOME'], usualCache(env)]
  return shared.flatMap((folder) => (folder !== undefined && isAbsolute(folder) ? [join(folder, 'trainyard')] : []))
}

function usualCache(env: Readonly<Record<string, string | undefined>>): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches')
  return process.platform === 'win32' ? (env['LOCALAPPDATA'] ?? homedir()) : join(env['HOME'] ?? homedir(), '.cache')
}

/** The text of a file, or undefined where there is none. */
export async function textIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Writes a file so that it is there whole or not at all, in place of an older one. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await withTemporary(file, text, (temporary) => rename(temporary, file))
}

/** Writes a file only where there is none; false when somebody was faster. */
export async function writeFirst(file: string, text: string): Promise<boolean> {
  try {
    await withTemporary(file, text, (temporary) => link(temporary, file))
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

async function withTemporary(file: string, text: string, place: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(temporary, text)
    await place(temporary)
  } finally {
    await rm(temporary, { force: true })
  }
}
