import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, type TestContext } from 'vitest'
import {
  commandIn,
  environmentFromLock,
  prepareEnvironment,
  type PythonEnvironment,
} from '../../../core/engines/python/environment.ts'
import { allowedEnvironment } from '../../../core/engines/process/allowed-environment.ts'
import { runChild } from '../../../core/engines/process/run-child.ts'
import { Cancelled, ConfigError, ExternalError } from '../../../core/errors/errors.ts'
import { needTool } from '../../support/tools.ts'
import { type PackageIndex, servePackages } from './package-index.ts'

let top = ''
let index: PackageIndex
let project = ''
let projects = 0

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'trainyard-python-'))
  index = await servePackages(join(top, 'wheels'))
  // A PATH with this Python and nothing else: what else is installed on a machine must not decide.
  await mkdir(join(top, 'bin'))
  const real = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
  await symlink(real, join(top, 'bin/python3'))
})
afterAll(async () => {
  await index[Symbol.asyncDispose]()
  await rm(top, { recursive: true, force: true })
})
beforeEach(async () => {
  project = join(top, `project-${projects++}`)
  await mkdir(project)
})

const tools = ['uv', 'pip'] as const
type Tool = (typeof tools)[number]

/** What a host would give; the cache is the tool's own and shared by the tests. */
function envOf(tool: Tool, context: TestContext): Record<string, string> {
  const folders = tool === 'uv' ? [dirname(needTool(context, 'uv'))] : []
  return {
    PATH: [join(top, 'bin'), ...folders].join(':'),
    HOME: top,
    TRAINYARD_CACHE: join(top, `cache-${tool}`),
    PIP_INDEX_URL: index.url,
    PIP_CONFIG_FILE: '/dev/null',
    PIP_USER: '1',
    VIRTUAL_ENV: '/elsewhere',
  }
}

async function requirementsOf(text: string): Promise<string> {
  const file = join(project, 'requirements.txt')
  await writeFile(file, text)
  return file
}

interface Given {
  readonly env: Record<string, string>
  readonly signal?: AbortSignal
  readonly onLine?: (line: string) => void
  readonly python?: string
}

function prepare(requirements: string, { env, signal = new AbortController().signal, ...rest }: Given) {
  return prepareEnvironment({ requirements, folder: project, env, signal, ...rest })
}

async function failure(action: Promise<unknown>): Promise<ExternalError> {
  const error: unknown = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ExternalError)) throw new Error('no ExternalError was thrown', { cause: error })
  return error
}

/** What a command prints in an environment. */
async function printed(environment: PythonEnvironment, command: readonly string[], env: Record<string, string>) {
  const inside = commandIn(environment, command, env)
  const result = await runChild({
    command: inside.command,
    cwd: project,
    env: allowedEnvironment(env, { set: inside.set }),
    signal: new AbortController().signal,
  })
  return { lines: result.lastLines, exitCode: result.exitCode }
}

describe.each(tools)('an environment by %s', (tool) => {
  test('is locked with hashes, works, and is there again without a network', async (context) => {
    const env = envOf(tool, context)
    const requirements = await requirementsOf('# cars\nwagon\nengine<2\n')
    const told: string[] = []

    const first = await prepare(requirements, { env, onLine: (line) => void told.push(line) })

    expect(first).toMatchObject({ tool, isLockNew: true, lockFile: join(project, 'requirements.lock') })
    expect(first.record.kind).toBe('locked')
    expect(first.record.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(first.lockText).toBe(await readFile(first.lockFile, 'utf8'))
    for (const name of ['engine-1.0.0', 'wagon-1.0.0'])
      expect(first.lockText).toContain(`${name.replace('-', '==')} \\\n    --hash=sha256:${index.hashes.get(name)}`)
    expect(told).toContain(`Locking requirements.txt with ${tool}`)
    expect(told).toContainEqual(expect.stringMatching(/^Making an environment of Python 3\./))

    expect(await printed(first, ['python', '-c', 'import wagon, sys; wagon.main(); print(sys.prefix)'], env)).toEqual({
      lines: ['wagon 1', first.folder],
      exitCode: 0,
    })
    expect((await printed(first, ['wagon'], env)).lines).toEqual(['wagon 1'])

    const asked = index.seen.length
    const second = await prepare(requirements, { env })
    await rm(first.lockFile)
    const third = await prepare(requirements, { env })
    const fourth = await environmentFromLock({ lockText: first.lockText, env, signal: new AbortController().signal })

    expect(index.seen.length).toBe(asked)
    expect([second.isLockNew, third.isLockNew]).toEqual([false, true])
    expect([second.folder, third.folder, fourth.folder]).toEqual([first.folder, first.folder, first.folder])
    expect(fourth.record).toEqual(first.record)
  })

  test('that lost a package, or its Python, is made anew', async (context) => {
    const env = envOf(tool, context)
    const requirements = await requirementsOf('engine==2.0.0\n')
    const first = await prepare(requirements, { env })
    const library = execFileSync(first.python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'], {
      encoding: 'utf8',
    })

    await rm(join(library.trim(), 'engine-2.0.0.dist-info'), { recursive: true })
    const second = await prepare(requirements, { env })
    await rm(second.python)
    const third = await prepare(requirements, { env })

    expect(new Set([first.folder, second.folder, third.folder]).size).toBe(3)
    expect((await printed(third, ['python3', '-c', 'import engine; print(engine.POWER)'], env)).lines).toEqual(['2'])
  })

  test('whose packages are not what the lock says is not made', async (context) => {
    const env = envOf(tool, context)
    const lockText = `engine==1.0.0 --hash=sha256:${'0'.repeat(64)}\n`
    const before = await readdir(join(env['TRAINYARD_CACHE'] ?? '', 'python'))

    const error = await failure(environmentFromLock({ lockText, env, signal: new AbortController().signal }))

    expect(error.code).toBe('TY0402')
    expect(error.facts.operation).toBe('install the locked requirements')
    expect(error.details).toMatch(/hash/i)
    const homes = await readdir(join(env['TRAINYARD_CACHE'] ?? '', 'python'))
    const fresh = homes.filter((name) => !before.includes(name))
    expect(await readdir(join(env['TRAINYARD_CACHE'] ?? '', 'python', fresh[0] ?? 'none'))).toEqual([])
  })

  test('for what no index has ends with what the installer said', async (context) => {
    const error = await failure(prepare(await requirementsOf('no-such-car\n'), { env: envOf(tool, context) }))

    expect(error.code).toBe('TY0402')
    expect(error.facts.operation).toBe('lock requirements.txt')
    expect(error.details).toContain('no-such-car')
  })
})

describe('an environment', () => {
  test('made by several at once is one', async (context) => {
    const env = envOf('uv', context)
    const lockText = `engine==2.0.0 --hash=sha256:${index.hashes.get('engine-2.0.0')}\n# at once\nwagon==1.0.0 --hash=sha256:${index.hashes.get('wagon-1.0.0')}\n`
    const make = () => environmentFromLock({ lockText, env, signal: new AbortController().signal })

    const made = await Promise.all([make(), make(), make(), make()])
    const [one] = made

    expect(new Set(made.map(({ folder }) => folder)).size).toBe(1)
    expect((await printed(one, ['wagon'], env)).lines).toEqual(['wagon 2'])
    expect((await readdir(dirname(one.folder))).length).toBe(2)
  })

  test('with the same packages and the same Python has the same digest, whoever locked it and however', async (context) => {
    const env = envOf('uv', context)
    const hash = (name: string) => `--hash=sha256:${index.hashes.get(name)}`
    const signal = new AbortController().signal
    const locks = [
      `engine==1.0.0 ${hash('engine-1.0.0')}\nwagon==1.0.0 ${hash('wagon-1.0.0')}\n`,
      `# a comment\nwagon==1.0.0 \\\n    ${hash('wagon-1.0.0')}\nengine==1.0.0   ${hash('engine-1.0.0')} # why\n`,
    ]

    const [one, two] = await Promise.all(locks.map((lockText) => environmentFromLock({ lockText, env, signal })))

    expect(one?.record).toEqual(two?.record)
  })

  test('of requirements that are locked already uses them as they are', async (context) => {
    const env = envOf('uv', context)
    const requirements = await requirementsOf(`engine==2.0.0 --hash=sha256:${index.hashes.get('engine-2.0.0')}\n`)

    const made = await prepare(requirements, { env })

    expect(made).toMatchObject({ isLockNew: false, lockFile: requirements })
    expect(await readdir(project)).toEqual(['requirements.txt'])
  })

  test('is locked again when the requirements change, and keeps what may stay', async (context) => {
    const env = envOf('uv', context)
    const first = await prepare(await requirementsOf('engine<2\n'), { env })
    const second = await prepare(await requirementsOf('engine\nwagon\n'), { env })

    expect(first.lockText).toContain('engine==1.0.0')
    expect(second.isLockNew).toBe(true)
    expect(second.lockText).toContain('engine==1.0.0')
    expect(second.lockText).toContain('wagon==1.0.0')
  })

  test('uses a lock that somebody else made, and refuses one without hashes', async (context) => {
    const env = envOf('uv', context)
    const requirements = await requirementsOf('engine\n')
    const lock = join(project, 'requirements.lock')
    await writeFile(lock, `engine==1.0.0 --hash=sha256:${index.hashes.get('engine-1.0.0')}\n`)

    expect(await prepare(requirements, { env })).toMatchObject({ isLockNew: false, lockFile: lock })
    await writeFile(lock, 'engine==1.0.0\n')
    await expect(prepare(requirements, { env })).rejects.toThrow(ConfigError)
    expect(await readFile(lock, 'utf8')).toBe('engine==1.0.0\n')
  })

  test('that is cancelled ends with the reason and leaves nothing half made', async (context) => {
    const env = { ...envOf('pip', context), TRAINYARD_CACHE: join(top, 'cache-cancelled') }
    const abort = new AbortController()
    const reason = new Cancelled({ signal: 'SIGINT' })
    const requirements = await requirementsOf(`engine==2.0.0 --hash=sha256:${index.hashes.get('engine-2.0.0')}\n`)

    const making = prepare(requirements, {
      env,
      signal: abort.signal,
      onLine: () => void setTimeout(() => abort.abort(reason), 300),
    })

    await expect(making).rejects.toBe(reason)
    const [home = 'none'] = await readdir(join(top, 'cache-cancelled/python'))
    expect(await readdir(join(top, 'cache-cancelled/python', home))).toEqual([])
  })
})

describe('Python', () => {
  test('that is not there, is no Python, or is too old is named with what was tried', async (context) => {
    const env = envOf('uv', context)
    const requirements = await requirementsOf('engine\n')
    const old = join(project, 'old-python')
    await writeFile(
      old,
      '#!/bin/sh\necho \'{"path": "/old", "version": "3.9.18", "implementation": "cpython", "platform": "x"}\'\n',
      { mode: 0o755 },
    )
    const none = join(project, 'no-python')
    await writeFile(none, '#!/bin/sh\necho hello\n', { mode: 0o755 })
    const said = async (python: string) => (await failure(prepare(requirements, { env, python }))).details

    expect(await said('python2')).toBe('Python 3.10 or newer is needed: python2 is not on PATH.')
    expect(await said('3.99')).toBe('Python 3.10 or newer is needed: python3.99 is not on PATH.')
    expect(await said('./old-python')).toBe('Python 3.10 or newer is needed: ./old-python is Python 3.9.18 (/old).')
    expect(await said(none)).toBe(`Python 3.10 or newer is needed: ${none} is no Python that runs.`)
  })
})

describe('a command in an environment', () => {
  const environment = { python: '/e/bin/python', binFolder: '/e/bin', folder: '/e' }

  test.each([
    [
      ['python', 'train.py'],
      ['/e/bin/python', 'train.py'],
    ],
    [
      ['python3', '-m', 'x'],
      ['/e/bin/python', '-m', 'x'],
    ],
    [
      ['python3.9', 'x'],
      ['python3.9', 'x'],
    ],
    [
      ['wagon', 'python'],
      ['wagon', 'python'],
    ],
    [
      ['/usr/bin/python3', 'x'],
      ['/usr/bin/python3', 'x'],
    ],
  ])('%j', (command, inside) => {
    expect(commandIn(environment, command, { PATH: '/usr/bin' })).toEqual({
      command: inside,
      set: { PATH: '/e/bin:/usr/bin', VIRTUAL_ENV: '/e' },
    })
  })

  test('where the host has no PATH', () => {
    expect(commandIn(environment, ['x'], {}).set['PATH']).toBe('/e/bin')
  })
})
