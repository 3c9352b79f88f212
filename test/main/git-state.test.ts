import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { gitStateOf } from '../../core/main/git-state.ts'
import { Bench } from './bench.ts'

function git(bench: Bench, ...args: readonly string[]): void {
  execFileSync('git', args, { cwd: bench.folder })
}

describe('the state of the code', () => {
  test('on a laptop is what git says, without credentials', async () => {
    await using bench = await Bench.make({ 'train.py': '' })
    const commit = bench.commit()
    git(bench, 'remote', 'add', 'origin', 'https://ada:hunter22@example.com/acme/kettles.git')

    expect(await gitStateOf(bench.host({}))).toEqual({
      repository: 'https://example.com/acme/kettles.git',
      ref: 'refs/heads/main',
      commit,
      isDirty: false,
    })
  })

  test('in CI is what the host says, but for the commit, which is the one that is checked out', async () => {
    await using bench = await Bench.make({ 'train.py': '' })
    const commit = bench.commit()
    git(bench, 'checkout', '--quiet', '--detach')
    const context = { repository: 'acme/kettles', ref: 'refs/pull/7/merge', commit: 'f'.repeat(40) }

    expect(await gitStateOf(bench.host({}, { context }))).toEqual({
      repository: 'acme/kettles',
      ref: 'refs/pull/7/merge',
      commit,
      isDirty: false,
    })
  })

  test('is dirty when a tracked file differs, and not for files that git does not track', async () => {
    await using bench = await Bench.make({ 'train.py': '' })
    bench.commit()
    await bench.write({ 'model.bin': 'new' })
    expect(await gitStateOf(bench.host({}))).toMatchObject({ isDirty: false })

    await bench.write({ 'train.py': 'changed' })

    expect(await gitStateOf(bench.host({}))).toMatchObject({ isDirty: true })
  })

  test.each<[string, NodeJS.ProcessEnv]>([
    ['outside a checkout', {}],
    ['without git', { PATH: '/nonexistent' }],
  ])('%s leaves out what is unknown', async (_, env) => {
    await using bench = await Bench.make({ 'train.py': '' })
    const host = bench.host({}, { context: { ref: 'refs/heads/main' }, env: { ...env } as Record<string, string> })

    expect(await gitStateOf(host)).toEqual({ ref: 'refs/heads/main' })
  })
})

test.each([
  ['https://token@github.com/a/b', 'https://github.com/a/b'],
  ['ssh://git@github.com/a/b.git', 'ssh://github.com/a/b.git'],
  ['git@github.com:a/b.git', 'git@github.com:a/b.git'],
  ['../remote.git', '../remote.git'],
])('the remote %s is recorded as %s', async (address, kept) => {
  await using bench = await Bench.make({ 'train.py': '' })
  bench.commit()
  git(bench, 'remote', 'add', 'origin', address)

  expect((await gitStateOf(bench.host({}))).repository).toBe(kept)
})
