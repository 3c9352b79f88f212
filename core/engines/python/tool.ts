import { existsSync } from 'node:fs'
import { ExternalError } from '../../errors/errors.ts'
import { allowedEnvironment } from '../process/allowed-environment.ts'
import { findProgram } from '../process/not-started.ts'
import { type ChildResult, runChild } from '../process/run-child.ts'

/** Where Python and its installers run, and who listens. */
export interface Surroundings {
  /** Relative paths in requirements and settings are relative to it. */
  readonly folder: string
  /** The host's environment; installers see a part of it. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** What is being done, and what installers print. */
  readonly onLine?: ((line: string) => void) | undefined
}

/** The program that locks and installs. */
export type Tool = { readonly name: 'uv'; readonly path: string } | { readonly name: 'pip' }

/** `uv` where it is on PATH, since it is several times faster; else pip. */
export function chooseTool(env: Surroundings['env']): Tool {
  const path = findProgram('uv', env)
  return path === undefined ? { name: 'pip' } : { name: 'uv', path }
}

/** Settings by which installers would install to another place than they are told. */
const misleading =
  /^(PIP_(USER|TARGET|PREFIX|ROOT|PYTHON|REQUIRE_VIRTUALENV|REQUIRE_HASHES|DRY_RUN|REPORT)|UV_(SYSTEM_PYTHON|PYTHON|TARGET|PREFIX|PROJECT.*|NO_VERIFY_HASHES|BREAK_SYSTEM_PACKAGES)|VIRTUAL_ENV|CONDA_PREFIX)$/

/** Settings of pip that uv has under other names. Who set only pip's must not get packages from elsewhere. */
const alsoForUv = [
  { pip: 'PIP_INDEX_URL', uv: ['UV_DEFAULT_INDEX', 'UV_INDEX_URL'] },
  { pip: 'PIP_EXTRA_INDEX_URL', uv: ['UV_INDEX', 'UV_EXTRA_INDEX_URL'] },
  { pip: 'PIP_NO_INDEX', uv: ['UV_NO_INDEX'] },
] as const

const quiet = {
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_NO_INPUT: '1',
  PYTHONUNBUFFERED: '1',
  NO_COLOR: '1',
  UV_NO_PROGRESS: '1',
  UV_PYTHON_DOWNLOADS: 'never',
}

/**
 * The environment of an installer: what every child may see, and its own settings, among which may be the password of a
 * package index. It runs build scripts of packages, so it gets nothing else.
 */
export function installerEnvironment(hostEnv: Surroundings['env']): Record<string, string> {
  const pass = Object.keys(hostEnv).filter((name) => /^(PIP_|UV_)/.test(name) || name === 'NETRC')
  const env = allowedEnvironment(hostEnv, { pass })
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !misleading.test(name)))
  const translated = alsoForUv.flatMap(({ pip, uv }) => {
    const value = kept[pip]
    return value === undefined || uv.some((name) => kept[name] !== undefined) ? [] : [[uv[0], value] as const]
  })
  const links = findLinks(kept)
  return {
    ...kept,
    ...Object.fromEntries(translated),
    ...(links === '' ? {} : { UV_FIND_LINKS: links }),
    ...quiet,
  }
}

/** pip separates them by white space and overlooks a folder that is not there; uv wants commas and stops. */
function findLinks(env: Readonly<Record<string, string>>): string {
  if (env['UV_FIND_LINKS'] !== undefined) return env['UV_FIND_LINKS']
  const places = (env['PIP_FIND_LINKS'] ?? '').split(/\s+/).filter((place) => place !== '')
  return places.filter((place) => place.includes('://') || existsSync(place)).join(',')
}

/**
 * Runs an installer and hands on what it prints.
 *
 * @throws ExternalError TY0402 with its last lines when it fails; the reason of the signal.
 */
export async function runTool(operation: string, command: readonly string[], around: Surroundings): Promise<void> {
  const result = await run(command, around, around.onLine)
  if (result.exitCode === 0) return
  throw new ExternalError({
    code: 'TY0402',
    facts: { operation },
    details: withoutPasswords(result.lastLines.join('\n')),
  })
}

/** All that a program prints to stdout; undefined when it fails or is none. */
export async function outputOf(command: readonly string[], around: Surroundings): Promise<string | undefined> {
  const lines: string[] = []
  try {
    const result = await run(command, around, (line, stream) => void (stream === 'stdout' && lines.push(line)))
    return result.exitCode === 0 ? lines.join('\n') : undefined
  } catch (error) {
    if (error instanceof ExternalError && error.code === 'TY0503') return undefined
    throw error
  }
}

async function run(
  command: readonly string[],
  { folder, env, signal }: Surroundings,
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void,
): Promise<ChildResult> {
  const result = await runChild({ command, cwd: folder, env: installerEnvironment(env), signal, onLine })
  signal.throwIfAborted()
  return result
}

function withoutPasswords(text: string): string {
  return text.replaceAll(/(:\/\/)[^/\s@]+@/g, '$1***@')
}
