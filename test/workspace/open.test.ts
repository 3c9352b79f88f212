import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type OpenOptions, openWorkspace } from '../../core/workspace/open.ts'
import { gitPlace, inside, openOptions, scratch, type TestPlace } from './places.ts'
import { keep, register, runStart, trail } from './records.ts'

const cleanUps: (() => unknown)[] = []
let folder = ''

beforeEach(() => {
  folder = scratch()
})

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  rmSync(folder, { recursive: true, force: true })
})

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim()
}

async function branchPlace(): Promise<TestPlace> {
  const place = await gitPlace.create()
  cleanUps.push(() => place[Symbol.asyncDispose]())
  return place
}

/** A clone of a repository as a checkout action leaves it. */
function checkoutOf(place: TestPlace): string {
  const checkout = join(folder, 'checkout')
  git('init', '--quiet', checkout)
  git('-C', checkout, 'remote', 'add', 'origin', place.url.slice('git:'.length))
  return checkout
}

/** A server that refuses everything and remembers the Authorization headers of each request. */
async function refusingServer(): Promise<{ url: string; authorizations: (readonly string[])[] }> {
  const authorizations: (readonly string[])[] = []
  const server = createServer(({ rawHeaders }, response) => {
    const values = rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === 'authorization')
    authorizations.push(values)
    response.writeHead(403).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)))
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/acme/models.git`, authorizations }
}

async function readWith(options: OpenOptions): Promise<void> {
  const workspace = await openWorkspace(options)
  try {
    await workspace.models.list()
  } finally {
    await workspace.close()
  }
}

describe('on a laptop', () => {
  test('the folder .trainyard is made by the first writing, and is nothing to commit', async () => {
    git('init', '--quiet', folder)
    const workspace = await openWorkspace(openOptions(undefined, folder))
    expect(await workspace.models.list()).toEqual([])
    expect(existsSync(join(folder, '.trainyard'))).toBe(false)

    await workspace.runs.start(runStart())
    await workspace.close()

    expect(workspace.url).toBe(join(folder, '.trainyard'))
    expect(git('-C', folder, 'status', '--porcelain', '--untracked-files=all')).toBe('')
  })

  test('a checkout without a remote has no branch to keep a workspace on', async () => {
    git('init', '--quiet', folder)

    await expect(openWorkspace(openOptions('git:', folder))).rejects.toMatchObject({
      faults: [{ problem: expect.stringContaining('no remote called origin') as string }],
    })
  })
})

describe('the repository that a checkout came from', () => {
  test('may be given by a path that is relative to the checkout', async () => {
    const checkout = join(folder, 'checkout')
    git('init', '--quiet', '--bare', join(folder, 'up.git'))
    git('init', '--quiet', checkout)
    git('-C', checkout, 'remote', 'add', 'origin', '../up.git')

    const workspace = await openWorkspace(openOptions('git:', checkout))
    await register(workspace, await keep(workspace, folder, 'm'))
    await workspace.close()

    expect(git('-C', join(folder, 'up.git'), 'for-each-ref', '--format=%(refname)')).toContain('refs/heads/trainyard')
  })

  test('holds the workspace of `git:`, with the credentials that the checkout keeps', async () => {
    const place = await branchPlace()
    const checkout = checkoutOf(place)
    const header = `AUTHORIZATION: basic ${Buffer.from('x:writer').toString('base64')}`
    git('-C', checkout, 'config', `http.${new URL(place.url.slice(4)).origin}/.extraheader`, header)

    const workspace = await openWorkspace(openOptions('git:', checkout))
    await register(workspace, await keep(workspace, folder, 'm'))
    await workspace.close()

    await inside(place, async ({ models }) => expect(await models.list()).toHaveLength(1))
    expect(git('-C', checkout, 'for-each-ref')).toBe('')
    expect(git('-C', checkout, 'config', '--local', '--list')).not.toContain('promisor')
  })

  test('sees one Authorization header, the token’s, whatever the checkout keeps', async () => {
    const { url, authorizations } = await refusingServer()
    git('init', '--quiet', folder)
    git('-C', folder, 'remote', 'add', 'origin', url)
    git('-C', folder, 'config', `http.${new URL(url).origin}/.extraheader`, 'AUTHORIZATION: basic b2xkOm9sZA==')

    await expect(readWith(openOptions('git:', folder, { token: 'secret' }))).rejects.toThrow('TY0501')

    expect(authorizations.length).toBeGreaterThan(0)
    const expected = `basic ${Buffer.from('x-access-token:secret').toString('base64')}`
    expect(new Set(authorizations.map((values) => values.join(' and ')))).toEqual(new Set([expected]))
  })

  test('takes a password out of its URL: into a mask, and out of everything that is shown', async () => {
    const place = await branchPlace()
    const masked: string[] = []
    const url = place.url.replace('://', '://ann:writer@')
    const options = openOptions(url, folder)
    const host = { ...options.host, mask: (secret: string) => void masked.push(secret) }

    const workspace = await openWorkspace({ ...options, host })
    await register(workspace, await keep(workspace, folder, 'm'))

    expect(masked).toEqual(['writer'])
    expect(workspace.url).not.toContain('writer')
    await workspace.close()
  })

  test('is not told a token by code that nobody trusts, when it is another server’s', async () => {
    const { url, authorizations } = await refusingServer()
    const context = { trust: { kind: 'untrusted' as const, why: 'a fork' }, serverUrl: 'https://github.com' }

    await expect(readWith(openOptions(`git:${url}`, folder, { token: 'secret', context }))).rejects.toThrow('TY0501')

    expect(authorizations.flat()).toEqual([])
  })

  test('runs no hook of the machine, and no variable leads git astray', async () => {
    const place = await branchPlace()
    const hooks = join(folder, 'hooks')
    mkdirSync(hooks)
    writeFileSync(join(hooks, 'pre-push'), '#!/bin/sh\ntouch "$HOME/hooked"\nexit 1\n', { mode: 0o755 })
    writeFileSync(join(folder, '.gitconfig'), `[core]\n\thooksPath = ${hooks}\n[push]\n\tgpgSign = true\n`)
    const options = openOptions(place.url, folder, { token: 'writer' })
    const env = { ...options.host.env, GIT_DIR: join(folder, 'none'), GIT_WORK_TREE: '/', GIT_INDEX_FILE: '/none' }

    const workspace = await openWorkspace({ ...options, host: { ...options.host, env } })
    await register(workspace, await keep(workspace, folder, 'm'))
    await workspace.close()

    expect(existsSync(join(folder, 'hooked'))).toBe(false)
    await inside(place, async ({ models }) => expect(await models.list()).toHaveLength(1))
  })
})

test('a repository that is a command to git is never run', async () => {
  const url = `git:ext::sh -c touch% ${join(folder, 'run')}`

  await expect(readWith(openOptions(url, folder))).rejects.toThrow(/TY0501.*not allowed/s)
  expect(existsSync(join(folder, 'run'))).toBe(false)
})

describe('rights', () => {
  test('a job that may not push is told the lines to add, and records nothing', async () => {
    const place = await branchPlace()
    const options = openOptions(place.url, folder, { token: 'reader' })
    const workspace = await openWorkspace({ ...options, host: { ...options.host, id: 'github' } })

    const refused = await workspace.runs.start(runStart()).catch((error: unknown) => error)
    await workspace.close()

    expect(refused).toMatchObject({ code: 'TY0203', exitCode: 2 })
    expect(String(refused)).toContain('permissions:\n    contents: write')
    expect(String(refused)).toMatch(/403/)
    await inside(place, async (writer) => expect(await trail(writer)).toEqual([]))
  })

  test('a job that nobody trusts reads, and rehearses what it would write', async () => {
    const place = await branchPlace()
    await inside(place, async (workspace) => register(workspace, await keep(workspace, folder, 'm')))
    const context = {
      trust: { kind: 'untrusted' as const, why: 'a fork' },
      serverUrl: new URL(place.url.slice(4)).origin,
    }

    const workspace = await openWorkspace(openOptions(place.url, folder, { token: 'reader', context }))
    const { run } = await workspace.runs.start(runStart())

    expect(workspace.access).toBe('rehearsal')
    expect((await workspace.models.list()).map(({ name }) => name)).toEqual(['flights'])
    expect(workspace.rehearsed().flatMap(({ changes }) => changes)).toEqual([`run ${run.id} of flights started`])
    await workspace.close()
    await inside(place, async (writer) => expect(await trail(writer)).toHaveLength(1))
  })

  test('a repository that cannot be read is an outside failure, with git’s words', async () => {
    const place = await branchPlace()

    await expect(readWith(openOptions(place.url, folder, { token: 'wrong' }))).rejects.toMatchObject({
      code: 'TY0501',
      details: expect.stringMatching(/Authentication failed|could not read Username/) as string,
    })
  })

  test('model files go into a public repository only with consent; everything else goes anyway', async () => {
    const place = await branchPlace()
    const context = { isPublicRepository: true }
    const refused = await openWorkspace(openOptions(place.url, folder, { token: 'writer', context }))
    await expect(keep(refused, folder, 'm')).rejects.toThrow(/TY0204[^]*publicFiles: true/)
    await refused.runs.start(runStart())
    await refused.close()

    const options = openOptions(place.url, folder, { token: 'writer', context, allowPublicFiles: true })
    const workspace = await openWorkspace(options)
    expect((await register(workspace, await keep(workspace, folder, 'm'))).version.version).toBe(1)
    await workspace.close()
  })
})
