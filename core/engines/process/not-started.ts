import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { ExternalError, errorMessage } from '../../errors/errors.ts'
import { isErrno } from './group.ts'

/** What was to be started, for the error that says why it was not. */
export interface Start {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Says why a program could not be started. The operating system gives ENOENT for a missing program and for a missing working
 * folder alike; here they are told apart.
 */
export function notStarted({ command, cwd, env }: Start, cause: unknown): ExternalError {
  const program = command[0] ?? ''
  return new ExternalError({
    code: 'TY0503',
    facts: { operation: `start ${program}` },
    details: reason({ program, cwd, path: env['PATH'] ?? env['Path'] ?? '' }, cause),
    cause,
  })
}

function reason({ program, cwd, path }: { program: string; cwd: string; path: string }, cause: unknown): string {
  if (!isFolder(cwd)) return `The working folder ${cwd} does not exist.`
  if (isErrno(cause, 'ENOENT')) {
    return /[/\\]/.test(program)
      ? `There is no file ${program} (seen from ${cwd}), or the interpreter that its first line names is missing.`
      : `No folder of PATH holds a program "${program}". PATH is ${path === '' ? 'empty' : path}`
  }
  if (isErrno(cause, 'EACCES')) return `${whereIs(program, path) ?? program} is not executable.`
  if (isErrno(cause, 'EINVAL') && /\.(cmd|bat)$/i.test(program))
    return `${program} is a batch file, which only a shell could run; start the program that it starts.`
  return errorMessage(cause)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** The first file of this name on PATH, executable or not. */
function whereIs(program: string, path: string): string | undefined {
  if (isAbsolute(program) || /[/\\]/.test(program)) return program
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
}

/** The path of a program that could be started, or undefined where PATH has none. Empty entries of PATH are skipped. */
export function findProgram(program: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const names = process.platform === 'win32' ? [`${program}.exe`, program] : [program]
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable)
}

function isExecutable(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
