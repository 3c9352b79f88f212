import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BareRepository } from '../../../core/engines/git/bare-repository.ts'
import { gitEnvironment, tokenSettings } from '../../../core/engines/git/environment.ts'
import { Git } from '../../../core/engines/git/git.ts'

let folder = ''
const env = { PATH: process.env['PATH'] }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainyard-test-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function repository(): Promise<BareRepository> {
  return BareRepository.create({ url: folder, settings: [], env, tempFolder: folder })
}

async function* commands(...parts: readonly string[]): AsyncGenerator<string> {
  await Promise.resolve()
  yield* parts
}

test('settings of the environment stay, and ours come after them', async () => {
  const given = {
    ...env,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.proxy',
    GIT_CONFIG_VALUE_0: 'http://proxy:3128',
  }
  const git = new Git({ folder, env: given, settings: [['http.proxyAuthMethod', 'basic']] })

  expect((await git.demand(['config', '--get', 'http.proxy'])).toString()).toBe('http://proxy:3128\n')
  expect((await git.demand(['config', '--get', 'http.proxyAuthMethod'])).toString()).toBe('basic\n')
  expect((await git.demand(['config', '--get', 'core.hooksPath'])).toString()).toBe('/dev/null\n')
})

test('what points git at another repository does not reach it, and it never asks', () => {
  const made = gitEnvironment({ ...env, GIT_DIR: '/x', GIT_WORK_TREE: '/x', GIT_CONFIG_PARAMETERS: "'a.b=c'" })

  expect(Object.keys(made)).not.toContain('GIT_DIR')
  expect(Object.keys(made)).not.toContain('GIT_WORK_TREE')
  expect(Object.keys(made)).not.toContain('GIT_CONFIG_PARAMETERS')
  expect(made['GIT_TERMINAL_PROMPT']).toBe('0')
})

test('a token becomes a header for one address, after that header was emptied', () => {
  const url = 'https://github.com/acme/models.git'

  expect(tokenSettings(url, 't')).toEqual([
    [`http.${url}.extraHeader`, ''],
    [`http.${url}.extraHeader`, `AUTHORIZATION: basic ${Buffer.from('x-access-token:t').toString('base64')}`],
  ])
})

test('a command that fails is an outside failure with git’s own words', async () => {
  const git = new Git({ folder, env })

  await expect(git.demand(['rev-parse', 'HEAD'])).rejects.toMatchObject({
    code: 'TY0503',
    details: expect.stringContaining('not a git repository') as string,
    facts: { operation: 'run git rev-parse', status: 128 },
  })
})

test('a machine without git is told so', async () => {
  const git = new Git({ folder, env: { PATH: folder } })

  await expect(git.run(['version'])).rejects.toThrow(/git could not be started; is it installed/)
})

test('input of many megabytes reaches git, and output comes back whole', async () => {
  const bare = await repository()
  const bytes = Buffer.alloc(9_000_000, 'x')

  const id = (await bare.git.demand(['hash-object', '-w', '--stdin'], bytes)).toString().trim()

  expect((await bare.objects([id, 'no such name', id])).map((one) => one?.bytes.length)).toEqual([
    9_000_000,
    undefined,
    9_000_000,
  ])
  await bare.remove()
})

test('an import gives the names that it was asked for, in order', async () => {
  const bare = await repository()
  const head = 'commit refs/x\nmark :1\ncommitter A <a@a> 0 +0000\ndata 1\nm\nM 100644 inline "a b/ü"\ndata 2\nhi\n'

  const [commit = ''] = await bare.import(commands(head, 'get-mark :1\n', 'done\n'))

  expect(await bare.resolve('refs/x')).toBe(commit)
  expect([...(await bare.tree(commit)).keys()]).toEqual(['a b/ü'])
  await bare.remove()
})

test('an import that breaks off leaves nothing, and says why', async () => {
  const bare = await repository()
  const failing = async function* () {
    yield 'commit refs/x\nmark :1\ncommitter A <a@a> 0 +0000\ndata 1\nm\n'
    await Promise.resolve()
    throw new RangeError('the source changed')
  }

  await expect(bare.import(failing())).rejects.toThrow('the source changed')
  await expect(bare.import(commands('nonsense\n', 'done\n'))).rejects.toMatchObject({ code: 'TY0503' })
  expect(await bare.resolve('refs/x')).toBeUndefined()
  await bare.remove()
})

test('a private repository is removed, and nothing of it was written elsewhere', async () => {
  const bare = await repository()
  writeFileSync(join(folder, 'mine'), '')

  await bare.remove()

  expect(readdirSync(folder)).toEqual(['mine'])
})
