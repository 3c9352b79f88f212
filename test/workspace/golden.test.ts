import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWorkspace } from '../../core/workspace/open.ts'
import { registryFold } from '../../core/workspace/registry/effects.ts'
import type { Workspace } from '../../core/workspace/workspace.ts'
import { openOptions, reference, scratch } from './places.ts'
import { keep, register, trail } from './records.ts'

/** What earlier releases wrote: each must be read, and gone on from, by every later one. */
const golden = join(import.meta.dirname, 'golden')
const folds = readdirSync(golden).sort()

let folder: string

beforeEach(() => {
  folder = scratch()
})

afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const places = folds.flatMap((fold) => [
  { name: `a folder of ${fold}`, url: () => unpackFolder(fold) },
  { name: `a branch of ${fold}`, url: () => unpackBranch(fold) },
])

function unpackFolder(fold: string): string {
  const url = join(folder, 'workspace')
  cpSync(join(golden, fold, 'folder'), url, { recursive: true })
  mkdirSync(join(url, 'temporary'))
  return url
}

function unpackBranch(fold: string): string {
  const bare = join(folder, 'models.git')
  execFileSync('git', ['init', '--quiet', '--bare', bare])
  const bundle = join(golden, fold, 'branch.bundle')
  execFileSync('git', ['-C', bare, 'fetch', '--quiet', bundle, '+refs/*:refs/*'])
  return `git:${bare}`
}

async function within<T>(url: string, work: (workspace: Workspace) => Promise<T>): Promise<T> {
  const workspace = await openWorkspace(openOptions(url, folder))
  try {
    return await work(workspace)
  } finally {
    await workspace.close()
  }
}

test('there is a golden workspace of every fold before this one', () => {
  const past = Array.from({ length: registryFold.version - 1 }, (_, at) => `fold-${at + 1}`)
  expect(folds).toEqual(expect.arrayContaining(past))
})

describe.each(places)('$name', ({ url }) => {
  test('is read, whole', async () => {
    await within(url(), async (workspace) => {
      const { models, runs, datasets, evidence, outbox, deployments, files } = workspace
      const [model] = await models.list()
      expect(model).toMatchObject({ name: 'flights', latest: 3, aliases: { champion: 2 } })
      expect(model?.history.map(({ alias, from, to, isForced }) => [alias, from, to, isForced])).toEqual([
        ['champion', undefined, 1, true],
        ['champion', 1, 2, undefined],
        ['old', undefined, 1, undefined],
        ['old', 1, undefined, undefined],
      ])
      const champion = await models.resolve(reference('flights@champion'))
      expect(champion).toMatchObject({ version: 2, tags: { Stage: 'test', Round: '12' }, datasets: ['months@1'] })
      expect(champion.by).toMatchObject({ name: 'ann', host: 'github', repository: 'acme/models' })
      expect((await models.version('flights', 3)).parent).toBe('flights@2')
      await expect(models.resolve(reference('flights@4'))).rejects.toThrow(/TY0205.*deleted/)
      expect((await models.versions('flights', { tags: { Stage: 'test' } })).map(({ version }) => version)).toEqual([
        2, 1,
      ])
      await files.fetch(champion.files, join(folder, 'out'))
      expect(readFileSync(join(folder, 'out/model.onnx'), 'utf8')).toBe('weights 0.89\r\n\u0000')

      const [failed, second] = await runs.list()
      expect(failed).toMatchObject({ state: 'failed', end: { signal: 'SIGKILL', lastLines: ['Killed'] } })
      expect(second).toMatchObject({ id: champion.run, state: 'succeeded', end: { metrics: { auc: 0.89 } } })
      expect(second?.data).toHaveLength(60)
      expect((await datasets.list()).map(({ name, version }) => `${name}@${version}`)).toEqual(['months@1', 'months@2'])
      const records = await evidence.about(champion.files.digest)
      expect(records.map(({ kind, verdict }) => [kind, verdict])).toEqual([
        ['promotion', undefined],
        ['gate', 'pass'],
      ])
      expect((await evidence.read(records[1]?.id ?? 'sha256:')).predicate).toMatchObject({ model: 'flights' })
      expect(await outbox.pending('github:acme/release')).toHaveLength(6)
      expect((await deployments.list()).map(({ name, version, state }) => [name, version, state])).toEqual([
        ['blue', 1, 'retired'],
        ['green', 2, 'live'],
      ])
    })
  })

  test('is gone on from: the trail keeps every entry that was there, byte for byte, and grows', async () => {
    const where = url()
    const before = await within(where, trail)
    expect(before).toHaveLength(41)
    await within(where, async (workspace) => {
      const { version } = await register(workspace, await keep(workspace, folder, 'the next'))
      expect(version.version).toBe(5)
      await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: 2, to: 5, why: 'newer' })
      await expect(workspace.models.delete('flights', 2, 'old')).rejects.toThrow(/TY0208.*flights-prod\/green/)
    })

    const after = await within(where, trail)
    expect(after.slice(0, 41)).toEqual(before)
    expect(after).toHaveLength(43)
    expect((await within(where, ({ models }) => models.resolve(reference('flights@champion')))).version).toBe(5)
  })
})
