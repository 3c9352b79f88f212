import { resolve } from 'node:path'
import { findProgram } from '../process/not-started.ts'
import { ExternalError } from '../../errors/errors.ts'
import { type Surroundings, outputOf } from './tool.ts'

/** A Python on this machine. */
export interface Interpreter {
  /** The program itself, not a link or a shim that chooses one. */
  readonly path: string
  /** `3.11.7`. */
  readonly version: string
  /** `3.11`. */
  readonly release: string
  /** `cpython`. */
  readonly implementation: string
  /** What compiled packages fit: `linux-x86_64 cpython-311-x86_64-linux-gnu`. */
  readonly platform: string
}

const oldest = [3, 10] as const

const question = `
import json, sys, sysconfig
print(json.dumps({
    "path": sys.executable,
    "version": "%d.%d.%d" % sys.version_info[:3],
    "implementation": sys.implementation.name,
    "platform": "%s %s" % (sysconfig.get_platform(), sysconfig.get_config_var("SOABI")),
}))`

/**
 * Finds a Python: the one that a person names (a path, a name on PATH, or a release such as `3.12`), else `python3`, else
 * `python`.
 *
 * @throws ExternalError TY0402 when there is none, or none that is new enough, saying what was tried.
 */
export async function findPython(setting: string | undefined, around: Surroundings): Promise<Interpreter> {
  const tried: string[] = []
  for (const name of candidates(setting)) {
    const program = /[/\\]/.test(name) ? resolve(around.folder, name) : findProgram(name, around.env)
    const found = program === undefined ? undefined : await describe(program, around)
    if (found === undefined)
      tried.push(`${name} ${program === undefined ? 'is not on PATH' : 'is no Python that runs'}`)
    else if (isNewEnough(found)) return found
    else tried.push(`${name} is Python ${found.version} (${found.path})`)
  }
  throw new ExternalError({
    code: 'TY0402',
    facts: { operation: 'find Python' },
    details: `Python ${oldest.join('.')} or newer is needed: ${tried.join('; ')}.`,
  })
}

function candidates(setting: string | undefined): readonly string[] {
  if (setting === undefined || setting.trim() === '')
    return process.platform === 'win32' ? ['python', 'python3'] : ['python3', 'python']
  return /^\d+\.\d+$/.test(setting) ? [`python${setting}`] : [setting]
}

/** Asks a program what Python it is; undefined when it is none (on Windows, `python3` may be an advertisement). */
export async function describe(program: string, around: Surroundings): Promise<Interpreter | undefined> {
  const output = await outputOf([program, '-I', '-c', question], around)
  const answer = output === undefined ? undefined : parsed(output)
  if (answer === undefined) return undefined
  return { ...answer, release: answer.version.split('.').slice(0, 2).join('.') }
}

type Answer = Omit<Interpreter, 'release'>

function parsed(output: string): Answer | undefined {
  try {
    const answer = JSON.parse(output) as Partial<Answer>
    const { path = '', version = '', implementation = '', platform = '' } = answer
    return [path, version, implementation, platform].includes('')
      ? undefined
      : { path, version, implementation, platform }
  } catch {
    return undefined
  }
}

function isNewEnough({ version }: Interpreter): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}
