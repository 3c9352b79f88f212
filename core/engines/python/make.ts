import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { ExternalError } from '../../errors/errors.ts'
import type { Digest } from '../../records/digest.ts'
import { isErrno } from '../process/group.ts'
import { textIfThere, writeFirst, writeWhole } from './cache.ts'
import type { Interpreter } from './interpreter.ts'
import { environmentDigest } from './lock-text.ts'
import { parseRequirements } from './requirements.ts'
import { outputOf, runTool, type Surroundings, type Tool } from './tool.ts'

/** What an environment is made of, where it is kept, and how. */
export interface Recipe {
  readonly lockText: string
  readonly interpreter: Interpreter
  readonly tool: Tool
  readonly cache: string
  readonly around: Surroundings
}

/** An environment on disk. */
export interface Made {
  readonly folder: string
  readonly python: string
  readonly binFolder: string
  readonly digest: Digest
}

/** An environment that nobody finished is left alone for as long as somebody may still work on it. */
const abandonedAfterMs = 24 * 3_600_000

/**
 * The environment of a lock: found in the cache, or made there. It is built in a folder of its own (a virtual environment
 * cannot be moved) and then announced by one small file, so that others see it whole or not at all; who is second uses the
 * first one's. What is announced and does not work any more is made anew.
 *
 * @throws ExternalError TY0402 when an installer fails; the reason of the signal.
 */
export async function makeEnvironment(recipe: Recipe): Promise<Made> {
  const { lockText, interpreter, cache, tool } = recipe
  const digest = environmentDigest(lockText, interpreter)
  const key = createHash('sha256')
    .update(`${digest} ${interpreter.platform} ${interpreter.path} ${tool.name}`)
    .digest('hex')
  const home = join(cache, 'python', key.slice(0, 20))
  const found = await announced(home, recipe)
  if (found !== undefined && found.isWhole) return { ...places(found.folder), digest }
  const folder = await build(home, recipe)
  const text = JSON.stringify(await describeBuilt(folder, recipe))
  const announcement = join(home, announcementName)
  if (found === undefined && !(await writeFirst(announcement, text))) {
    const first = await announced(home, recipe)
    if (first !== undefined && first.isWhole) {
      await rm(folder, { recursive: true, force: true })
      return { ...places(first.folder), digest }
    }
  }
  await writeWhole(announcement, text)
  await sweep(home, folder)
  return { ...places(folder), digest }
}

const announcementName = 'environment.json'

const announcementShape = z.object({
  folder: z.string().regex(/^[0-9a-f]{8}$/),
  version: z.string(),
  packages: z.array(z.string()),
})
type Announcement = z.infer<typeof announcementShape>

function places(folder: string): Omit<Made, 'digest'> {
  const isWindows = process.platform === 'win32'
  const binFolder = join(folder, isWindows ? 'Scripts' : 'bin')
  return { folder, binFolder, python: join(binFolder, isWindows ? 'python.exe' : 'python') }
}

/** The environment that was announced, and whether it still is what was announced. */
async function announced(home: string, recipe: Recipe): Promise<{ folder: string; isWhole: boolean } | undefined> {
  const text = await textIfThere(join(home, announcementName))
  if (text === undefined) return undefined
  const said = parseAnnouncement(text)
  if (said === undefined) return { folder: home, isWhole: false }
  const folder = join(home, said.folder)
  const now = await look(folder, recipe)
  const isWhole = now !== undefined && now.version === said.version && now.packages.join() === said.packages.join()
  return { folder, isWhole }
}

function parseAnnouncement(text: string): Announcement | undefined {
  try {
    return announcementShape.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

async function describeBuilt(folder: string, recipe: Recipe): Promise<Announcement> {
  const seen = await look(folder, recipe)
  if (seen !== undefined) return seen
  throw new ExternalError({
    code: 'TY0402',
    facts: { operation: 'start the Python of the new environment' },
    details: `${places(folder).python} does not run.`,
  })
}

const question = `
import sys, sysconfig
print("%d.%d.%d" % sys.version_info[:3])
print(sysconfig.get_path("purelib"))`

/** What an environment holds: its Python's version, and every installed package. Undefined when it does not run. */
async function look(folder: string, { around }: Recipe): Promise<Announcement | undefined> {
  const output = await outputOf([places(folder).python, '-I', '-c', question], around)
  const [version, library] = (output ?? '').split('\n')
  if (version === undefined || library === undefined) return undefined
  const packages = (await namesIn(library)).filter((name) => name.endsWith('.dist-info')).sort()
  return { folder: basename(folder), version, packages }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

async function build(home: string, recipe: Recipe): Promise<string> {
  const { lockText, interpreter, tool, around } = recipe
  const folder = join(home, randomBytes(4).toString('hex'))
  const lock = join(folder, 'requirements.lock')
  try {
    const what = tool.name === 'pip' && lockText === lockOfPipAlone ? 'Preparing pip for' : 'Making an environment of'
    around.onLine?.(`${what} Python ${interpreter.version}`)
    await mkdir(folder, { recursive: true })
    await createVenv(folder, recipe)
    await writeFile(lock, lockText)
    if (parseRequirements(lockText, lock).packages.length > 0) await install(places(folder).python, lock, recipe)
    return folder
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function createVenv(folder: string, { interpreter, tool, around, lockText }: Recipe): Promise<void> {
  const operation = 'make a virtual environment'
  if (tool.name === 'uv') {
    const options = ['--quiet', '--allow-existing', '--no-project', '--no-config', '--python', interpreter.path]
    return runTool(operation, [tool.path, 'venv', ...options, folder], around)
  }
  const isForPip = lockText === lockOfPipAlone
  const options = isForPip ? [] : ['--without-pip']
  await runTool(operation, [interpreter.path, '-m', 'venv', ...options, folder], around)
  if (isForPip) await renewPip(places(folder).python, around)
}

/** Copying pip into an environment takes seconds. So there is one that holds pip and nothing else, and installs into all others. */
const lockOfPipAlone = ''

/** The Python of the environment that holds nothing but pip. */
export async function pipHome(recipe: Omit<Recipe, 'lockText'>): Promise<string> {
  const { python } = await makeEnvironment({ ...recipe, tool: { name: 'pip' }, lockText: lockOfPipAlone })
  return python
}

/** Debian's Python 3.10 comes with a pip that can neither report nor install elsewhere. */
async function renewPip(python: string, around: Surroundings): Promise<void> {
  const version = await outputOf([python, '-m', 'pip', '--version'], around)
  if (isOldPip(version ?? '')) {
    await runTool('renew pip', [python, '-m', 'pip', 'install', '--quiet', '--upgrade', 'pip'], around)
  }
}

/** Whether a pip is older than 22.3, the first that can report (22.2) and work on another Python (22.3). */
export function isOldPip(versionLine: string): boolean {
  const [, major = '0', minor = '0'] = /^pip (\d+)\.(\d+)/.exec(versionLine) ?? []
  return Number(major) < 22 || (Number(major) === 22 && Number(minor) < 3)
}

async function install(python: string, lock: string, recipe: Recipe): Promise<void> {
  const { tool, around } = recipe
  const what = ['--require-hashes', '-r', lock]
  const command =
    tool.name === 'uv'
      ? [tool.path, 'pip', 'install', '--python', python, ...what]
      : [await pipHome(recipe), '-m', 'pip', '--python', python, 'install', '--progress-bar', 'off', ...what]
  await runTool('install the locked requirements', command, around)
}

/** Removes what was announced before, and what others began and never finished. */
async function sweep(home: string, kept: string): Promise<void> {
  for (const name of await readdir(home)) {
    const path = join(home, name)
    if (path === kept || name === announcementName) continue
    const changedMs = await changedAt(path)
    if (changedMs !== undefined && Date.now() - changedMs > abandonedAfterMs) {
      await rm(path, { recursive: true, force: true })
    }
  }
}

/** When a folder last changed, in milliseconds since 1970; undefined when its maker, who came second, has just removed it. */
async function changedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}
