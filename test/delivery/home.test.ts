import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { householdOf, isInAzurePipelines } from '../../core/delivery/home.ts'
import { memoryHost } from '../support/memory-host.ts'

const run = promisify(execFile)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-home-'))
  await run('git', ['init', '--quiet', '--initial-branch=trunk', folder])
  await run('git', ['-C', folder, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk'])
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  await run('git', ['-C', folder, ...identity, 'commit', '--quiet', '--allow-empty', '--message', 'first'])
})

afterAll(async () => rm(folder, { recursive: true, force: true }))

test('a CI system says its repository and default branch', async () => {
  const host = memoryHost({ context: { folder, repository: 'acme/flights', defaultBranch: 'main' } })

  expect(await householdOf(host)).toEqual({
    repository: 'acme/flights',
    defaultBranch: 'main',
    githubRepository: 'acme/flights',
  })
})

test.each([
  ['https://github.com/acme/flights.git', 'acme/flights'],
  ['https://github.com/acme/flights', 'acme/flights'],
  ['https://user:word@github.com/acme/flights.git', 'acme/flights'],
  ['git@github.com:acme/flights.git', 'acme/flights'],
  ['ssh://git@github.com/acme/flights.git', 'acme/flights'],
  ['https://example.com/acme/flights.git', undefined],
  ['https://github.com.example.com/acme/flights.git', undefined],
  ['/srv/git/acme/flights.git', undefined],
])('a clone of %s on a laptop is %s on GitHub, and its origin says the default branch', async (remote, expected) => {
  await run('git', ['-C', folder, 'config', 'remote.origin.url', remote])

  const { defaultBranch, githubRepository } = await householdOf(memoryHost({ context: { folder } }))

  expect({ defaultBranch, githubRepository }).toEqual({ defaultBranch: 'trunk', githubRepository: expected })
})

test('in Azure Pipelines project/name is no repository of GitHub', async () => {
  const host = memoryHost({ context: { folder, repository: 'shop/flights' }, env: { TF_BUILD: 'True' } })

  expect(isInAzurePipelines(host)).toBe(true)
  expect((await householdOf(host)).githubRepository).toBeUndefined()
})

test('outside a clone nothing is known', async () => {
  const host = memoryHost({ context: { folder: tmpdir() } })

  expect(await householdOf(host)).toEqual({
    repository: undefined,
    defaultBranch: undefined,
    githubRepository: undefined,
  })
})
