import { tmpdir } from 'node:os'
import { delimiter } from 'node:path'
import type { EnvironmentRecord } from '../../records/run.ts'
import { cacheFolder } from './cache.ts'
import { findPython, type Interpreter } from './interpreter.ts'
import { lockOf } from './lock.ts'
import { type Made, makeEnvironment } from './make.ts'
import { readRequirements } from './requirements.ts'
import { chooseTool, type Surroundings } from './tool.ts'

/** A Python environment that is ready. */
export interface PythonEnvironment {
  /** The environment's Python. */
  readonly python: string
  /** Where its programs are. */
  readonly binFolder: string
  readonly folder: string
  /** For a run. `lock` is for whoever keeps `lockText` as a blob. */
  readonly record: EnvironmentRecord
  /** It makes the same environment again. */
  readonly lockText: string
  readonly tool: 'uv' | 'pip'
}

/** One that was made for a project's requirements. */
export interface PreparedEnvironment extends PythonEnvironment {
  /** The lock as a file: of the project, or to be committed there. */
  readonly lockFile: string
  /** True when the project had no lock that fits, and `lockFile` was just written. */
  readonly isLockNew: boolean
}

interface Common {
  /** A path, a name on PATH, or a release (`3.12`); `python3` or `python` when not given. */
  readonly python?: string | undefined
  readonly env: Surroundings['env']
  readonly signal: AbortSignal
  readonly onLine?: Surroundings['onLine']
}

/**
 * Makes the environment of a requirements file, or finds it in the cache: locked with hashes, by uv where it is on PATH, else
 * by pip.
 *
 * @throws ConfigError for a file that is no requirements file or cannot be locked; ExternalError TY0402 when Python is missing
 *   or an installer fails, with its last lines; the reason of the signal.
 */
export async function prepareEnvironment(
  options: Common & { readonly requirements: string; readonly folder: string },
): Promise<PreparedEnvironment> {
  const requirements = await readRequirements(options.requirements)
  const ingredients = await gather(options)
  const lock = await lockOf(requirements, ingredients)
  const made = await makeEnvironment({ ...ingredients, lockText: lock.text })
  return { ...ready(made, ingredients, lock.text), lockFile: lock.file, isLockNew: lock.isNew }
}

/**
 * Makes the environment of a lock that was kept, or finds it in the cache.
 *
 * @throws as `prepareEnvironment`
 */
export async function environmentFromLock(
  options: Common & { readonly lockText: string; readonly folder?: string },
): Promise<PythonEnvironment> {
  const ingredients = await gather({ folder: tmpdir(), ...options })
  const made = await makeEnvironment({ ...ingredients, lockText: options.lockText })
  return ready(made, ingredients, options.lockText)
}

async function gather({ folder, env, signal, onLine, python }: Common & { readonly folder: string }) {
  const around = { folder, env, signal, onLine }
  signal.throwIfAborted()
  return { interpreter: await findPython(python, around), tool: chooseTool(env), cache: await cacheFolder(env), around }
}

function ready(
  { folder, python, binFolder, digest }: Made,
  { interpreter, tool }: { readonly interpreter: Interpreter; readonly tool: { readonly name: 'uv' | 'pip' } },
  lockText: string,
): PythonEnvironment {
  const record = { kind: 'locked', digest, python: interpreter.version } as const
  return { folder, python, binFolder, record, lockText, tool: tool.name }
}

/**
 * A command as it runs in an environment: `python` and `python3` mean the environment's, and its programs are found first.
 * `set` are variables for the child. A name that asks for one release (`python3.9`) is left as it is.
 */
export function commandIn(
  { python, binFolder, folder }: Pick<PythonEnvironment, 'python' | 'binFolder' | 'folder'>,
  command: readonly string[],
  hostEnv: Readonly<Record<string, string | undefined>>,
): { readonly command: readonly string[]; readonly set: Readonly<Record<string, string>> } {
  const [first = '', ...rest] = command
  const path = hostEnv['PATH'] ?? hostEnv['Path'] ?? ''
  return {
    command: /^python3?(\.exe)?$/i.test(first) ? [python, ...rest] : command,
    set: { PATH: [binFolder, path].filter((part) => part !== '').join(delimiter), VIRTUAL_ENV: folder },
  }
}
